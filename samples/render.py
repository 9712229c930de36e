"""A script becomes sound: two tracks of one telephone call, and where each sentence lies."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.recipes.tts import RATE_HZ as VOICE_RATE_HZ
from models.recipes.tts import speak
from samples.script import ROLES, Script, StyleName
from voice.g711 import Codes, Samples, encode_mulaw

RATE_HZ = 8000
SPEECH_DB = -24.0
"""Level (RMS) of a calm sentence, dB re full scale."""
NOISE_DB = -60.0
"""Level (RMS) of the line's own noise: a silence on a telephone is never digital zero."""
TAIL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a voice is changed, against its own calm speech."""

    rate: float
    pitch_st: float
    level_db: float
    sentence_gap_s: float


# Tension as the literature describes it (faster, higher, a little louder, shorter pauses).
STYLES: dict[StyleName, Style] = {
    "calm": Style(rate=1.0, pitch_st=0.0, level_db=0.0, sentence_gap_s=0.40),
    "tense": Style(rate=1.26, pitch_st=3.5, level_db=3.0, sentence_gap_s=0.15),
    "flat": Style(rate=0.88, pitch_st=-1.5, level_db=-3.0, sentence_gap_s=0.55),
}

# Nobody says two sentences at the same rate and pitch: uniform, plus or minus, seeded.
RATE_SPREAD = 0.03
PITCH_SPREAD_ST = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where one sentence was put: samples ``[start, end)`` of its own track, at 8 kHz."""

    turn: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A rendered call.

    Attributes
    ----------
    codes
        ``uint8 [2, samples]``: mu-law, 8 kHz; channel 0 the caller, 1 the agent.
    placed
        Every sentence, in the order of the script.
    """

    codes: Codes
    placed: tuple[Placed, ...]


def render(script: Script, turns: int | None = None) -> Call:
    """Speak a script.

    Parameters
    ----------
    script
        What is said.
    turns
        Only so many from the start; they sound as they do in the whole call.

    Returns
    -------
    Call
        The same bytes each time, given the same text-to-speech programs.
    """
    placed: list[Placed] = []
    sounds: list[Samples] = []
    cursor = 0
    for index, turn in enumerate(script.turns[:turns]):
        gap_s = turn.gap_s
        for number, text in enumerate(turn.sentences):
            cursor += round(gap_s * RATE_HZ)
            sound = _sentence(script, index, number, text)
            placed.append(Placed(turn=index, text=text, start=cursor, end=cursor + len(sound)))
            sounds.append(sound)
            cursor += len(sound)
            gap_s = STYLES[turn.style].sentence_gap_s
    line = _noise(script.name, cursor + round(TAIL_S * RATE_HZ))
    for place, sound in zip(placed, sounds, strict=True):
        track = ROLES.index(script.turns[place.turn].role)
        line[track, place.start : place.end] += sound
    return Call(codes=encode_mulaw(line), placed=tuple(placed))


def _sentence(script: Script, index: int, number: int, text: str) -> Samples:
    """One sentence at 8 kHz, silence at its ends cut off, at the level of its style."""
    import soxr

    turn = script.turns[index]
    style = STYLES[turn.style]
    own = _seeded(f"{script.name}/{index}/{number}").uniform(-1, 1, 2)
    wide = speak(
        text,
        script.language,
        script.voices[turn.role],
        rate=style.rate * (1 + RATE_SPREAD * own[0]),
        pitch=2 ** ((style.pitch_st + PITCH_SPREAD_ST * own[1]) / 12),
    )
    sound = _trim(soxr.resample(wide, VOICE_RATE_HZ, RATE_HZ))
    level_db = 10 * np.log10(np.mean(sound.astype(np.float64) ** 2))
    # a tenth of a decibel is below hearing, and far above what two processors' sums differ by
    gain_db = round(SPEECH_DB + style.level_db - level_db, 1)
    return np.asarray(sound * 10 ** (gain_db / 20), np.float32)


def _trim(sound: NDArray[np.float32]) -> Samples:
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    trimmed: Samples = sound[loud[0] : loud[-1] + 1]
    return trimmed


def _noise(name: str, samples: int) -> Samples:
    """White noise that begins the same however long the call is: ``float32 [2, samples]``."""
    noise = [_seeded(f"{name}/{role}").standard_normal(samples) for role in ROLES]
    return np.asarray(np.stack(noise) * 10 ** (NOISE_DB / 20), np.float32)


def _seeded(what: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(what.encode()))
