"""Who has the floor: turns, overlaps and silences, from the speech of all tracks together.

```
agent   ~~~~~~~~~~~~      ~~~~~~~~~~~~~~~
caller               ~~~~~~~~~~~~~~        ~~~~
turns   [---agent---][-caller-][---agent---][c]
                          ^ barge-in: the agent came in and went on
```

Speech that begins while the other speaks and ends before they do (a "mm-hm") is an overlap and no
turn. The edges must come in the order in which they were so; the pipeline holds them back until
no earlier one can follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPolicy:
    """When a pause ends a turn, and what is too short to mention."""

    max_pause_s: float = 3.0
    """A longer pause ends the turn even if nobody answers."""
    min_overlap_s: float = 0.2
    """Shorter overlaps are the ordinary click of one turn into the next."""
    silence_s: float = 3.0
    """When nobody has spoken for so long it is a silence worth telling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn of ``track``; times in seconds of media time."""

    track: int
    start_s: float
    end_s: float
    speech_s: float
    response_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlapped:
    """Two tracks spoke at once; ``track`` came in second."""

    track: int
    start_s: float
    end_s: float
    barge_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """Nobody spoke from ``start_s`` on; ``track`` had spoken last."""

    track: int
    start_s: float
    end_s: float
    over: bool


Finding = Turn | Overlapped | Silent


@dataclass(slots=True)
class _Open:
    """A turn that still goes on."""

    track: int
    start_s: float
    response_s: float | None
    end_s: float
    speech_s: float = 0.0


class Floor:
    """Follows who speaks and tells what is certain so far."""

    def __init__(self, policy: TurnPolicy | None = None) -> None:
        self._policy = policy or TurnPolicy()
        self._speaking: dict[int, float] = {}  # track -> since when
        self._turn: _Open | None = None
        self._last: tuple[int, float] | None = None  # who ended the last turn, and when
        self._silence: tuple[int, float] | None = None  # told, not over: who spoke last, since when

    def edge(self, track: int, kind: Literal["start", "end"], at_s: float) -> list[Finding]:
        """Take the next start or end of speech on any track."""
        found = self.advance(at_s)
        if kind == "start":
            found += self._start(track, at_s)
        elif track in self._speaking:
            found += self._end(track, at_s)
        return found

    def advance(self, now_s: float) -> list[Finding]:
        """Tell what the passing of time alone makes certain."""
        turn = self._turn
        if turn is None or self._speaking:
            return []
        found: list[Finding] = []
        quiet_s = now_s - turn.end_s
        if quiet_s >= self._policy.silence_s - 1e-9 and self._silence is None:
            self._silence = (turn.track, turn.end_s)
            found.append(Silent(track=turn.track, start_s=turn.end_s, end_s=now_s, over=False))
        if quiet_s >= self._policy.max_pause_s - 1e-9:
            found += self._close()
        return found

    def interrupt(self, now_s: float) -> list[Finding]:
        """Sound was lost, or the call is on hold: no silence can be told across this moment."""
        found: list[Finding] = []
        if self._silence is not None:
            track, since_s = self._silence
            found.append(Silent(track=track, start_s=since_s, end_s=now_s, over=True))
            self._silence = None
        if not self._speaking:
            found += self._close()
        return found

    def finish(self, now_s: float) -> list[Finding]:
        """End everything that is open."""
        found = self.advance(now_s)
        for track in sorted(self._speaking):
            found += self._end(track, now_s)
        return found + self.interrupt(now_s)

    def _start(self, track: int, at_s: float) -> list[Finding]:
        found: list[Finding] = []
        if self._silence is not None:
            last, since_s = self._silence
            found.append(Silent(track=last, start_s=since_s, end_s=at_s, over=True))
            self._silence = None
        self._speaking[track] = at_s
        turn = self._turn
        if turn is not None and turn.track != track and turn.track not in self._speaking:
            found += self._close()
        if self._turn is None:
            self._open(track, at_s)
        return found

    def _end(self, track: int, at_s: float) -> list[Finding]:
        since_s = self._speaking.pop(track)
        turn = self._turn
        if turn is None:
            return []
        other, other_since_s = next(iter(self._speaking.items()), (None, 0.0))
        if turn.track != track:
            return self._overlap(track, since_s, at_s, barge_in=False)
        turn.speech_s += at_s - since_s
        turn.end_s = at_s
        if other is None:
            return []
        # the other came in and goes on: the floor is theirs, from where they came in
        found = self._overlap(other, other_since_s, at_s, barge_in=True)
        found += self._close()
        self._open(other, other_since_s)
        return found

    def _overlap(
        self, track: int, start_s: float, end_s: float, *, barge_in: bool
    ) -> list[Finding]:
        if end_s - start_s < self._policy.min_overlap_s:
            return []
        return [Overlapped(track=track, start_s=start_s, end_s=end_s, barge_in=barge_in)]

    def _open(self, track: int, at_s: float) -> None:
        answered = self._last is not None and self._last[0] != track
        response_s = at_s - self._last[1] if self._last is not None and answered else None
        self._turn = _Open(track=track, start_s=at_s, response_s=response_s, end_s=at_s)

    def _close(self) -> list[Finding]:
        turn = self._turn
        if turn is None:
            return []
        self._turn, self._last = None, (turn.track, turn.end_s)
        return [
            Turn(
                track=turn.track,
                start_s=turn.start_s,
                end_s=turn.end_s,
                speech_s=turn.speech_s,
                response_s=turn.response_s,
            )
        ]
