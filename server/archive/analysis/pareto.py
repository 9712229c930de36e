"""The few causes behind most cases (Pareto; Juran's "vital few")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A cause, with its part of all cases and that of all causes up to it.

    Attributes
    ----------
    vital
        Whether it is one of the fewest causes that together make :data:`MOST` of all.
    """

    kind: str
    cases: int
    share: float
    cumulative: float
    vital: bool


def pareto(cases: Mapping[str, int]) -> list[Bar]:
    """Order causes by how often they came, the most frequent first; those that never came are out.

    Equal ones stand in the order of their names.
    """
    total = sum(cases.values())
    bars, so_far = [], 0
    for kind, n in sorted(cases.items(), key=lambda item: (-item[1], item[0])):
        if not n:
            continue
        vital = so_far < MOST * total
        so_far += n
        bars.append(
            Bar(kind=kind, cases=n, share=n / total, cumulative=so_far / total, vital=vital)
        )
    return bars
