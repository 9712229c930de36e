"""Before and after a day: figures of two groups of calls, and which of them differ for certain.

A difference says that the calls differ, not why: whatever else changed that day is in it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .intervals import Interval, Sample, corrected, mean_difference, share_difference

FEWEST = 30
"""Calls on each side, below which nothing is said of a figure."""
Group = Literal["process", "outcome", "derived"]
Verdict = Literal["clear", "not_clear", "too_few"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is compared: its name, what kind of figure it is, and whether it is a share."""

    name: str
    group: Group
    share: bool


FIGURES = (
    Figure("duration_s", "process", False),
    Figure("talk_share_agent", "process", False),
    Figure("longest_silence_s", "process", False),
    Figure("overlap_share", "process", False),
    Figure("repeated_question", "process", True),
    Figure("promise", "process", True),
    Figure("objection", "outcome", True),
    Figure("tense", "outcome", True),
    Figure("soothed", "outcome", True),
    Figure("withdrew", "outcome", True),
    Figure("solved", "outcome", True),
    Figure("solved_given", "outcome", True),
    Figure("csat", "outcome", False),
    Figure("sale", "outcome", True),
    Figure("repeat", "derived", True),
    Figure("churn", "derived", True),
)
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure of one group of calls, before and after.

    Attributes
    ----------
    before, after
        A share is a mean of 0 and 1.
    difference
        After - before, corrected for the number of figures and groups; ``None`` if there are too
        few calls.
    """

    by: str
    figure: Figure
    before: Sample
    after: Sample
    verdict: Verdict
    difference: Interval | None


def compare(
    before: Mapping[str, Mapping[str, Sample]], after: Mapping[str, Mapping[str, Sample]]
) -> list[Change]:
    """Compare all figures of all groups.

    Parameters
    ----------
    before, after
        By group and name of the figure; what is not known is absent or of no calls.
    """
    nobody = Sample(0, 0.0, 0.0)
    pairs = [
        (by, figure, before.get(by, {}).get(figure.name, nobody),
         after.get(by, {}).get(figure.name, nobody))
        for by in dict.fromkeys((*before, *after))
        for figure in FIGURES
    ]  # fmt: skip
    known = [pair for pair in pairs if pair[2].n or pair[3].n]
    confidence = corrected(sum(min(a.n, b.n) >= FEWEST for *_, a, b in known))
    return [_change(by, figure, a, b, confidence) for by, figure, a, b in known]


def _change(by: str, figure: Figure, before: Sample, after: Sample, confidence: float) -> Change:
    difference: Interval | None = None
    verdict: Verdict = "too_few"
    if min(before.n, after.n) >= FEWEST:
        if figure.share:
            difference = share_difference(
                round(before.mean * before.n), before.n, round(after.mean * after.n), after.n,
                confidence,
            )  # fmt: skip
        else:
            difference = mean_difference(before, after, confidence)
        verdict = "clear" if difference.leaves_out(0.0) else "not_clear"
    return Change(
        by=by, figure=figure, before=before, after=after, verdict=verdict, difference=difference
    )


def clear(changes: Sequence[Change]) -> list[Change]:
    """Only what differs for certain."""
    return [change for change in changes if change.verdict == "clear"]
