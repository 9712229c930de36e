"""8 kHz to 16 kHz for VAD and Whisper: a two-phase half-band filter.

A half-band filter's even phase is the input itself, so doubling the rate costs one short filter
for the samples in between. A general resampler would hold back up to 115 ms live; this holds
back 2 ms. The VAD's model has the filter in its first product.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

LOOKAHEAD = 16
"""Samples at 8 kHz that an output needs from the past and from the future (2 ms)."""


def taps() -> Samples:
    """Odd phase of a Kaiser-windowed sinc: half-sample delays, unit gain at 0 Hz."""
    distance = np.arange(-LOOKAHEAD, LOOKAHEAD) + 0.5
    # beta 8: stop band under -80 dB (Kaiser 1974), transition 3.6 to 4.4 kHz
    window = np.i0(8.0 * np.sqrt(1 - (distance / LOOKAHEAD) ** 2)) / np.i0(8.0)
    sinc = np.sinc(distance) * window
    return np.asarray(sinc / sinc.sum(), dtype=np.float32)


def double_rate(samples: Samples) -> Samples:
    """The whole of a stretch of one track at twice its rate, silence being around it.

    Parameters
    ----------
    samples : np.ndarray [shape=(n,), dtype=float32]
        At 8 kHz.

    Returns
    -------
    np.ndarray [shape=(2 * n,), dtype=float32]
        Sample ``j`` is the sound at ``j / 16000`` s.
    """
    known = np.pad(samples, (LOOKAHEAD - 1, LOOKAHEAD))
    out: Samples = np.empty(2 * len(samples), np.float32)
    out[0::2] = samples
    if len(samples):
        out[1::2] = np.correlate(known, taps())  # which are the same backwards
    return out
