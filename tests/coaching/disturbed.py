"""What lines do to a voice: each takes a caller's track [shape=(n,), 8 kHz] from a second on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.recipes.anxiety_material import telephone_band
from voice.clock import RATE
from voice.g711 import decode_mulaw, encode_mulaw

Track = NDArray[np.float32]
Disturbance = Callable[[Track], Track]
DTMF_HZ = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336)}


def speech_rms(track: Track) -> float:
    """Level of what is spoken: frames of 20 ms within 30 dB of the loudest."""
    frames = np.sqrt(np.mean(track[: len(track) // 160 * 160].reshape(-1, 160) ** 2, axis=1))
    return float(np.sqrt(np.mean(frames[frames > 0.03 * frames.max()] ** 2)))


def noise(track: Track) -> Track:
    """Noise of the telephone band 20 dB under the speech."""
    white = np.random.default_rng(3).standard_normal(len(track)).astype(np.float32)
    shaped = telephone_band(white, -6.0)
    return track + shaped * np.float32(0.1 * speech_rms(track) / np.sqrt(np.mean(shaped**2)))


def hold_music(track: Track) -> Track:
    """Music instead of the caller for 15 s: chords with overtones that swell and change."""
    at_s = np.arange(15 * RATE) / RATE
    music = np.zeros(len(at_s))
    for bar, root in enumerate((220.0, 174.6, 261.6, 196.0) * 4):
        inside = (at_s >= bar) & (at_s < bar + 1)
        fade = np.minimum(1, np.minimum(at_s - bar, bar + 1 - at_s) * 20)
        for step in (1.0, 1.25, 1.5):
            for overtone in (1, 2, 3):
                music += (
                    inside * fade * np.sin(2 * np.pi * root * step * overtone * at_s) / overtone
                )
    music *= speech_rms(track) / np.sqrt(np.mean(music**2))
    changed = track.copy()
    part = changed[: len(music)]
    part[:] = music[: len(part)]
    return changed


def dtmf(track: Track) -> Track:
    """A key pressed each second for 10 s, over whatever is said."""
    changed = track.copy()
    at_s = np.arange(round(0.2 * RATE)) / RATE
    for second, key in zip(range(10), "1590159015", strict=True):
        tone = sum(np.sin(2 * np.pi * hz * at_s) for hz in DTMF_HZ[key])
        part = changed[second * RATE : second * RATE + len(at_s)]
        part += (0.15 * np.asarray(tone, np.float32))[: len(part)]
    return changed


def louder(track: Track) -> Track:
    """6 dB more from one moment on."""
    return track * np.float32(2)


def clipped(track: Track) -> Track:
    """Driven 12 dB into the ceiling."""
    peak = np.float32(np.abs(track).max())
    driven: Track = np.clip(track * np.float32(4), -peak, peak)
    return driven


def gain_control(track: Track) -> Track:
    """A gain that follows the level within half a second and brings it to -20 dB."""
    gain, out = 1.0, np.empty_like(track)
    for at in range(0, len(track), 160):
        block = track[at : at + 160]
        rms = float(np.sqrt(np.mean(block**2)))
        if rms > 1e-3:
            gain += 0.04 * (min(0.1 / rms, 10.0) - gain)
        out[at : at + 160] = block * np.float32(gain)
    limited: Track = np.clip(out, -1, 1)
    return limited


def another_codec(track: Track) -> Track:
    """Narrower, duller and coarser from one moment on: to 2.8 kHz, in 16 ms frames of 24 dB."""
    spectrum = np.fft.rfft(telephone_band(track, -3.0))
    spectrum[np.fft.rfftfreq(len(track), 1 / RATE) > 2800] = 0
    dull = np.fft.irfft(spectrum, len(track)).astype(np.float32)
    out = dull.copy()
    for at in range(0, len(dull), 128):
        block = dull[at : at + 128]
        step = max(float(np.abs(block).max()) / 8, 1e-4)
        out[at : at + 128] = np.round(block / step) * step
    return decode_mulaw(encode_mulaw(out))


DISTURBANCES: tuple[Disturbance, ...] = (
    noise,
    hold_music,
    dtmf,
    louder,
    clipped,
    gain_control,
    another_codec,
)


def lost(count: int) -> NDArray[np.bool_]:
    """5 % of packets of 20 ms, in bursts of one or two [shape=(count,)]."""
    generator = np.random.default_rng(4)
    mask = np.zeros(count, np.bool_)
    for at in range(0, count, 160):
        if generator.random() < 0.035:
            mask[at : at + 160 * int(generator.integers(1, 3))] = True
    return mask
