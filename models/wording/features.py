"""What the classifier of wording sees of a text: hashed n-grams, each with its places.

Training and use call the same function, so that they cannot differ. An n-gram's row in the table
of weights is the CRC-32 of its name modulo the number of rows (feature hashing, Weinberger et al.
2009, without the sign): no vocabulary has to be shipped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .concepts import concepts
from .cutting import Language, Token, characters, english

ROWS = 8192
"""Rows in the table of weights; a power of two."""

WEIGHTS = (1.25, 1.0, 1.25, 0.75)
"""Of words, of letters (characters), of concepts, and of pairs of concepts."""

REACH = 3
"""How many words after a negation are marked as negated."""

Place: TypeAlias = tuple[int, int]
_Gram: TypeAlias = tuple[str, int, int]

_NOT = frozenset("not no never nothing nobody none without hardly".split())
_HAN_NOT = frozenset("不没别未无")


@dataclass(frozen=True, slots=True)
class Features:
    """The n-grams of one text.

    Attributes
    ----------
    rows
        Rows in the table of weights, ascending, each once; shape ``(k,)``, int64.
    values
        Their weights in this text; those of one kind (words, characters) have the Euclidean norm
        1 together. Shape ``(k,)``, float64.
    places
        For each row, where its n-grams stand in the text: first character, and the one after the
        last.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    places: tuple[tuple[Place, ...], ...]


def features(text: str, language: Language) -> Features:
    """Find the n-grams of a text.

    Parameters
    ----------
    text
        What was said; Chinese in Simplified characters.
    language
        ``en``: 1 to 3 words, pairs of words around another, negated words, 3 or 4 letters within
        a word. ``zh``: 1 and 2 words, 1 to 3 characters, negated characters.
    """
    kinds = _of_english(text) if language == "en" else _of_chinese(text)
    values: dict[int, float] = {}
    places: defaultdict[int, list[Place]] = defaultdict(list)
    for weight, kind in zip(WEIGHTS, kinds, strict=True):
        distinct = set()
        for name, start, end in kind:
            row = _row(name)
            distinct.add(row)
            places[row].append((start, end))
        value = weight * max(len(distinct), 1) ** -0.5
        for row in distinct:
            values[row] = values.get(row, 0.0) + value
    ordered = sorted(values)
    return Features(
        rows=np.array(ordered, dtype=np.int64),
        values=np.array([values[row] for row in ordered], dtype=np.float64),
        places=tuple(tuple(places[row]) for row in ordered),
    )


@lru_cache(maxsize=1 << 15)
def _row(name: str) -> int:
    return crc32(name.encode()) % ROWS


@lru_cache(maxsize=1 << 12)
def _letters(surface: str) -> tuple[str, ...]:
    """Give the 3 and 4 letters in a row of a word, its edges marked."""
    word = f"<{surface}>"
    return tuple(f"{word[i : i + n]}|" for n in (3, 4) for i in range(len(word) - n + 1))


def _of_english(text: str) -> tuple[list[_Gram], ...]:
    tokens = english(text)
    words = [gram for n in (1, 2, 3) for gram in _grams(tokens, n, " ")]
    words += [
        (f"{a.stem} _ {b.stem}", a.start, b.end) for a, b in zip(tokens, tokens[2:], strict=False)
    ]
    words += _negated(tokens, _NOT)
    letters = [
        (gram, token.start, token.end)
        for token in tokens
        if not token.stem.startswith("#")
        for gram in _letters(token.surface)
    ]
    return words, letters, *_meant([tokens], "en")


def _of_chinese(text: str) -> tuple[list[_Gram], ...]:
    words: list[_Gram] = []
    chars: list[_Gram] = []
    for run in characters(text):
        cut = _words(run)
        words += [gram for n in (1, 2) for gram in _grams(cut, n, " ")]
        edged = [Token("<", "", run[0].start, run[0].start), *run]
        edged.append(Token(">", "", run[-1].end, run[-1].end))
        chars += [(f"{name}|", start, end) for name, start, end in _grams(run, 1, "")]
        chars += [
            (f"{name}|", start, end) for n in (2, 3) for name, start, end in _grams(edged, n, "")
        ]
        chars += _negated(run, _HAN_NOT)
    return words, chars, *_meant(characters(text), "zh")


def _meant(runs: Sequence[Sequence[Token]], language: Language) -> tuple[list[_Gram], list[_Gram]]:
    """Concepts, those that are negated, and pairs of concepts that follow each other."""
    single: list[_Gram] = []
    pairs: list[_Gram] = []
    for run in runs:
        found = concepts(run, language)
        for i, here in enumerate(found):
            single += [(f"@{name}", token.start, token.end) for name, token in here]
            before = {name for earlier in found[max(0, i - 2) : i] for name, _ in earlier}
            if "not" in before:
                single += [(f"@not~{name}", token.start, token.end) for name, token in here]
        for step in (1, 2):
            for earlier, later in zip(found, found[step:], strict=False):
                pairs += [
                    (f"@{first} @{second}", a.start, b.end)
                    for first, a in earlier
                    for second, b in later
                    if a.end <= b.start
                ]
    return single, pairs


def _words(run: Sequence[Token]) -> list[Token]:
    """Put the characters of a run together as the words that jieba finds."""
    import rjieba

    owners = [i for i, token in enumerate(run) for _ in token.stem]
    words: list[Token] = []
    at = 0
    for word in rjieba.cut("".join(token.stem for token in run)):
        first, last = run[owners[at]], run[owners[at + len(word) - 1]]
        words.append(Token(word, word, first.start, last.end))
        at += len(word)
    return words


def _grams(tokens: Sequence[Token], n: int, between: str) -> Iterator[_Gram]:
    for i in range(len(tokens) - n + 1):
        part = tokens[i : i + n]
        yield between.join(token.stem for token in part), part[0].start, part[-1].end


def _negated(tokens: Sequence[Token], negations: frozenset[str]) -> Iterator[_Gram]:
    for i, first in enumerate(tokens):
        if first.stem in negations:
            for token in tokens[i + 1 : i + 1 + REACH]:
                yield f"not~{token.stem}", first.start, token.end
