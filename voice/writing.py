"""Words as a line of text, and back: what is found in the text is cut from the words.

Patterns are looked for in text, but what has times is words. A line knows where in its text each
word stands, so that a stretch of text can be replaced and all other words keep their times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .events import Word

HAN = "\u3400-\u4dbf\u4e00-\u9fff\u3007"
"""Chinese characters, and the zero that is written as a circle; for use in a character class."""

_NO_SPACE_BEFORE = re.compile(rf"[{HAN},.;:!?%'’)\]}}@_/，。、；：？！）…-]")
_NO_SPACE_AFTER = re.compile(rf"[{HAN}@_/(\[{{$€£¥￥（，。、；：？！…-]")
_SAID = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of a line, and what is to stand there instead."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A text, and where its words stand in it.

    Attributes
    ----------
    text
        What is searched: words with the space that writing has between them, not that of any
        engine, so that it does not depend on how the words were brought.
    words
        With their times.
    starts
        First character of each word.
    """

    text: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, words: Sequence[Word], breaks: frozenset[int] = frozenset()) -> Line:
        """Write words down.

        Parameters
        ----------
        words
            In order.
        breaks
            Words that follow upon a long silence: a line feed stands before them.
        """
        text = ""
        starts = []
        for place, word in enumerate(words):
            text += "\n" if place in breaks else _between(text, word.text)
            starts.append(len(text))
            text += word.text
        return cls(text, tuple(words), tuple(starts))

    def end(self, place: int) -> int:
        """Where a word ends."""
        return self.starts[place] + len(self.words[place].text)

    def replaced(self, spans: Sequence[Span]) -> list[tuple[int, Word]]:
        """Replace stretches of the text.

        Words that a stretch touches become one: of the first's start, the last's end and the
        lowest probability. A word of which no letter is left goes.

        Parameters
        ----------
        spans
            In order, none within another.

        Returns
        -------
        list
            What is left, each with the place of the (first) word that it was.
        """
        left: list[tuple[int, Word]] = []
        todo = list(spans)
        place = 0
        while place < len(self.words):
            last = place
            mine: list[Span] = []
            while todo and todo[0].start < self.end(last):
                mine.append(todo.pop(0))
                while last + 1 < len(self.words) and self.starts[last + 1] < mine[-1].end:
                    last += 1
            if mine:
                text = self._cut(self.starts[place], self.end(last), mine)
                if _SAID.search(text):
                    left.append((place, self._one(place, last, text)))
            else:
                left.append((place, self.words[place]))
            place = last + 1
        return left

    def _cut(self, start: int, end: int, spans: Sequence[Span]) -> str:
        text = ""
        for span in spans:
            text += self.text[start : span.start] + span.text
            start = span.end
        return (text + self.text[start:end]).strip()

    def _one(self, first: int, last: int, text: str) -> Word:
        touched = self.words[first : last + 1]
        return replace(
            touched[0],
            end_s=max(word.end_s for word in touched),
            text=text,
            probability=min(word.probability for word in touched),
        )


def written(texts: Iterable[str]) -> str:
    """Words with the space that writing has between them."""
    line = ""
    for text in texts:
        line += _between(line, text) + text
    return line


def gaps(text: str, words: Sequence[Word]) -> list[str]:
    """What stands before each word in the text that an engine gave with them.

    Where the text does not hold the words, it is what writing has between them.
    """
    found: list[str] = []
    before = ""
    at = 0
    for word in words:
        start = text.find(word.text, at)
        gap = text[at:start] if start >= 0 else None
        if gap is None or gap.strip():
            found.append(_between(before, word.text))
        else:
            found.append(gap)
            at = start + len(word.text)
        before = word.text
    return found


def _between(before: str, after: str) -> str:
    glued = not before or _NO_SPACE_AFTER.match(before[-1]) or _NO_SPACE_BEFORE.match(after[:1])
    return "" if glued else " "
