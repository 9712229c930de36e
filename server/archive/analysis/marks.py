"""Weeks in which the means changed: a new model or codec moves figures, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """From this week on most calls have another value of ``what``."""

    week: date
    what: str
    before: str
    after: str


def marks(weeks: Sequence[tuple[date, Mapping[str, Mapping[str, int]]]]) -> list[Mark]:
    """Find the weeks in which the most common value of something is another than before.

    Parameters
    ----------
    weeks
        In order of time: Monday, and by what is watched the calls of each value.
    """
    found: list[Mark] = []
    last: dict[str, str] = {}
    for week, columns in weeks:
        for what, counts in columns.items():
            if not counts:
                continue
            most = max(sorted(counts), key=lambda value: counts[value])
            if what in last and last[what] != most:
                found.append(Mark(week=week, what=what, before=last[what], after=most))
            last[what] = most
    return found
