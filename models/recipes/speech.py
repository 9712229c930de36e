"""Stage 1: texts become telephone speech, stored as log-mel shards for training.

A shard is ``NAME.npy`` (``float16 [frames, 80]``, utterances end to end, 10 ms a frame) and
``NAME.json`` (one record an utterance).  The features are faster-whisper's own, so that training
hears what the product will hear.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice.g711 import Samples

from . import channel, tts
from .texts import LANGUAGES, training_sentences

SHARD = 400
ENGLISH_SHARE = 0.6
LONGEST_S = 9.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A manner of speaking: share of the data and the ranges of rate and pitch factors."""

    share: float
    rate: tuple[float, float]
    pitch: tuple[float, float]


# the voice's own, agitated (faster and higher, up to 30 %), and flat (slower and lower)
STYLES = {
    "plain": Style(share=0.55, rate=(0.93, 1.08), pitch=(0.94, 1.06)),
    "agitated": Style(share=0.32, rate=(1.05, 1.3), pitch=(1.05, 1.3)),
    "flat": Style(share=0.13, rate=(0.8, 0.95), pitch=(0.87, 0.98)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One training utterance: its text and where its speech lies (seconds from its first frame)."""

    text: str
    language: str
    voice: str
    style: str
    start_s: float
    end_s: float
    frames: int


def through_line(
    speech: Samples, rng: random.Random, noise: np.random.Generator
) -> tuple[Samples, float, float]:
    """Put speech on a telephone line.

    Parameters
    ----------
    speech
        ``float32 [samples]`` at 16 kHz.
    rng, noise
        Sources of the settings and of the noise.

    Returns
    -------
    tuple
        ``float32 [samples]`` at 16 kHz, and start and end of the speech in seconds.
    """
    speech = channel.peak_level(channel.trim(speech), rng.uniform(-20, -1))
    lead, tail = (int(rng.uniform(0.02, 0.45) * tts.RATE_HZ) for _ in range(2))
    x = np.pad(speech, (lead, tail))
    brown = rng.random() < 0.25
    snr_db = rng.uniform(30, 55) if rng.random() < 0.6 else rng.uniform(15, 30)
    x = channel.add_noise(x, snr_db, noise, brown=brown)
    if rng.random() < 0.95:
        x = channel.telephone(x, band_pass=rng.random() < 0.3)
    return x, lead / tts.RATE_HZ, (lead + len(speech)) / tts.RATE_HZ


class Speaker:
    """A source of spoken utterances with their features; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        from faster_whisper.feature_extractor import FeatureExtractor

        self._rng = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._extract = FeatureExtractor(chunk_length=10)
        self._texts = {language: training_sentences(language) for language in LANGUAGES}

    def next(self) -> tuple[npt.NDArray[np.float16], Utterance]:
        """Return the features ``float16 [frames, 80]`` of the next utterance, and its record."""
        rng = self._rng
        while True:
            language = "en" if rng.random() < ENGLISH_SHARE else "zh"
            text = self._texts[language].make(rng)
            name = rng.choices(list(STYLES), [style.share for style in STYLES.values()])[0]
            voice = rng.choice(tts.VOICES[language])
            rate, pitch = rng.uniform(*STYLES[name].rate), rng.uniform(*STYLES[name].pitch)
            spoken = tts.speak(text, language, voice, rate=rate, pitch=pitch)
            x, start_s, end_s = through_line(spoken, rng, self._noise)
            if end_s <= LONGEST_S:
                break
        frames = min(len(x) // 160, 1000)
        mel = self._extract(x)[:, :frames].T.astype(np.float16)
        return mel, Utterance(
            text=text, language=language, voice=voice, style=name,
            start_s=round(start_s, 3), end_s=round(end_s, 3), frames=frames,
        )  # fmt: skip


def write_shard(folder: Path, seed: int) -> Path:
    """Write one shard of ``SHARD`` utterances, unless it is there; return its ``.npy`` path.

    The record is written last and moved into place, so that a shard with a record is whole.
    """
    path = folder / f"train-{seed:05d}.npy"
    record = path.with_suffix(".json")
    if record.exists():
        return path
    speaker = Speaker(seed)
    made = [speaker.next() for _ in range(SHARD)]
    np.save(path, np.concatenate([mel for mel, _ in made]))
    part = record.with_suffix(".part")
    part.write_text(json.dumps([asdict(u) for _, u in made], ensure_ascii=False), encoding="utf-8")
    part.replace(record)
    return path
