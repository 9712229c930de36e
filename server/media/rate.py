"""Any rate to the 8 kHz of the core, block by block, without moving a sound in time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE

Samples = NDArray[np.float32]


class ToCoreRate:
    """Resamples all tracks of a call.

    soxr aligns its output with its input by itself; it holds back up to 160 ms, which
    :meth:`flush` gives. After a flush (and only then) exactly ``round(n * 8000 / rate)`` samples
    have come out for ``n`` that went in. At 8 kHz nothing is done and nothing held back.

    Parameters
    ----------
    rate
        Of what comes in, in Hz.
    tracks
        Of the call.

    Attributes
    ----------
    given : int
        Samples of each track at 8 kHz so far, :meth:`skip` included.
    """

    def __init__(self, rate: int, tracks: int) -> None:
        self.given = 0
        self._rate = rate
        self._tracks = tracks
        self._taken = 0
        self._stream = self._new() if rate != RATE else None
        self._dirty = False

    def feed(self, block: Samples) -> Samples:
        """Take samples [shape=(tracks, n)], give those at 8 kHz that are ready."""
        self._taken += block.shape[1]
        if self._stream is None:
            self.given += block.shape[1]
            return block
        self._dirty = True
        return self._out(self._stream.resample_chunk(np.ascontiguousarray(block.T)))

    def flush(self) -> Samples:
        """Give what is held back; the next sound begins anew."""
        nothing = np.zeros((self._tracks, 0), np.float32)
        if self._stream is None or not self._dirty:
            return nothing
        empty = np.zeros((0, self._tracks), np.float32)
        rest = self._out(self._stream.resample_chunk(empty, last=True))
        self._stream, self._dirty = self._new(), False
        short = round(self._taken * RATE / self._rate) - self.given
        self.given += short
        if short < 0:  # soxr rounds a segment's length up
            return rest[:, :short]
        return np.pad(rest, ((0, 0), (0, short))) if short else rest

    def skip(self, samples: int) -> int:
        """Let time pass without sound, after a flush; tell how many samples at 8 kHz that is."""
        self._taken += samples
        length = round(self._taken * RATE / self._rate) - self.given
        self.given += length
        return length

    def _new(self) -> Any:
        import soxr

        return soxr.ResampleStream(self._rate, RATE, self._tracks, dtype="float32", quality="HQ")

    def _out(self, samples: Samples) -> Samples:
        self.given += len(samples)
        return np.clip(samples.reshape(-1, self._tracks).T, -1, 1)
