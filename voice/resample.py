"""8 kHz to 16 kHz for VAD and Whisper: a two-phase half-band filter with carried state.

A half-band filter's even phase is the input itself, so doubling the rate costs one short filter
for the samples in between. A general resampler would hold back up to 115 ms here; this holds
back 2 ms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

LOOKAHEAD = 16
"""Samples at 8 kHz that an output needs from the future (2 ms)."""


def _taps() -> Samples:
    """Odd phase of a Kaiser-windowed sinc: half-sample delays, unit gain at 0 Hz."""
    distance = np.arange(-LOOKAHEAD, LOOKAHEAD) + 0.5
    # beta 8: stop band under -80 dB (Kaiser 1974), transition 3.6 to 4.4 kHz
    window = np.i0(8.0 * np.sqrt(1 - (distance / LOOKAHEAD) ** 2)) / np.i0(8.0)
    taps = np.sinc(distance) * window
    return np.asarray(taps / taps.sum(), dtype=np.float32)


class HalfBand:
    """Doubles the rate of tracks, block by block.

    After ``n`` input samples, ``2 * (n - LOOKAHEAD)`` output samples have come out: output ``j``
    is the sound at ``j / 16000`` s, whatever the blocks were.
    """

    def __init__(self, tracks: int) -> None:
        self._taps = _taps()
        # the past of a call is silence
        self._carried: Samples = np.zeros((tracks, LOOKAHEAD - 1), np.float32)

    def feed(self, block: Samples) -> Samples:
        """Take samples at 8 kHz, give those at 16 kHz that are ready.

        Parameters
        ----------
        block : np.ndarray [shape=(tracks, n), dtype=float32]

        Returns
        -------
        np.ndarray [shape=(tracks, m), dtype=float32]
            ``m = 2 * n`` once the filter has filled.
        """
        known = np.concatenate([self._carried, block], axis=1)
        ready = max(0, known.shape[1] - (2 * LOOKAHEAD - 1))
        self._carried = known[:, ready:]
        out: Samples = np.empty((len(known), 2 * ready), np.float32)
        if ready:
            out[:, 0::2] = known[:, LOOKAHEAD - 1 : LOOKAHEAD - 1 + ready]
            for track, samples in zip(out, known, strict=True):
                track[1::2] = np.correlate(samples, self._taps)  # which are the same backwards
        return out

    def flush(self) -> Samples:
        """Give the last samples, as if silence followed."""
        return self.feed(np.zeros((len(self._carried), LOOKAHEAD), np.float32))


def double_rate(samples: Samples) -> Samples:
    """The whole of a stretch of one track at twice its rate; see :class:`HalfBand`."""
    filter_ = HalfBand(tracks=1)
    out: Samples = np.concatenate([filter_.feed(samples[np.newaxis]), filter_.flush()], axis=1)[0]
    return out
