"""Hear the bundled calls by measurement: ``python -m samples.measure`` prints two tables.

The first says whether the product's VAD agrees with the truth on each voice; a voice under
``VAD_AGREEMENT`` is not used. The second says how far each caller's styles are from the same
caller's calm speech, measured on the telephone sound and not read off the script.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.script import FOLDER, ROLES, names
from samples.wav import HEADER_BYTES
from voice.clock import RATE
from voice.g711 import Samples, decode_mulaw
from voice.vad import CHUNK_S, Vad

VAD_AGREEMENT = 0.95
VAD_ON = 0.5
COLLAR_S = 0.1
"""Chunks whose middle is this close to an edge of speech are not counted: where speech begins is
a matter of definition there."""


def tracks(name: str, folder: Path = FOLDER) -> Samples:
    """A bundled call's sound: ``float32 [2, samples]``, caller first."""
    codes = np.frombuffer((folder / f"{name}.wav").read_bytes(), np.uint8, offset=HEADER_BYTES)
    return decode_mulaw(codes[: len(codes) // 2 * 2]).reshape(-1, 2).T


def truth(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """A bundled call's labels."""
    loaded: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return loaded


def vad_agreement(track: Samples, spans: list[list[float]], collar_s: float = COLLAR_S) -> float:
    """Share of the 32 ms chunks of a track on which VAD and truth agree.

    Parameters
    ----------
    track
        ``float32 [samples]`` at 8 kHz.
    spans
        Stretches of speech, ``[start, end]`` in seconds.
    collar_s
        Chunks nearer than this to an edge are left out.
    """
    vad = Vad(tracks=1)
    first = vad.feed(track[np.newaxis], np.zeros((1, len(track)), np.bool_))
    heard = np.concatenate([first, vad.flush()], axis=1)[0]
    middle_s = (np.arange(len(track) // round(CHUNK_S * RATE)) + 0.5) * CHUNK_S
    edges = np.array(spans).reshape(-1, 2)
    inside = (middle_s[:, None] >= edges[:, 0]) & (middle_s[:, None] < edges[:, 1])
    speech = np.any(inside, axis=1)
    clear = np.all(np.abs(middle_s[:, None] - edges.ravel()) > collar_s, axis=1)
    agree = (heard[: len(middle_s)] >= VAD_ON) == speech
    return float(agree[clear].mean())


_MUTE = re.compile(r"(?<=[^aeiouy])e$|(?<=[^aeiouyscxzhg])es$|(?<=[^dt])ed$")


def syllables(text: str) -> int:
    """Syllables of a text: Hanzi, or groups of vowels in English words without a mute e."""
    hanzi = len(re.findall(r"[\u4e00-\u9fff]", text))
    words = (_MUTE.sub("", w) for w in _words(text))
    return hanzi + sum(max(1, len(re.findall(r"[aeiouy]+", word))) for word in words)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def f0_hz(sound: Samples) -> NDArray[np.float64]:
    """F0 of the voiced frames of a stretch at 8 kHz, by librosa's pYIN."""
    import librosa

    f0, voiced, _ = librosa.pyin(sound, fmin=60, fmax=450, sr=RATE, frame_length=512)
    return np.asarray(f0[voiced & np.isfinite(f0)], np.float64)


def manner(name: str, style: str, folder: Path = FOLDER) -> tuple[float, float, float] | None:
    """How a caller speaks in a style.

    Returns
    -------
    (float, float, float) or None
        Median F0 in Hz, syllables per second of speech (pauses of 0.15 s and more excluded) and
        level in dB re full scale; ``None`` where the caller never speaks so.
    """
    track, label = tracks(name, folder)[0], truth(name, folder)
    pitch, sound, count = [], [], 0
    for turn in label["turns"]:
        if turn["role"] == "caller" and turn["style"] == style:
            count += syllables(turn["text"])
            for start_s, end_s in label["speech"]["caller"]:
                if turn["start_s"] - 0.1 < start_s < turn["end_s"]:
                    sound.append(track[round(start_s * RATE) : round(end_s * RATE)])
                    pitch.append(f0_hz(sound[-1]))
    if not sound:
        return None
    all_sound = np.concatenate(sound)
    level_db = 10 * np.log10(np.mean(all_sound.astype(np.float64) ** 2))
    return float(np.median(np.concatenate(pitch))), count / len(all_sound) * RATE, float(level_db)


def main() -> None:
    """Print both tables."""
    print(f"VAD against truth (32 ms chunks, {COLLAR_S * 1000:.0f} ms collar / no collar)")
    for name in names():
        label = truth(name)
        for role, track in zip(ROLES, tracks(name), strict=True):
            voice = next(turn["voice"] for turn in label["turns"] if turn["role"] == role)
            spans = label["speech"][role]
            kept, whole = vad_agreement(track, spans), vad_agreement(track, spans, 0.0)
            verdict = "" if kept >= VAD_AGREEMENT else "  NOT TO BE USED"
            print(f"  {name:12} {role:6} {voice:5} {kept:6.1%} / {whole:6.1%}{verdict}")
    print("caller against own calm speech: median F0, syllables per second, level")
    for name in names():
        calm = manner(name, "calm")
        for style in ("calm", "tense", "flat"):
            now = manner(name, style)
            if now and calm:
                higher_st = 12 * np.log2(now[0] / calm[0])
                faster, louder_db = now[1] / calm[1] - 1, now[2] - calm[2]
                print(
                    f"  {name:12} {style:5} {now[0]:4.0f} Hz {higher_st:+5.1f} st"
                    f"  {now[1]:4.1f}/s {faster:+5.0%}  {louder_db:+5.1f} dB"
                )


if __name__ == "__main__":
    main()
