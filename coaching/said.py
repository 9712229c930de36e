"""What was said, as patterns see it: sentences of tokens that know where they stand in the text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from voice.events import WordsFinal

from .phrases import content, tokens

ALIKE_SHARE = 0.75
"""Of the content of the shorter of two quotes: then they say the same."""

_TOKEN = re.compile(
    r"[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:['’‘`][^\W_\u3400-\u4dbf\u4e00-\u9fff]+)*"
    r"|[\u3400-\u4dbf\u4e00-\u9fff]|[.?!;。？！；…,，、：:]"
)
_APOSTROPHES = str.maketrans("", "", "'’‘`")
_COMMAS = frozenset(",，、：:")
_STOPS = frozenset(".?!;。？！；…")

# Characters that sound alike and that recognisers exchange without changing what is meant.
_ALIKE = str.maketrans("她它您妳地得嘛作再", "他他你你的的吗做在")


def folded(token: str) -> str:
    """Give the form in which tokens are compared: ``Don't`` -> ``dont``, ``您`` -> ``你``."""
    plain = unicodedata.normalize("NFKC", token).lower().translate(_APOSTROPHES)
    return plain.translate(_ALIKE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as one line, each token and each comma followed by a space."""

    line: str
    at: tuple[int, ...]
    """Where each token starts in ``line``, ascending."""
    spans: tuple[tuple[int, int], ...]
    """Where each token stands in the text."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give what ``line[start:end]`` is in the text, without a comma at its end."""
        first = bisect_right(self.at, start) - 1
        last = bisect_right(self.at, end - 1) - 1
        while last > first and self.line.startswith(", ", self.at[last]):
            last -= 1
        return self.spans[first][0], self.spans[last][1]


def sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences of comparable tokens.

    Examples
    --------
    >>> [sentence.line for sentence in sentences("No, it isn't. 太贵了！")]
    ['no , it isnt ', '太 贵 了 ']
    """
    found: list[Sentence] = []
    parts: list[str] = []
    at: list[int] = []
    spans: list[tuple[int, int]] = []

    def end() -> None:
        if parts:
            found.append(Sentence("".join(parts), tuple(at), tuple(spans)))
            parts.clear()
            at.clear()
            spans.clear()

    length = 0
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark in _STOPS:
            end()
            length = 0
            continue
        token = "," if mark in _COMMAS else folded(mark)
        parts.append(token + " ")
        at.append(length)
        spans.append(match.span())
        length += len(token) + 1
    end()
    return tuple(found)


def clause(text: str, start: int, end: int, most: int = 80) -> str:
    """Quote the words around ``text[start:end]``: their clause, or as much of it as fits.

    Parameters
    ----------
    text
        What was said.
    start, end
        What the quote is about.
    most
        Characters at most; a Hanzi counts as two.
    """
    marks = _STOPS | _COMMAS
    first, last = start, end
    while first > 0 and text[first - 1] not in marks:
        first -= 1
    while last < len(text) and text[last] not in marks:
        last += 1
    if _width(text[first:last]) > most:
        first, last = _around(text, first, start, end, last, most)
    return text[first:last].strip()


def starts_s(fact: WordsFinal, start: int) -> float:
    """Give when the word at ``fact.text[start:]`` was said, in seconds of media time."""
    cursor, when_s = 0, fact.start_s
    for word in fact.words:
        place = fact.text.find(word.text.strip(), cursor)
        if place < 0:
            continue
        if place > start:
            break
        cursor, when_s = place + len(word.text.strip()), word.start_s
    return when_s


def _around(text: str, first: int, start: int, end: int, last: int, most: int) -> tuple[int, int]:
    """Widen ``start..end`` word by word, the words after it first, while it fits."""
    grown = True
    while grown:
        grown = False
        for step in (_after(text, end, last), _before(text, start, first)):
            low, high = min(start, step), max(end, step)
            if (low, high) != (start, end) and _width(text[low:high]) <= most:
                start, end, grown = low, high, True
    return start, end


def _after(text: str, end: int, last: int) -> int:
    found = _TOKEN.search(text, end, last)
    return found.end() if found else end


def _before(text: str, start: int, first: int) -> int:
    found = [match.start() for match in _TOKEN.finditer(text, first, start)]
    return found[-1] if found else start


def _width(text: str) -> int:
    return sum(2 if char > "\u2e80" else 1 for char in text)


def alike(one: str, other: str) -> bool:
    """Tell whether two quotes say the same in almost the same words."""
    first, second = _kernel(one), _kernel(other)
    if not first or not second:
        return first == second
    return len(first & second) >= ALIKE_SHARE * min(len(first), len(second))


def _kernel(text: str) -> frozenset[str]:
    return content(tokens(text)) or frozenset(tokens(text))
