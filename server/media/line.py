"""One track of a source on its way to blocks: what of it is written, where its next sample goes."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]

JUMP = round(0.040 * RATE)
"""A timestamp further ahead than this (40 ms) means lost sound; less is jitter."""
STEP = round(0.010 * RATE)
"""A timestamp's step from which on it is missing frames rather than a clock that runs fast."""
BACK = RATE
"""A timestamp further back than this (1 s) is a clock that began anew, not a late frame."""
AHEAD = 600 * RATE
"""A timestamp further ahead than this (10 min) is a clock that began anew, not a loss."""
TOO_LATE = RATE
"""Of a track that comes late without a break, so much (1 s) is dropped before it is taken as it
comes: heard late rather than never."""

QUIET = 0.01
"""Largest magnitude (-40 dBFS) of a sample that is quiet."""
SILENCE = RATE // 10
"""So many quiet samples in a row (100 ms) are silence: no stop closure within a word lasts as
long."""
_TAIL = 320


class Part(NamedTuple):
    """Samples of one track; ``lost`` is ``None`` where all of them are there."""

    samples: Samples
    lost: Mask | None


class Line:
    """A track's account; positions are samples of media time.

    Attributes
    ----------
    written
        Samples written, lost ones included.
    source
        Where the source's next sample belongs. Behind ``written`` while the source is late for
        what was filled.
    owed
        Quiet samples to put into the next silence.
    least
        The smallest lag since the window began.
    drift
        How far the source's timestamps are ahead of its samples; ``None`` without timestamps.
    """

    def __init__(self) -> None:
        self.parts: deque[Part] = deque()
        self.written = 0
        self.source = 0
        self.owed = 0
        self.least = 0
        self.drift: int | None = None
        self._begun = False
        self._stamp: int | None = None
        self._base = 0
        self._missing = 0
        self._late_run = 0
        self._quiet_run = 0
        self._tail: Samples = np.zeros(0, np.float32)

    def place(self, at: int | None, length: int, foremost: int) -> bool:
        """Find where the next samples belong (``source``); false if they came too late for that.

        Without a timestamp the first ones belong to the beginning, or, if that has been given up,
        to where the foremost track is.
        """
        if not self._begun:
            self._begun = True
            first = foremost if self.written else 0
            self.source = at if at is not None and 0 <= at <= first + AHEAD else first
            if at is not None:
                self._base = self.source - at
        elif at is not None and self._stamp is not None:
            step = at + self._base - self._stamp
            if -BACK <= step < -JUMP:
                return False
            if -JUMP <= step <= AHEAD:
                self._skip(step)
            else:
                self._base -= step
        if at is not None:
            self._stamp = at + self._base + length
            self.drift = self._stamp - length - self.source
        return True

    def _skip(self, step: int) -> None:
        """Lost frames add up, also when each is shorter than a jump."""
        if abs(step) > STEP:
            self._missing = max(0, self._missing + step)
        if self._missing > JUMP:
            self.source += self._missing
            self._missing = 0

    def late(self, length: int, foremost: int) -> int:
        """Tell how many of the next samples are for time that is filled already, and pass them."""
        behind = min(length, self.written - self.source)
        if behind <= 0:
            self._late_run = 0
            return 0
        if self._late_run + behind >= TOO_LATE:
            behind = TOO_LATE - self._late_run
            self.source = foremost  # where it lags no more
            self._late_run = 0
            return behind
        self.source += behind
        self._late_run = 0 if behind < length else self._late_run + behind
        return behind

    def miss(self, samples: int) -> None:
        """Account for lost samples that were not queued here; the source's own clock moves on."""
        self.written += samples
        self.source += samples
        self._quiet_run = 0
        if self._stamp is not None:
            self._stamp += samples

    def write(self, samples: Samples, lost: Mask | None) -> None:
        """Append what the source sent."""
        self._append(Part(samples, lost), len(samples))
        self.source = self.written
        loud = np.flatnonzero(np.abs(samples) > QUIET)
        if len(loud):
            self._quiet_run = len(samples) - 1 - int(loud[-1])
        else:
            self._quiet_run += len(samples)
        self._tail = np.concatenate([self._tail, samples[-_TAIL:]])[-_TAIL:]

    def fill(self, length: int) -> None:
        """Append lost samples."""
        nothing = np.broadcast_to(np.float32(0), length)
        self._append(Part(nothing, np.broadcast_to(np.True_, length)), length)
        self._quiet_run = 0

    def silence_in(self, samples: Samples) -> int | None:
        """Tell where in the next samples (or right before them) there has been enough silence."""
        if self._quiet_run >= SILENCE:
            return 0
        loud = np.flatnonzero(np.abs(samples) > QUIET)
        edges = np.concatenate([[-self._quiet_run - 1], loud, [len(samples)]])
        long = np.flatnonzero(np.diff(edges) > SILENCE)
        return int(edges[long[0]]) + 1 + SILENCE if len(long) else None

    def insert(self, length: int) -> None:
        """Append more of the silence that was written last."""
        self._append(Part(np.resize(self._tail, length), None), length)
        self.source += length
        self.owed = 0
        self._missing = max(0, self._missing - length)
        if self.drift is not None:
            self.drift -= length

    def pass_over(self, length: int) -> None:
        """Account for samples that went out without being queued here."""
        self.written += length
        self.source = self.written
        self._begun = True
        self._quiet_run = 0

    def _append(self, part: Part, length: int) -> None:
        self.parts.append(part)
        self.written += length
