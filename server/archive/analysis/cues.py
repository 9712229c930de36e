"""Which cards a call gains and loses when it is scored again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SAME_S = 10.0
"""The same card at most so much earlier or later is the same cue, not one lost and one gained."""


class Cue(NamedTuple):
    """A card, and when it came, in seconds of the call."""

    card_id: str
    at_s: float


class Changed(NamedTuple):
    """What stayed, what came and what went; each in order of time."""

    kept: list[Cue]
    gained: list[Cue]
    lost: list[Cue]


def changed(old: Sequence[Cue], new: Sequence[Cue]) -> Changed:
    """Compare the cues of one call before and after; each old one answers to at most one new."""
    left = sorted(old, key=lambda cue: cue.at_s)
    kept, gained = [], []
    for cue in sorted(new, key=lambda cue: cue.at_s):
        same = next(
            (o for o in left if o.card_id == cue.card_id and abs(o.at_s - cue.at_s) <= SAME_S),
            None,
        )
        if same is None:
            gained.append(cue)
        else:
            left.remove(same)
            kept.append(cue)
    return Changed(kept, gained, left)
