"""Where to look in an utterance: a class said in one breath is lost among thirty other words."""

from __future__ import annotations

import re
from itertools import pairwise

from .cutting import Language, Token, characters, english
from .features import Place

LENGTH = 12
"""Words (Chinese: characters) of a passage; in longer sentences one begins every half of that."""

_SENTENCE_END = re.compile(r"[.?!;。？！；\n]")


def tokens_of(text: str, language: Language) -> list[Token]:
    """Cut a text into words (Chinese: characters) in order."""
    if language == "en":
        return english(text)
    return [token for run in characters(text) for token in run]


def passages(text: str, language: Language) -> list[Place]:
    """Give the places to be read: all of the text, its sentences, and stretches of long ones.

    Punctuation helps where the recogniser wrote it, and is not needed.

    Examples
    --------
    >>> passages("Two weeks. I give up.", "en")
    [(0, 21), (0, 9), (11, 20)]
    """
    tokens = tokens_of(text, language)
    if not tokens:
        return []
    ends = [
        i + 1
        for i, (one, other) in enumerate(pairwise(tokens))
        if _SENTENCE_END.search(text, one.end, other.start)
    ]
    places = [(0, len(text))]
    for first, last in pairwise([0, *ends, len(tokens)]):
        starts = range(first, max(first + 1, last - LENGTH // 2), LENGTH // 2)
        stretches = [(start, min(start + LENGTH, last)) for start in starts]
        if len(stretches) > 1 or ends:
            places += [(tokens[a].start, tokens[b - 1].end) for a, b in stretches]
    return list(dict.fromkeys(places))
