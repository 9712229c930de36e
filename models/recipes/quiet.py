"""Sound without speech: what a line carries when nobody talks, and the model must say nothing to.

Silence, line noise, rumble, ringing, tones and hold music, all synthetic.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np

from voice.g711 import Samples

from . import channel

RATE_HZ = channel.RATE_HZ
WINDOW_FRAMES = 1000
_RINGS_HZ = ((440.0, 480.0), (425.0, 425.0), (400.0, 450.0))
_KEYS_HZ = ((697, 770, 852, 941), (1209, 1336, 1477))  # DTMF, ITU-T Q.23
_SCALE = (0, 2, 4, 5, 7, 9, 11, 12)


def _time(seconds: float) -> Samples:
    return (np.arange(round(seconds * RATE_HZ)) / RATE_HZ).astype(np.float32)


def silence(seconds: float, rng: random.Random, noise: np.random.Generator) -> Samples:
    """Digital zero, or the faintest noise of a line."""
    level = 0.0 if rng.random() < 0.2 else 10 ** (rng.uniform(-85, -55) / 20)
    return (level * noise.standard_normal(round(seconds * RATE_HZ))).astype(np.float32)


def line_noise(seconds: float, rng: random.Random, noise: np.random.Generator) -> Samples:
    """Noise that one can hear: white, or rumble, in slow swells."""
    x = noise.standard_normal(round(seconds * RATE_HZ)).astype(np.float32)
    if rng.random() < 0.4:
        x = channel.add_noise(np.full_like(x, 1e-3), -60, noise, brown=True)
    swell = 1 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.1, 1) * _time(seconds))
    return channel.peak_level((x * swell).astype(np.float32), rng.uniform(-50, -15))


def tones(seconds: float, rng: random.Random, noise: np.random.Generator) -> Samples:
    """Ringing, or keys being pressed."""
    del noise
    t = _time(seconds)
    if rng.random() < 0.5:
        low, high = rng.choice(_RINGS_HZ)
        on = (t + rng.uniform(0, 5)) % 5 < rng.uniform(1, 2.5)
        x = (np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)) * on
    else:
        x = np.zeros_like(t)
        for start in np.arange(rng.uniform(0, 0.5), seconds - 0.3, rng.uniform(0.25, 0.8)):
            low, high = (rng.choice(keys) for keys in _KEYS_HZ)
            part = (t >= start) & (t < start + 0.15)
            x += (np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)) * part
    return channel.peak_level(x.astype(np.float32), rng.uniform(-25, -3))


def hold_music(seconds: float, rng: random.Random, noise: np.random.Generator) -> Samples:
    """A melody over chords, with the decay and the harmonics of a plucked or bowed string."""
    del noise
    t = _time(seconds)
    x = np.zeros_like(t)
    beat = rng.uniform(0.22, 0.6)
    root_hz = rng.uniform(110, 260)
    decay = rng.choice((0.5, 2.0, 6.0))
    overtones = rng.randint(2, 7)
    for number, start in enumerate(np.arange(0, seconds, beat)):
        notes = [12 + rng.choice(_SCALE)]
        if number % 4 == 0:
            degree = rng.choice((0, 3, 4, 5))
            notes += [_SCALE[(degree + step) % 7] for step in (0, 2, 4)]
        here = t[t >= start] - start
        for note in notes:
            hz = root_hz * 2 ** (note / 12)
            envelope = np.exp(-decay * here) * np.minimum(1, here / 0.01)
            for k in range(1, overtones + 1):
                x[t >= start] += envelope * np.sin(2 * np.pi * hz * k * here) / k
    return channel.peak_level(x.astype(np.float32), rng.uniform(-25, -3))


KINDS: dict[str, Callable[[float, random.Random, np.random.Generator], Samples]] = {
    "silence": silence,
    "noise": line_noise,
    "tones": tones,
    "hold music": hold_music,
}


def quiet(
    kind: str, rng: random.Random, noise: np.random.Generator, *, seconds: float | None = None
) -> Samples:
    """Return ``float32 [samples]`` at 16 kHz of one of :data:`KINDS`, through the telephone."""
    length = rng.uniform(0.6, 9.9) if seconds is None else seconds
    x = KINDS[kind](length, rng, noise)
    x = channel.add_noise(x, rng.uniform(20, 50), noise) if np.any(x) else x
    return channel.telephone(x)


def write_quiet(folder: Path, seed: int, *, each: int = 60) -> Path:
    """Write the features of windows without speech, ``float16 [windows, 1000, 80]``."""
    from faster_whisper.feature_extractor import FeatureExtractor

    path = folder / f"quiet-{seed:05d}.npy"
    if path.exists():
        return path
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    extract = FeatureExtractor(chunk_length=10)
    made = np.zeros((each * len(KINDS), WINDOW_FRAMES, 80), np.float16)
    for row in range(len(made)):
        mel = extract(quiet(list(KINDS)[row % len(KINDS)], rng, noise)).T
        made[row, : min(len(mel), WINDOW_FRAMES)] = mel[:WINDOW_FRAMES]
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, made)
    path.with_suffix(".json").write_text("[]", encoding="utf-8")
    part.replace(path)
    return path
