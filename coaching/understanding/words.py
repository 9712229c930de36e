"""Which words carried a decision: the model is linear, so its sum is shared out exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.wording.features import Features, Place


class Span(NamedTuple):
    """Words of a text in a row, and what they add to the log-odds of a class.

    ``text[start:end]`` is the quote.
    """

    start: int
    end: int
    share: float


def shared_out(
    found: Features,
    contributions: NDArray[np.float64],
    words: Sequence[Place],
    start: int = 0,
) -> list[Span]:
    """Share what the n-grams add among the words they cover.

    An n-gram's contribution is divided by the number of places where it stands, and there by the
    number of words (Chinese: characters) it covers.

    Parameters
    ----------
    found
        The n-grams of a passage.
    contributions
        Theirs, to one class; shape ``(k,)``.
    words
        Where the passage's words stand in it.
    start
        Where the passage stands in the text.

    Returns
    -------
    list
        Every word in order; the shares sum to the sum of ``contributions``.
    """
    shares = [0.0] * len(words)
    for places, contribution in zip(found.places, contributions.tolist(), strict=True):
        for first, last in places:
            covered = [i for i, (begin, end) in enumerate(words) if begin < last and first < end]
            for i in covered:
                shares[i] += contribution / len(places) / len(covered)
    return [
        Span(start + begin, start + end, share)
        for (begin, end), share in zip(words, shares, strict=True)
    ]


def strongest(words: Sequence[Span]) -> Span | None:
    """Find the words in a row that carry most; None if none speaks for the class.

    A word must carry a quarter of what the strongest one does, or stand between such words that
    together carry more than it costs to bridge them (maximum-sum subarray, Kadane).
    """
    least = max((word.share for word in words), default=0.0) / 4
    if least <= 0:
        return None
    best = (0.0, 0, 0)
    total, first = 0.0, 0
    for i, word in enumerate(words):
        if total <= 0:
            total, first = 0.0, i
        total += word.share - least
        best = max(best, (total, first, i + 1), key=lambda one: one[0])
    _, first, last = best
    inside = words[first:last]
    return Span(inside[0].start, inside[-1].end, sum(word.share for word in inside))
