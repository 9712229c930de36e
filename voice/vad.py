"""Voice activity: how speech-like each 32 ms of a track is.

The weights are shared by all tracks of the process, the state belongs to the stream.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models import silero

from .resample import HalfBand

Samples = NDArray[np.float32]

CHUNK_S = silero.CHUNK / 16000
"""Length of what is judged at a time, in seconds (32 ms)."""
SPEECH = 0.5
"""Probability from which a chunk holds speech (Silero's own)."""

FORGET_S = 2.0
"""After so long without speech the model starts afresh: in a long silence on a noisy line its
state drifts until it misses the speech after it. Of 0.5, 1, 2 and 4 s this missed least of a real
call."""
_QUIET = 0.35  # probability under which there is surely no speech (Silero's own lower bound)

_PER_CHUNK = silero.CHUNK // 2
"""Samples of a chunk at the incoming rate."""
_FLOOR = 2.0**-12
"""Under this peak (-72 dB re full scale, the smallest steps of G.711) nobody speaks: gated and
lost sound needs no model."""


_FRESH = np.zeros((1, 1, silero.STATE), np.float32)


@lru_cache(maxsize=64)
def _rows(count: int) -> NDArray[np.intp]:
    """Where the samples of each chunk lie: its own, and the 64 before it."""
    within = np.arange(silero.CONTEXT + silero.CHUNK)
    return np.arange(count)[:, np.newaxis] * silero.CHUNK + within


class Vad:
    """Speech probabilities of one track, chunk by chunk.

    Chunk ``i`` is the sound from ``i * CHUNK_S`` to ``(i + 1) * CHUNK_S``. The model runs over all
    chunks that a call of :meth:`feed` completes at once, which costs half of one run a chunk.
    """

    def __init__(self) -> None:
        self._session = silero.load()
        self._double = HalfBand()
        self._waiting: Samples = np.zeros(silero.CONTEXT, np.float32)  # context, then new sound
        self._lost: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._h = self._c = _FRESH
        self._quiet_chunks = 0

    def feed(self, block: Samples, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Take samples, give the probabilities of the chunks that are complete.

        Parameters
        ----------
        block : np.ndarray [shape=(n,), dtype=float32]
            At 8 kHz, in [-1, 1].
        lost : np.ndarray [shape=(n,), dtype=bool]
            Which of them never arrived.

        Returns
        -------
        np.ndarray [shape=(chunks,), dtype=float32]
            In [0, 1]; 0 for a chunk of which more than half was lost.
        """
        self._waiting = np.concatenate([self._waiting, self._double.feed(block)])
        self._lost = np.concatenate([self._lost, lost])
        count = (len(self._waiting) - silero.CONTEXT) // silero.CHUNK
        if count == 0:
            return np.zeros(0, np.float32)
        rows = self._waiting[_rows(count)]
        if np.abs(rows).max() < _FLOOR:
            speech = np.zeros(count, np.float32)
            self._forget()
        else:
            probabilities, self._h, self._c = self._session.run(
                None, {"input": rows, "h": self._h, "c": self._c}
            )
            speech = np.asarray(probabilities, np.float32)
            self._quiet_chunks = self._quiet_chunks + count if speech.max() < _QUIET else 0
            if self._quiet_chunks * CHUNK_S >= FORGET_S:
                self._forget()
        self._waiting = self._waiting[count * silero.CHUNK :]
        lost, self._lost = self._lost[: count * _PER_CHUNK], self._lost[count * _PER_CHUNK :]
        if lost.any():
            speech[lost.reshape(count, _PER_CHUNK).mean(axis=1) > 0.5] = 0
        return speech

    def _forget(self) -> None:
        self._h = self._c = _FRESH
        self._quiet_chunks = 0

    def flush(self) -> NDArray[np.float32]:
        """Judge what is left, as if silence followed."""
        padding = _PER_CHUNK + silero.CONTEXT
        return self.feed(np.zeros(padding, np.float32), np.zeros(padding, np.bool_))
