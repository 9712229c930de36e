"""How fast people can speak: a bound that no transcript of speech exceeds."""

from __future__ import annotations

import re

RATE_HZ = 12.0
"""Syllables a second. Fast Mandarin and fast English have about 8 in phonation; word times are
accurate to some tens of milliseconds."""

_VOWELS = re.compile(r"[aeiouy]+")


def syllables(token: str) -> int:
    """Estimate the syllables of a Latin word, a number or a Chinese character, at least 1.

    Examples
    --------
    >>> syllables("receipt"), syllables("8841"), syllables("好")
    (2, 4, 1)
    """
    if token.isdigit():
        return len(token)
    return max(1, len(_VOWELS.findall(token)))
