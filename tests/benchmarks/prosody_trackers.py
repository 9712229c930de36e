"""F0 by ours and by the measuring sticks: each gives times and F0, 0 where unvoiced.

All are asked for 60 to 500 Hz every 10 ms where they can be asked. openSMILE (research licence)
and Praat (GPL) are measuring sticks only and never part of the product.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.events import Role
from voice.frames import F0_MAX_HZ, F0_MIN_HZ, FrameAnalysis, Samples
from voice.pitch import Pitch
from voice.precise import contour
from voice.prosody import BLOCK, WINDOW_FRAMES, Prosody

Track = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Times in s and F0 in Hz, 0 where unvoiced."""

_GATE = 10 ** (-30 / 20)  # yin has no voicing: frames 30 dB under the loudest are unvoiced


def blocks(samples: Samples) -> list[Samples]:
    """Cut a recording into the blocks in which the engine hears it."""
    return [samples[i : i + BLOCK] for i in range(0, len(samples), BLOCK)]


def ours(samples: Samples, _: int) -> Track:
    """Track F0 as the live path does, block by block."""
    analysis, pitch, found = FrameAnalysis(), Pitch(), []
    for block in blocks(samples):
        track, _vocal = pitch.feed(analysis.feed(block, np.zeros(len(block), np.bool_)))
        found.append(track.f0_hz[max(0, -track.first) :])
    f0 = np.nan_to_num(np.concatenate(found)).astype(np.float64)
    return (np.arange(len(f0)) + 0.5) / 100, f0


def yin(samples: Samples, rate: int) -> Track:
    """librosa.yin with the frame that suits 8 kHz and a gate on the level."""
    import librosa

    f0 = librosa.yin(
        samples, fmin=F0_MIN_HZ, fmax=F0_MAX_HZ, sr=rate, frame_length=512, hop_length=rate // 100
    )
    rms = librosa.feature.rms(y=samples, frame_length=512, hop_length=rate // 100)[0]
    return np.arange(len(f0)) / 100, np.where(rms > _GATE * rms.max(), f0, 0)


def pyin(samples: Samples, _: int) -> Track:
    """The precise mode."""
    f0 = np.nan_to_num(contour(samples).f0_hz).astype(np.float64)
    return (np.arange(len(f0)) + 0.5) / 100, f0


def praat(samples: Samples, rate: int) -> Track:
    """Praat's autocorrelation method (Boersma 1993) with its default costs."""
    import parselmouth

    sound = parselmouth.Sound(samples.astype(np.float64), rate)
    found = sound.to_pitch_ac(time_step=0.01, pitch_floor=F0_MIN_HZ, pitch_ceiling=F0_MAX_HZ)
    return np.asarray(found.xs()), np.asarray(found.selected_array["frequency"])


@cache
def _smile(level: str) -> Any:
    import opensmile

    return opensmile.Smile(
        opensmile.FeatureSet.eGeMAPSv02, getattr(opensmile.FeatureLevel, level), num_workers=1
    )


def smile(samples: Samples, rate: int) -> Track:
    """OpenSMILE's eGeMAPSv02 low-level descriptors."""
    values = _smile("LowLevelDescriptors").process_signal(samples, rate)
    semitones = values["F0semitoneFrom27.5Hz_sma3nz"].to_numpy(np.float64)
    f0 = np.where(semitones > 0, 27.5 * 2 ** (semitones / 12), 0)
    return np.arange(len(f0)) / 100 + 0.03, f0


def functionals(samples: Samples, rate: int) -> dict[str, float]:
    """OpenSMILE's eGeMAPSv02 functionals of a recording."""
    row: dict[str, float] = _smile("Functionals").process_signal(samples, rate).iloc[0].to_dict()
    return row


@cache
def _swift() -> Any:
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)


def swift(samples: Samples, rate: int) -> Track:
    """swift-f0, a small convolutional network (16 ms apart)."""
    found = _swift().detect(samples, rate, fmin=F0_MIN_HZ, fmax=F0_MAX_HZ)
    return np.asarray(found.timestamps), np.where(found.confidence >= 0.5, found.pitch_hz, 0)


def live(samples: Samples, role: Role) -> None:
    """Do all that the live path does of prosody: feed and measure each half second."""
    prosody = Prosody(role)
    speech, other = np.ones(WINDOW_FRAMES, np.bool_), np.zeros(WINDOW_FRAMES, np.bool_)
    for count, block in enumerate(blocks(samples), 1):
        prosody.feed(block, np.zeros(len(block), np.bool_))
        prosody.measure(50 * count, speech, other)


TRACKERS: dict[str, tuple[str, Callable[[Samples, int], Track]]] = {
    "ours (causal)": ("numpy", ours),
    "librosa.yin": ("librosa", yin),
    "librosa.pyin": ("librosa", pyin),
    "Praat": ("parselmouth", praat),
    "openSMILE": ("opensmile", smile),
    "swift-f0": ("swift_f0", swift),
}
"""Name, the package it needs, and the tracker."""


def present() -> dict[str, Callable[[Samples, int], Track]]:
    """Return the trackers that are installed; say which are missing."""
    found = {}
    for name, (package, tracker) in TRACKERS.items():
        if find_spec(package) is None:
            print(f"{name}: {package} is not installed (pip install -e '.[bench]'), left out")
        else:
            found[name] = tracker
    return found
