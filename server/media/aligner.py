"""Tracks that come each at its own pace become blocks of all tracks, with a mask of what is lost.

The aligner knows no clock: calls are clocked from sample counts, and how long it waits is measured
in media time, by the track that is ahead. The same samples pushed in other pieces give the same
blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE

from .line import JUMP, Line, Part

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]
Block = tuple[Samples, Mask | None]

WAIT = round(0.200 * RATE)
"""So far (200 ms) a track may be behind the foremost one before it is filled up with *lost*."""
DRIFT = JUMP
"""A track that stays further behind than this (40 ms) is moved up, in silence."""
WINDOW = 10 * RATE
"""A lag is drift, not jitter, when even its smallest value of 10 s is too large."""
MOST = RATE
"""Longest block that comes out (1 s)."""


@dataclass(slots=True)
class Alignment:
    """What happened to the samples of a call, all tracks together.

    Attributes
    ----------
    lost
        Filled because they did not come, or not in time.
    late
        Came when their time had been filled already.
    dropped
        Came out of order, with timestamps that had passed.
    corrected
        Quiet samples put in against drift.
    """

    lost: int = 0
    late: int = 0
    dropped: int = 0
    corrected: int = 0


class Aligner:
    """Brings tracks together.

    A timestamp more than 40 ms ahead of what is due means lost sound (several smaller steps of
    10 ms and more add up); less is jitter and ignored, as are timestamps that lag behind the
    sample counts. Without timestamps a track is contiguous; it begins with the call, or, if it
    first appears more than 200 ms later, where the foremost track is by then. A track that comes
    more than 200 ms late without a break goes on there, too, once 1 s of it has been dropped.

    A track is behind by the samples that it lacks against the foremost one, or, where all tracks
    have timestamps, by how much further its timestamps have run ahead of its samples than those of
    any other. If that never falls to 40 ms within 10 s it is drift: the track's next silence
    (100 ms in which no sample exceeds -40 dBFS) is made longer by as much. A line that is never
    silent stays uncorrected; beyond 200 ms it loses samples like any late track.

    Parameters
    ----------
    tracks
        Of the call: 1 or 2.

    Attributes
    ----------
    counts : Alignment
    """

    def __init__(self, tracks: int) -> None:
        self._lines = [Line() for _ in range(tracks)]
        self._ready: list[Block] = []
        self._given = 0
        self._window_end = WINDOW
        self.counts = Alignment()

    def push(
        self, track: int, at_sample: int | None, samples: Samples, lost: Mask | None = None
    ) -> None:
        """Take samples of one track.

        Parameters
        ----------
        track
            From 0.
        at_sample
            Where they belong by the source's timestamps, in samples since the call began;
            ``None``: right after those before.
        samples : np.ndarray [shape=(n,), dtype=float32]
            At 8 kHz.
        lost : np.ndarray [shape=(n,), dtype=bool], optional
            Which of them the source itself does not have.
        """
        line = self._lines[track]
        foremost = max(other.written for other in self._lines)
        if not line.place(at_sample, len(samples), foremost):
            self.counts.dropped += len(samples)
            return
        done = 0
        while done < len(samples) and (late := line.late(len(samples) - done, foremost)):
            self.counts.late += late
            done += late
        if done < len(samples):
            self._fill(line, line.source - line.written)
        while done < len(samples):
            piece = slice(done, done + self._room(line, len(samples) - done))
            done += self._write(line, samples[piece], None if lost is None else lost[piece])

    def push_block(self, block: Samples, lost: Mask | None = None) -> None:
        """Take samples of all tracks that belong together.

        Parameters
        ----------
        block : np.ndarray [shape=(tracks, n), dtype=float32]
        lost : np.ndarray [shape=(tracks, n), dtype=bool], optional
        """
        length = block.shape[1]
        if all(line.written == line.source == self._given for line in self._lines):
            for line in self._lines:
                line.pass_over(length)
            self._given += length
            self._ready.append((block, lost))
            if lost is not None:
                self.counts.lost += int(lost.sum())
            while self._given >= self._window_end:
                self._next_window()
            return
        for start in range(0, length, WAIT):
            for track, row in enumerate(block):
                mask = None if lost is None else lost[track, start : start + WAIT]
                self.push(track, None, row[start : start + WAIT], mask)

    def gap(self, samples: int) -> None:
        """Let so much time pass of which no track has any sound.

        It goes out without being queued, as there is nothing to bring together; so that ten minutes
        of nothing, which a client can say in fifty bytes, cost no more than it takes to say so.
        """
        self._level()
        self._ready = self.take()
        for line in self._lines:
            line.miss(samples)
        self.counts.lost += samples * len(self._lines)
        while samples:
            shape = len(self._lines), min(MOST, samples)
            nothing = np.broadcast_to(np.float32(0), shape)
            self._ready.append((nothing, np.broadcast_to(np.True_, shape)))
            self._given += shape[1]
            samples -= shape[1]
        while self._given >= self._window_end:
            self._next_window()

    def take(self) -> list[Block]:
        """Give what is complete.

        Returns
        -------
        list of (np.ndarray [shape=(tracks, n), dtype=float32], np.ndarray of bool or None)
            Blocks in order, each with the mask of its lost samples if there are any.
        """
        ready, self._ready = self._ready, []
        end = min(line.written for line in self._lines)
        while self._given < end:
            length = min(MOST, end - self._given)
            rows = [_first(line, length) for line in self._lines]
            block = np.stack([row.samples for row in rows])
            masked = any(row.lost is not None for row in rows)
            lost = np.stack([_mask(row) for row in rows]) if masked else None
            ready.append((block, lost))
            self._given += length
        return ready

    def finish(self) -> list[Block]:
        """Fill what is missing at the end; nothing more comes. Give the last blocks."""
        self._level()
        return self.take()

    def _write(self, line: Line, samples: Samples, lost: Mask | None) -> int:
        """Write samples, or those before the silence that takes what is owed; tell how many."""
        at = line.silence_in(samples) if line.owed else None
        if at is not None:
            samples, lost = samples[:at], None if lost is None else lost[:at]
        if len(samples):
            line.write(samples, lost)
            if lost is not None:
                self.counts.lost += int(lost.sum())
            self._settle()
        if at is not None:
            self._correct(line)
        return len(samples)

    def _correct(self, line: Line) -> None:
        owed = min(line.owed, line.least)
        line.owed = 0
        if owed > DRIFT:
            line.insert(owed)
            self.counts.corrected += owed
            line.least = self._lag(line)
            self._settle()

    def _fill(self, line: Line, length: int) -> None:
        while length > 0:
            part = self._room(line, length)
            line.fill(part)
            self.counts.lost += part
            length -= part
            self._settle()

    def _level(self) -> None:
        foremost = max(line.written for line in self._lines)
        for line in self._lines:
            self._fill(line, foremost - line.written)
            line.source = max(line.source, line.written)

    def _settle(self) -> None:
        """See to it, after each change, that nobody is too far behind; measure who is behind."""
        foremost = max(line.written for line in self._lines)
        for line in self._lines:
            behind = foremost - WAIT - line.written
            if behind > 0:
                line.fill(behind)
                self.counts.lost += behind
            line.least = min(line.least, self._lag(line))
        while foremost >= self._window_end:
            self._next_window()

    def _next_window(self) -> None:
        self._window_end += WINDOW
        for line in self._lines:
            line.owed = line.least if line.least > DRIFT else 0
            line.least = self._lag(line)

    def _lag(self, line: Line) -> int:
        drifts = [other.drift for other in self._lines if other.drift is not None]
        if line.drift is not None and len(drifts) == len(self._lines):
            return line.drift - min(drifts)
        return max(other.written for other in self._lines) - line.written

    def _room(self, line: Line, length: int) -> int:
        """So many may be written in one go: windows begin at the same sample in any chunking."""
        room = self._window_end - line.written
        return min(length, room) if room > 0 else length


def _first(line: Line, length: int) -> Part:
    """Take a line's next samples off its queue."""
    parts: list[Part] = []
    while length:
        samples, lost = line.parts.popleft()
        if len(samples) > length:
            rest = None if lost is None else lost[length:]
            line.parts.appendleft(Part(samples[length:], rest))
            samples, lost = samples[:length], None if lost is None else lost[:length]
        parts.append(Part(samples, lost))
        length -= len(samples)
    if len(parts) == 1:
        return parts[0]
    masked = any(part.lost is not None for part in parts)
    return Part(
        np.concatenate([part.samples for part in parts]),
        np.concatenate([_mask(part) for part in parts]) if masked else None,
    )


def _mask(part: Part) -> Mask:
    return part.lost if part.lost is not None else np.zeros(len(part.samples), np.bool_)
