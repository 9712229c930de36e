"""Voice activity: how speech-like each 32 ms of a track is.

The weights are shared by all calls of the process, the state belongs to the track.
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


_BEYOND = silero.CONTEXT + silero.CHUNK


@lru_cache(maxsize=64)
def _places(count: int) -> NDArray[np.intp]:
    """Where the samples of each chunk lie, with the 64 before it and its last ones mirrored."""
    mirrored = np.arange(_BEYOND - 2, _BEYOND - 2 - silero.MIRRORED, -1)
    within = np.concatenate([np.arange(_BEYOND), mirrored])
    places: NDArray[np.intp] = np.arange(count)[:, np.newaxis] * silero.CHUNK + within
    return places


class Vad:
    """Speech probabilities of the tracks of a call, chunk by chunk.

    Chunk ``i`` is the sound from ``i * CHUNK_S`` to ``(i + 1) * CHUNK_S``. The model runs over all
    chunks of all tracks that a call of :meth:`feed` completes at once, which costs a third of
    one run for each.
    """

    def __init__(self, tracks: int) -> None:
        self._session = silero.load()
        self._double = HalfBand(tracks)
        self._waiting: Samples = np.zeros((tracks, silero.CONTEXT), np.float32)  # then new sound
        self._lost: NDArray[np.bool_] = np.zeros((tracks, 0), np.bool_)
        self._h, self._c = np.zeros((2, 1, tracks, silero.STATE), np.float32)
        self._quiet_chunks = np.zeros(tracks, np.int64)

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
        self._waiting = np.concatenate([self._waiting, self._double.feed(block)], axis=1)
        self._lost = np.concatenate([self._lost, lost], axis=1)
        tracks, known = self._waiting.shape
        count = (known - silero.CONTEXT) // silero.CHUNK
        if count == 0:
            return np.zeros((tracks, 0), np.float32)
        loudest = np.abs(self._waiting[:, : silero.CONTEXT + count * silero.CHUNK]).max(axis=1)
        speech = self._judge(self._waiting[:, _places(count)], loudest >= _FLOOR)
        self._waiting = self._waiting[:, count * silero.CHUNK :]
        lost, self._lost = self._lost[:, : count * _PER_CHUNK], self._lost[:, count * _PER_CHUNK :]
        if lost.any():
            speech[lost.reshape(tracks, count, _PER_CHUNK).mean(axis=2) > 0.5] = 0
        return speech

    def flush(self) -> NDArray[np.float32]:
        """Judge what is left, as if silence followed."""
        padding = len(self._waiting), _PER_CHUNK + silero.CONTEXT
        return self.feed(np.zeros(padding, np.float32), np.zeros(padding, np.bool_))

    def _judge(self, chunks: Samples, audible: NDArray[np.bool_]) -> NDArray[np.float32]:
        speech = np.zeros(chunks.shape[:2], np.float32)
        if audible.all():
            speech[:], self._h, self._c = self._run(chunks, self._h, self._c)
        elif audible.any():
            speech[audible], self._h[:, audible], self._c[:, audible] = self._run(
                chunks[audible], self._h[:, audible], self._c[:, audible]
            )
        quiet = audible & (speech.max(axis=1) < _QUIET)
        self._quiet_chunks = (self._quiet_chunks + chunks.shape[1]) * quiet
        forgotten = ~audible | (self._quiet_chunks * CHUNK_S >= FORGET_S)
        if forgotten.any():
            self._h[:, forgotten] = self._c[:, forgotten] = 0
            self._quiet_chunks[forgotten] = 0
        return speech

    def _run(self, chunks: Samples, h: Samples, c: Samples) -> tuple[Samples, Samples, Samples]:
        speech, h, c = self._session.run(None, {"input": chunks, "h": h, "c": c})
        return speech.T, h, c
