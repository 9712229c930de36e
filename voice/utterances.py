"""What is sent to be transcribed: stretches of speech, cut where they grow too long.

Whisper's short windows hold 10 s. Speech that goes on is cut before that, at its quietest moment,
so that no word is torn if there is any gap to cut in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

MAX_S = 9.0
"""Longest utterance, in seconds."""
EARLIEST_CUT_S = 4.5
"""No cut before this: short utterances are transcribed worse, having less context."""
PADDING_S = 0.2
"""Sound kept before and after an utterance: VAD's edges may shave a soft consonant."""

Quietest = Callable[[float, float], float]
"""From a stretch (seconds of media time), the moment in it where to cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One stretch to be transcribed, in seconds of media time.

    Attributes
    ----------
    sound_start_s, sound_end_s
        What the recogniser is given: some sound before and after, but none beyond a cut, where
        it would hear a word twice.
    """

    utterance_id: str
    start_s: float
    end_s: float
    sound_start_s: float
    sound_end_s: float
    reason: Literal["silence", "cut", "end"]


class UtteranceCutter:
    """Turns one track's starts and ends of speech into utterances of at most 9 s."""

    def __init__(self, track: int, quietest: Quietest) -> None:
        self._track = track
        self._quietest = quietest
        self._count = 0
        self._start_s: float | None = None
        self._was_cut = False

    def start(self, at_s: float) -> None:
        """Speech begins."""
        self._start_s, self._was_cut = at_s, False

    def advance(self, heard_s: float) -> Utterance | None:
        """Cut what has grown too long by ``heard_s``."""
        if self._start_s is None or heard_s - self._start_s < MAX_S:
            return None
        start_s = self._start_s
        cut_s = self._quietest(start_s + EARLIEST_CUT_S, start_s + MAX_S)
        self._start_s = cut_s
        utterance = self._utterance(start_s, cut_s, "cut")
        self._was_cut = True
        return utterance

    def end(self, at_s: float, reason: Literal["silence", "end"]) -> Utterance | None:
        """Speech has ended; ``None`` if the last cut left nothing of it."""
        start_s, self._start_s = self._start_s, None
        if start_s is None or at_s <= start_s:
            return None
        return self._utterance(start_s, at_s, reason)

    def open(self, at_s: float) -> Utterance | None:
        """Tell what the open utterance will be if its speech ends at ``at_s``; changes nothing."""
        if self._start_s is None or at_s <= self._start_s:
            return None
        return self._as(self._count + 1, self._start_s, at_s, "silence")

    def _utterance(
        self, start_s: float, end_s: float, reason: Literal["silence", "cut", "end"]
    ) -> Utterance:
        self._count += 1
        return self._as(self._count, start_s, end_s, reason)

    def _as(
        self, number: int, start_s: float, end_s: float, reason: Literal["silence", "cut", "end"]
    ) -> Utterance:
        return Utterance(
            utterance_id=f"{self._track}-{number}",
            start_s=start_s,
            end_s=end_s,
            sound_start_s=start_s if self._was_cut else max(0.0, start_s - PADDING_S),
            sound_end_s=end_s if reason == "cut" else end_s + PADDING_S,
            reason=reason,
        )
