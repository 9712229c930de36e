"""Which words carried a decision: the model is linear, so its sum is shared out exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.wording.cutting import Language, characters, english
from models.wording.features import Features


class Span(NamedTuple):
    """Words of a text in a row, and what they add to the log-odds of a class.

    ``text[start:end]`` is the quote.
    """

    start: int
    end: int
    share: float


def shared_out(
    text: str, language: Language, found: Features, contributions: NDArray[np.float64]
) -> list[Span]:
    """Share what the n-grams add among the words they cover.

    An n-gram's contribution is divided by the number of places where it stands, and there by the
    number of words (Chinese: characters) it covers.

    Parameters
    ----------
    text, language, found
        The text and its n-grams.
    contributions
        Of one class; shape ``(k,)``.

    Returns
    -------
    list
        Every word in order; the shares sum to the sum of ``contributions``.
    """
    words = _words(text, language)
    shares = [0.0] * len(words)
    for places, contribution in zip(found.places, contributions.tolist(), strict=True):
        for start, end in places:
            covered = [i for i, (first, last) in enumerate(words) if first < end and start < last]
            for i in covered:
                shares[i] += contribution / len(places) / len(covered)
    return [Span(start, end, share) for (start, end), share in zip(words, shares, strict=True)]


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


def _words(text: str, language: Language) -> list[tuple[int, int]]:
    if language == "en":
        tokens = english(text)
    else:
        tokens = [token for run in characters(text) for token in run]
    return list(dict.fromkeys((token.start, token.end) for token in tokens))
