"""Objections week by week, and which of them rose for certain.

A case is a call in which the kind was heard, counted once however often it was said: objections
within a call are not independent, calls nearly are. Its rate is cases per call with words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from .intervals import Interval, corrected, rate_ratio

RISE = 0.15
"""An alert needs more than this rise of the rate, week over week."""
FEWEST = 30
"""An alert needs so many cases in both weeks."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What was heard in a week.

    Attributes
    ----------
    start
        Its Monday.
    calls
        Calls with words: those in which a kind could be heard.
    cases
        Calls in which a kind was heard, by kind.
    whole
        Whether the archive has all of it: the first and last week are often cut.
    """

    start: date
    calls: int
    cases: Mapping[str, int]
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A kind that rose.

    Attributes
    ----------
    week
        Monday of the week in which it was higher than in the week before.
    ratio
        Rate in that week / rate in the week before, corrected for the number of kinds.
    """

    kind: str
    week: date
    before: int
    after: int
    ratio: Interval


def alerts(weeks: Sequence[Week], kinds: Sequence[str]) -> list[Alert]:
    """Find the kinds that rose from one week to the next, the latest and largest first.

    All must hold: both weeks are whole and follow each other; at least :data:`FEWEST` cases in
    both; the rate rose by more than :data:`RISE`; and the interval of the ratio lies above 1, at a
    confidence corrected for the number of kinds (Bonferroni), so that in a week without any change
    all kinds together give a false alert less than once in forty.

    Parameters
    ----------
    weeks
        In order of time.
    kinds
        All that are watched, whether they were heard or not: each could have given an alert.
    """
    confidence = corrected(len(kinds))
    found = []
    for before, after in pairwise(weeks):
        if not (before.whole and after.whole and after.start - before.start == WEEK):
            continue
        for kind in kinds:
            cases = before.cases.get(kind, 0), after.cases.get(kind, 0)
            if min(cases) < FEWEST:
                continue
            ratio = rate_ratio(cases[0], before.calls, cases[1], after.calls, confidence)
            if ratio.value > 1 + RISE and ratio.low > 1:
                found.append(
                    Alert(kind=kind, week=after.start, before=cases[0], after=cases[1], ratio=ratio)
                )
    return sorted(found, key=lambda alert: (-alert.week.toordinal(), -alert.ratio.value))
