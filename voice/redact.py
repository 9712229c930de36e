"""Redaction: between recogniser and coach, so that nobody ever sees the numbers that were said.

A number can be dictated over several utterances, each of which looks harmless. So an utterance
that ends amid something that could become one is held back until it is known what it is: until
the next words of the track, or 5 s of silence. How words are divided into utterances changes
nothing in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .events import Word, WordsFinal, WordsMissing
from .redact_text import mask_partial, private
from .writing import Line, Span, gaps

__all__ = ["HELD_S", "Redactor", "mask_partial"]

HELD_S = 5.0
"""A number does not go on over a longer silence."""
NOTICED_S = 1.0
"""Who speaks on has been heard to do so by then: starts of speech are known within 0.4 s."""
LONGEST_S = 60.0
"""Somebody who says digits for longer than this is not dictating a number; what was held is
released, masked as far as it is one."""
CONTEXT = 64
"""Words before an utterance that are looked at: what announces a number, and its earlier parts;
more than twice what either needs, so that it does not matter where an utterance began."""

Final = WordsFinal | WordsMissing


@dataclass(frozen=True, slots=True)
class _Seen:
    """A word, and of which held utterance it is; -1 if it is long released."""

    word: Word
    utterance: int


class Redactor:
    """Redacts the words of one track, utterance by utterance in the order of the call."""

    def __init__(self) -> None:
        self._held: list[Final] = []
        self._context: list[Word] = []
        self._broken = False  # whether nothing may be continued that the context ends with

    def final(self, final: Final) -> list[Final]:
        """Take the next utterance of the track.

        Returns
        -------
        list
            Utterances that can be seen now, in order: their words and text are redacted, times
            kept. A token such as ``[card]`` is one word, in the utterance where the number began;
            an utterance that only went on with it is left without words.
        """
        self._held.append(final)
        line, first = self._line()
        spans, open_from = private(line.text)
        spoken = [word for held in self._held for word in _words(held)]
        if spoken and spoken[-1].end_s - spoken[0].start_s > LONGEST_S:
            return self._release_all()
        count = 0
        place = first
        for index, held in enumerate(self._held):
            place += len(_words(held))
            end = line.end(place - 1) if place > 0 else 0
            closed = place == len(line.words) or all(
                span.end <= end or span.start >= line.starts[place] for span in spans
            )
            if end <= open_from and closed:
                count = index + 1
        return self._release(line, spans, first, count)

    def advance(self, now_s: float, *, waiting: bool) -> list[Final]:
        """Let time pass.

        Parameters
        ----------
        now_s
            Media time.
        waiting
            Whether more words of the track are on their way: it speaks, or the words of an
            utterance have not come. What is held then waits for them.

        Returns
        -------
        list
            As for :meth:`final`.
        """
        if not self._held or waiting:
            return []
        last_s = max(
            words[-1].end_s if (words := _words(held)) else held.at_s for held in self._held
        )
        return self._release_all() if now_s >= last_s + HELD_S + NOTICED_S else []

    def finish(self) -> list[Final]:
        """No more words will come: release what is held. Idempotent."""
        return self._release_all() if self._held else []

    def _release_all(self) -> list[Final]:
        line, first = self._line()
        spans, _ = private(line.text)
        released = self._release(line, spans, first, len(self._held))
        self._broken = True
        return released

    def _line(self) -> tuple[Line, int]:
        """Context and what is held as one text, and the place of the first word that is held."""
        words = [*self._context, *(word for held in self._held for word in _words(held))]
        first = len(self._context)
        breaks = {
            place
            for place in range(1, len(words))
            if words[place].start_s - words[place - 1].end_s > HELD_S
        }
        if self._broken and 0 < first < len(words):
            breaks.add(first)
        return Line.of(words, frozenset(breaks)), first

    def _release(self, line: Line, spans: Sequence[Span], first: int, count: int) -> list[Final]:
        """Release the first `count` of what is held."""
        begin = line.starts[first] if first < len(line.words) else len(line.text)
        mine = [replace(span, start=max(span.start, begin)) for span in spans if span.end > begin]
        left = [(place, word) for place, word in line.replaced(mine) if place >= first]
        released: list[Final] = []
        for held in self._held[:count]:
            last = first + len(_words(held))
            released.append(
                _redacted(held, [(at - first, word) for at, word in left if first <= at < last])
            )
            first = last
        if any(_words(held) for held in self._held[:count]):
            self._context = list(line.words[max(0, first - CONTEXT) : first])
            self._broken = False
        self._held = self._held[count:]
        return released


def _words(final: Final) -> tuple[Word, ...]:
    return final.words if isinstance(final, WordsFinal) else ()


def _redacted(final: Final, left: Sequence[tuple[int, Word]]) -> Final:
    words = tuple(word for _, word in left)
    if not isinstance(final, WordsFinal) or words == final.words:
        return final
    before = gaps(final.text, final.words)
    text = "".join(before[place] + word.text for place, word in left).strip()
    return replace(final, words=words, text=text)
