"""Speech-like sound whose pitch and syllables are known, and the telephone it goes through."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voice.clock import RATE
from voice.frames import Samples
from voice.g711 import decode_mulaw, encode_mulaw

Floats = NDArray[np.floating]


def voice(f0_hz: ArrayLike, *, lowest_hz: float = 0.0, amplitude: float = 0.3) -> Samples:
    """Return a voice with an F0 given for each sample.

    Parameters
    ----------
    f0_hz
        [shape=(n,)] at 8 kHz.
    lowest_hz
        Harmonics below it are missing. All others up to 3400 Hz are there, falling 6 dB an octave.
    amplitude
        The highest sample.
    """
    hz = np.asarray(f0_hz, np.float64)
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    sound = np.zeros(len(hz))
    for k in range(1, int(3400 / hz.min()) + 1):
        heard = (k * hz > lowest_hz) & (k * hz < 3400)
        sound += np.where(heard, np.sin(k * phase + k * k) / k, 0)
    return np.asarray(amplitude * sound / np.abs(sound).max(), np.float32)


def syllables(
    peaks_s: Floats, seconds: float, *, f0_hz: ArrayLike = 120.0, depth_db: float = 15.0
) -> Samples:
    """Return a voice that is loudest at the times given and dips half-way between them."""
    t = np.arange(round(seconds * RATE)) / RATE
    before, after = 2 * peaks_s[0] - peaks_s[1], 2 * peaks_s[-1] - peaks_s[-2]
    # a whole number at each nucleus
    phase = np.interp(t, [before, *peaks_s, after], np.arange(-1, len(peaks_s) + 1))
    level_db = depth_db * (np.cos(2 * np.pi * phase) - 1) / 2
    sounding = (phase >= -0.5) & (phase <= len(peaks_s) - 0.5)
    gain = 10 ** (level_db / 20) * sounding
    sound = voice(np.broadcast_to(np.asarray(f0_hz, np.float64), t.shape)) * gain
    return np.asarray(sound, np.float32)


def mulaw(samples: Samples) -> Samples:
    """Return samples as they come out of G.711 mu-law."""
    return decode_mulaw(encode_mulaw(samples))


def telephone(samples: Samples) -> Samples:
    """Return samples at 8 kHz as a telephone line passes them: 300 to 3400 Hz, then mu-law.

    The band is a Butterworth filter of second order forth and back: no delay, -6 dB at the edges
    and 24 dB an octave beyond, so a fundamental of 100 Hz is 38 dB down.
    """
    from scipy.signal import butter, sosfiltfilt

    band = butter(2, [300, 3400], "bandpass", fs=RATE, output="sos")
    return mulaw(sosfiltfilt(band, samples).astype(np.float32))
