"""Voice activity: how speech-like each 32 ms of a track is.

The weights are shared by all calls of the process, the state belongs to the track.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models import silero

from .clock import RATE
from .resample import LOOKAHEAD, taps

Samples = NDArray[np.float32]

CHUNK_S = silero.CHUNK / RATE
"""Length of what is judged at a time, in seconds (32 ms)."""
SPEECH = 0.5
"""Probability from which a chunk holds speech (Silero's own)."""

FORGET_S = 2.0
"""After so long without speech the model starts afresh: in a long silence on a noisy line its
state drifts until it misses the speech after it. Of 0.5, 1, 2 and 4 s this missed least of a real
call."""
_FORGET_CHUNKS = FORGET_S / CHUNK_S
_QUIET = 0.35  # probability under which there is surely no speech (Silero's own lower bound)

_FLOOR = 2.0**-12
"""Under this peak (-72 dB re full scale, the smallest steps of G.711) nobody speaks: gated and
lost sound needs no model."""

_BEFORE = silero.CONTEXT + LOOKAHEAD
"""Samples before a chunk that its first frame sees."""
_FRAME = 2 * silero.HOP + 2 * LOOKAHEAD
_LAST = _FRAME - silero.CONTEXT
"""Samples of a frame, and of a chunk's last one, which ends where the chunk does."""


class Vad:
    """Speech probabilities of the tracks of a call, chunk by chunk.

    Chunk ``i`` is the sound from ``i * CHUNK_S`` to ``(i + 1) * CHUNK_S``. The model runs over many
    chunks of all tracks at once, which costs a third of one run for each.
    """

    def __init__(self, tracks: int) -> None:
        self._session = silero.load(tuple(taps().tolist()))
        self._waiting: Samples = np.zeros((tracks, _BEFORE), np.float32)  # then new sound
        self._lost: NDArray[np.bool_] = np.zeros((tracks, 0), np.bool_)
        self._h, self._c = np.zeros((2, 1, tracks, silero.STATE), np.float32)
        self._quiet_chunks = [0] * tracks

    def feed(self, block: Samples, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Take samples, give the probabilities of the chunks that are complete.

        Parameters
        ----------
        block : np.ndarray [shape=(tracks, n), dtype=float32]
            At 8 kHz, in [-1, 1].
        lost : np.ndarray [shape=(tracks, n), dtype=bool]
            Which of them never arrived.

        Returns
        -------
        np.ndarray [shape=(tracks, chunks), dtype=float32]
            In [0, 1]; 0 for a chunk of which more than half was lost.
        """
        return self.feed_ticks(block, lost, ticks=1)[0]

    def feed_ticks(
        self, block: Samples, lost: NDArray[np.bool_], ticks: int
    ) -> list[NDArray[np.float32]]:
        """Take several ticks of equal length at once.

        Gives what :meth:`feed` would give for each, to the bit, in fewer runs of the model.
        """
        known = np.concatenate([self._waiting, block], axis=1)
        lost = np.concatenate([self._lost, lost], axis=1)
        tick = block.shape[1] // ticks
        before = known.shape[1] - block.shape[1] - _BEFORE - LOOKAHEAD
        ends = [max(0, (before + (k + 1) * tick) // silero.CHUNK) for k in range(ticks)]
        new = ends[-1] * silero.CHUNK
        self._waiting, self._lost = known[:, new:], lost[:, new:]
        speech = np.zeros((len(known), ends[-1]), np.float32)
        bounds = list(zip([0, *ends], ends, strict=False))
        if new:
            self._judge(known, bounds, speech)
            if (gone := lost[:, :new]).any():
                share = gone.reshape(len(known), -1, silero.CHUNK).mean(axis=2)
                speech[share > 0.5] = 0
        return [speech[:, start:end] for start, end in bounds]

    def flush(self) -> NDArray[np.float32]:
        """Judge what is left, as if silence followed."""
        padding = len(self._waiting), silero.CHUNK + LOOKAHEAD
        return self.feed(np.zeros(padding, np.float32), np.zeros(padding, np.bool_))

    def _judge(
        self, known: Samples, bounds: Sequence[tuple[int, int]], speech: NDArray[np.float32]
    ) -> None:
        """Fill in the probabilities of the chunks of ticks, which begin and end at `bounds`."""
        frames, last = _frames(known, speech.shape[1])
        ticks = [(start, end) for start, end in bounds if end > start]
        audible = [_audible(known, start, end) for start, end in ticks]
        first = 0
        while first < len(ticks):
            heard, begin = audible[first], ticks[first][0]
            behind = first + 1
            # a run ends before the state of a track may have to be forgotten
            while (
                behind < len(ticks)
                and max(self._quiet_chunks) + ticks[behind - 1][1] - begin < _FORGET_CHUNKS
                and audible[behind] == heard
            ):
                behind += 1
            end = ticks[behind - 1][1]
            speech[:, begin:end] = self._probabilities(frames[begin:end], last[begin:end], heard)
            for start, stop in ticks[first:behind]:
                self._count_quiet(heard, speech[:, start:stop].max(axis=1).tolist(), stop - start)
            first = behind

    def _probabilities(
        self, frames: Samples, last: Samples, heard: Sequence[bool]
    ) -> NDArray[np.float32]:
        if all(heard):
            speech, self._h, self._c = self._run(frames, last, self._h, self._c)
            return speech
        speech = np.zeros((len(heard), len(frames)), np.float32)
        if any(heard):
            some = np.array(heard)
            speech[some], self._h[:, some], self._c[:, some] = self._run(
                frames[:, some], last[:, some], self._h[:, some], self._c[:, some]
            )
        return speech

    def _count_quiet(self, heard: Sequence[bool], most: Sequence[float], chunks: int) -> None:
        """Count chunks without speech, and forget what was heard before enough of them."""
        for track, there in enumerate(heard):
            quiet = self._quiet_chunks[track] + chunks if most[track] < _QUIET else 0
            if not there or quiet >= _FORGET_CHUNKS:
                self._h[:, track] = self._c[:, track] = quiet = 0
            self._quiet_chunks[track] = quiet

    def _run(
        self, frames: Samples, last: Samples, h: Samples, c: Samples
    ) -> tuple[Samples, Samples, Samples]:
        speech, h, c = self._session.run(None, {"frames": frames, "last": last, "h": h, "c": c})
        return speech.T, h, c


def _audible(known: Samples, start: int, end: int) -> list[bool]:
    """Tell on which tracks something is heard in chunks, and next to them."""
    sound = known[:, start * silero.CHUNK : end * silero.CHUNK + _BEFORE + LOOKAHEAD]
    found: list[bool] = (np.abs(sound).max(axis=1) >= _FLOOR).tolist()
    return found


def _frames(known: Samples, count: int) -> tuple[Samples, Samples]:
    """Cut the frames of each chunk [chunks, tracks, 3, samples] and its last one, as views."""
    tracks, length = known.shape
    sample = known.itemsize
    chunk = silero.CHUNK * sample, length * sample, silero.HOP * sample, sample
    frames: Samples = np.ndarray((count, tracks, 3, _FRAME), np.float32, known, 0, chunk)
    behind = 3 * silero.HOP * sample
    last: Samples = np.ndarray(
        (count, tracks, _LAST), np.float32, known, behind, (*chunk[:2], sample)
    )
    return frames, last
