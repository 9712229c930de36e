"""The telephone between a voice and the model: level, noise, band-pass, 8 kHz G.711 mu-law."""

from __future__ import annotations

import numpy as np

from voice.g711 import Samples, decode_mulaw, encode_mulaw

RATE_HZ = 16_000
NARROW_HZ = 8_000
PHONE_BAND_HZ = (300.0, 3400.0)


def telephone(x: Samples, *, band_pass: bool = False) -> Samples:
    """Pass a wide-band signal through an 8 kHz mu-law line and back.

    Parameters
    ----------
    x
        ``float32 [samples]`` at 16 kHz in -1 to 1.
    band_pass
        Also limit the band to 300-3400 Hz (4th-order Butterworth), as an analogue line does.

    Returns
    -------
    numpy.ndarray
        ``float32 [samples]`` at 16 kHz, as long as ``x``.
    """
    import soxr
    from scipy.signal import butter, sosfilt

    narrow = soxr.resample(x, RATE_HZ, NARROW_HZ)
    if band_pass:
        sos = butter(4, PHONE_BAND_HZ, "bandpass", fs=NARROW_HZ, output="sos")
        narrow = sosfilt(sos, narrow)
    decoded = decode_mulaw(encode_mulaw(np.asarray(narrow, dtype=np.float32)))
    wide: Samples = soxr.resample(decoded, NARROW_HZ, RATE_HZ).astype(np.float32)
    return np.pad(wide, (0, max(0, len(x) - len(wide))))[: len(x)]


def trim(x: Samples, *, share: float = 0.01) -> Samples:
    """Cut silence (below ``share`` of the peak) off both ends of ``float32 [samples]``."""
    loud = np.flatnonzero(np.abs(x) > share * np.abs(x).max(initial=0.0))
    return x[loud[0] : loud[-1] + 1] if len(loud) else x[:0]


def peak_level(x: Samples, level_db: float) -> Samples:
    """Scale ``float32 [samples]`` to a peak of ``level_db`` dB full scale."""
    peak = float(np.abs(x).max(initial=0.0))
    return x if peak == 0 else (x * (10 ** (level_db / 20) / peak)).astype(np.float32)


def add_noise(
    x: Samples, snr_db: float, generator: np.random.Generator, *, brown: bool = False
) -> Samples:
    """Add noise at a signal-to-noise ratio.

    Parameters
    ----------
    x
        ``float32 [samples]`` at 16 kHz.
    snr_db
        Power of ``x`` over power of the noise, in dB.
    generator
        Source of the noise.
    brown
        Rumble (an integrated white noise without its drift) instead of white noise.

    Returns
    -------
    numpy.ndarray
        ``float32 [samples]``.
    """
    noise = generator.standard_normal(len(x))
    if brown:
        drift = np.cumsum(noise)
        noise = drift - np.convolve(drift, np.full(200, 1 / 200), "same")
    power = np.mean(x.astype(np.float64) ** 2) / 10 ** (snr_db / 10)
    scaled = noise * np.sqrt(power / np.mean(noise**2))
    noisy: Samples = (x + scaled).astype(np.float32)
    return noisy
