"""Voice activity: how speech-like each 32 ms of a track is.

The weights are shared by all calls of the process, the state belongs to the track.
"""

from __future__ import annotations

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

    Chunk ``i`` is the sound from ``i * CHUNK_S`` to ``(i + 1) * CHUNK_S``. The model runs over all
    chunks of all tracks that a call of :meth:`feed` completes at once, which costs a third of
    one run for each.
    """

    def __init__(self, tracks: int) -> None:
        self._session = silero.load(tuple(taps().tolist()))
        self._waiting: Samples = np.zeros((tracks, _BEFORE), np.float32)  # then new sound
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
        known = np.concatenate([self._waiting, block], axis=1)
        self._lost = np.concatenate([self._lost, lost], axis=1)
        tracks = len(known)
        count = (known.shape[1] - _BEFORE - LOOKAHEAD) // silero.CHUNK
        if count <= 0:
            self._waiting = known
            return np.zeros((tracks, 0), np.float32)
        new = count * silero.CHUNK
        loudest = np.abs(known[:, : new + _BEFORE + LOOKAHEAD]).max(axis=1)
        speech = self._judge(*_frames(known, count), loudest >= _FLOOR)
        self._waiting = known[:, new:]
        lost, self._lost = self._lost[:, :new], self._lost[:, new:]
        if lost.any():
            speech[lost.reshape(tracks, count, silero.CHUNK).mean(axis=2) > 0.5] = 0
        return speech

    def flush(self) -> NDArray[np.float32]:
        """Judge what is left, as if silence followed."""
        padding = len(self._waiting), silero.CHUNK + LOOKAHEAD
        return self.feed(np.zeros(padding, np.float32), np.zeros(padding, np.bool_))

    def _judge(
        self, frames: Samples, last: Samples, audible: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        if audible.all():
            speech, self._h, self._c = self._run(frames, last, self._h, self._c)
        else:
            speech = np.zeros((len(audible), len(frames)), np.float32)
            if audible.any():
                speech[audible], self._h[:, audible], self._c[:, audible] = self._run(
                    frames[:, audible],
                    last[:, audible],
                    self._h[:, audible],
                    self._c[:, audible],
                )
        quiet = audible & (speech.max(axis=1) < _QUIET)
        self._quiet_chunks = (self._quiet_chunks + len(frames)) * quiet
        forgotten = ~audible | (self._quiet_chunks >= _FORGET_CHUNKS)
        if forgotten.any():
            self._h[:, forgotten] = self._c[:, forgotten] = 0
            self._quiet_chunks[forgotten] = 0
        return speech

    def _run(
        self, frames: Samples, last: Samples, h: Samples, c: Samples
    ) -> tuple[Samples, Samples, Samples]:
        speech, h, c = self._session.run(None, {"frames": frames, "last": last, "h": h, "c": c})
        return speech.T, h, c


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
