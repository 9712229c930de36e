"""What the prosody benchmark listens to: sound of which the truth is known, and real speech."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from shutil import which

import numpy as np

from voice.clock import RATE
from voice.frames import Samples

from .prosody_trackers import Track, praat
from .prosody_truth import Floats, syllables, voice

_VOWELS = set("aeiouyæɑɐɒɔəɚɛɜɝɪʊʌᵻøœɨɵ")


@dataclass(frozen=True, slots=True)
class Voice:
    """A stream of one speaker at 8 kHz, and its F0."""

    samples: Samples
    truth: Track


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at 8 kHz and the number of syllables of its text."""

    samples: Samples
    syllables: int


def synthetic_voices() -> list[Voice]:
    """Return speakers of 20 s: gliding vowels, noise as of fricatives, and silence."""
    voices = []
    for seed, (low, high) in enumerate([(75, 120), (95, 170), (130, 220), (170, 300), (230, 400)]):
        rng = np.random.default_rng(seed)
        parts: list[Floats] = []
        f0s: list[Floats] = []
        while sum(len(part) for part in parts) < 20 * RATE:
            start_hz, end_hz = rng.uniform(low, high, 2).tolist()
            f0 = np.geomspace(start_hz, end_hz, int(rng.uniform(0.15, 0.5) * RATE))
            edge = np.minimum(1, np.minimum(np.arange(len(f0)), np.arange(len(f0))[::-1]) / 160)
            vowel = voice(f0)
            noise = rng.normal(0, 0.01, int(rng.uniform(0.05, 0.15) * RATE))
            silence = rng.normal(0, 1e-4, int(rng.uniform(0, 0.3) * RATE))
            parts += [vowel * edge * rng.uniform(0.3, 1), noise, silence]
            f0s += [f0, np.zeros(len(noise)), np.zeros(len(silence))]
        truth = np.concatenate(f0s).astype(np.float64)
        at = np.arange(40, len(truth), 80)
        samples = np.concatenate(parts).astype(np.float32)
        voices.append(Voice(samples, (at / RATE, truth[at])))
    return voices


def syllable_trains() -> list[tuple[float, Samples, Floats]]:
    """Return trains of 20 s: their rate in syllables a second, the sound, and the nuclei."""
    trains: list[tuple[float, Samples, Floats]] = []
    for seed, (rate_hz, f0_hz, depth_db) in enumerate(
        (r, f, d) for r in (2, 3, 4, 5, 6, 7, 8) for f, d in ((110, 8), (210, 15))
    ):
        rng = np.random.default_rng(seed)
        gaps = rng.uniform(0.85, 1.15, int(20 * rate_hz)) / rate_hz
        peaks_s = 0.3 + np.cumsum(gaps)
        sound = syllables(peaks_s, float(peaks_s[-1]) + 1, f0_hz=f0_hz, depth_db=depth_db)
        rate = (len(peaks_s) - 1) / (peaks_s[-1] - peaks_s[0])
        trains.append((float(rate), sound, peaks_s))
    return trains


def read_speech(data: Path, speakers: int | None) -> list[Voice]:
    """Return each reader's sentences as one stream, with Praat's F0 of the original."""
    return _streams(data / "speech", _rows(data / "speech"), speakers)


def acted_speech(data: Path, speakers: int | None) -> list[Voice]:
    """Return every seventh clip of each EMO-DB actor as one stream, all emotions mixed."""
    rows = _rows(data / "emodb")
    picked = [row for _, own in groupby(rows, key=lambda r: r["speaker"]) for row in list(own)[::7]]
    return _streams(data / "emodb", picked, speakers)


def sentences(data: Path, count: int | None) -> list[Sentence]:
    """Return the read sentences with the syllables that espeak-ng finds in their text."""
    if which("espeak-ng") is None:
        print("espeak-ng is not installed: no articulation rate of read speech")
        return []
    found = []
    for row in _rows(data / "speech")[:count]:
        samples, rate = _load(data / "speech" / row["file"])
        found.append(Sentence(_to_8k(samples, rate), _syllables(row["transcript"])))
    return found


def _syllables(text: str) -> int:
    spoken = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "--sep=_", "-v", "en-us", text.lower()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    sounds = [sound for word in spoken.split() for sound in word.split("_")]
    return sum(not _VOWELS.isdisjoint(sound) for sound in sounds)


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return sorted(rows, key=lambda row: (row["speaker"], row["file"]))


def _load(path: Path) -> tuple[Samples, int]:
    import librosa

    samples, rate = librosa.load(path, sr=None)
    sounding = np.flatnonzero(samples)
    return samples[: sounding[-1] + 1], int(rate)  # EMO-DB's copy is padded with zeros


def _to_8k(samples: Samples, rate: int) -> Samples:
    import soxr

    resampled: Samples = soxr.resample(samples, rate, RATE)
    return resampled


def _streams(folder: Path, rows: list[dict[str, str]], speakers: int | None) -> list[Voice]:
    voices = []
    for _, own in islice(groupby(rows, key=lambda row: row["speaker"]), speakers):
        clips = [_load(folder / row["file"]) for row in own]
        rate = clips[0][1]
        original = np.concatenate([0.5 * samples for samples, _ in clips])
        voices.append(Voice(_to_8k(original, rate), praat(original, rate)))
    return voices
