"""F0 at any cost: the reference that the fast tracker is measured against.

librosa's ``pyin`` (Mauch & Dixon 2014, doi:10.1109/ICASSP.2014.6853678) follows the most probable
path through the whole recording. It is not causal and takes over a hundred times the
time of `voice.pitch`, so it serves reviews, tests and benchmarks, never a live call.
"""

from __future__ import annotations

import numpy as np

from .clock import RATE
from .frames import F0_MAX_HZ, F0_MIN_HZ, HOP, Samples
from .pitch import Contour

_FRAME = 512  # 64 ms: pyin compares two halves of it, so three times the longest period will do


def contour(samples: Samples) -> Contour:
    """Track F0 of a recording.

    Parameters
    ----------
    samples
        [shape=(n,), -1 to 1] at 8 kHz, more than 40 of them.

    Returns
    -------
    Contour
        F0 of the frames that `voice.frames` would cut, those at the end that reach beyond the
        recording included.
    """
    from librosa import pyin

    # pyin centres frames on multiples of the hop, ours are centred half a hop later
    f0_hz, _, _ = pyin(
        samples[HOP // 2 :],
        fmin=F0_MIN_HZ,
        fmax=F0_MAX_HZ,
        sr=RATE,
        frame_length=_FRAME,
        hop_length=HOP,
    )
    return Contour(0, f0_hz.astype(np.float32))
