"""What a model costs on this machine, and whether short windows may be trusted with some audio.

Whisper was trained on windows of 30 s. How much a shorter one changes its words depends on the
model and on the sound, so it is measured on the user's own: every utterance is written down twice,
in a window of its own length and in the longest, and the two texts are compared.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .transcriber import RATE, Language, Samples, Transcriber
from .whisper import WhisperTranscriber
from .windows import window_s

UTTERANCE_S = 4.0
TOKENS = 20
"""The utterance whose cost is told: 4 s at 5 tokens a second, brisk speech in both languages."""
ROUNDS = 5
"""The least of so many measurements is taken: a busy machine only ever adds."""

TRUSTED_UP_TO = 0.05
"""Difference between the two texts up to which short windows are trusted."""
ENOUGH = 100
"""Words (Mandarin: characters) under which nothing can be said."""
LONGEST_S = 9.0
"""Utterances are cut before this, as in a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """CPU seconds for an utterance of 4 s, by the window it is heard in."""

    short_s: float
    longest_s: float

    @property
    def factor(self) -> float:
        """Real-time factor in the short window: CPU seconds a second of speech."""
        return self.short_s / UTTERANCE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The same utterances in short windows and in the longest.

    Attributes
    ----------
    units, edits
        Words (Mandarin: characters) heard in the longest window, and how many of them must be
        inserted, deleted or replaced to get what was heard in the short ones.
    short_s, long_s
        CPU seconds spent.
    retried
        Utterances that the short window heard wrong and knew it.
    """

    utterances: int
    audio_s: float
    units: int
    edits: int
    short_s: float
    long_s: float
    retried: int

    @property
    def difference(self) -> float:
        """Word (Mandarin: character) error rate of the short windows against the longest."""
        return self.edits / max(1, self.units)

    @property
    def verdict(self) -> Literal["trust", "distrust", "too little audio"]:
        """What the figures say."""
        if self.units < ENOUGH:
            return "too little audio"
        return "trust" if self.difference <= TRUSTED_UP_TO else "distrust"


def speed(transcriber: WhisperTranscriber) -> Speed:
    """Measure what an utterance costs, on one thread of a CPU."""
    noise = np.random.default_rng(0).normal(0, 0.05, round(UTTERANCE_S * RATE)).astype(np.float32)

    windows = (window_s(UTTERANCE_S, transcriber.longest_s), transcriber.longest_s)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):  # in turns, so that a busy moment hits both
        for window, spent in zip(windows, times, strict=True):
            start = time.process_time()
            transcriber.work(noise, TOKENS, window)
            spent.append(time.process_time() - start)
    return Speed(short_s=min(times[0]), longest_s=min(times[1]))


def utterances(samples: Samples) -> list[Samples]:
    """Cut a track at 16 kHz into stretches of speech of at most 9 s."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=LONGEST_S, min_silence_duration_ms=500, speech_pad_ms=200
    )
    return [
        samples[part["start"] : part["end"]] for part in get_speech_timestamps(samples, options)
    ]


def compare(
    short: Transcriber, long: Transcriber, spoken: Iterable[Samples], language: Language
) -> Comparison:
    """Write down utterances with both, and count where they differ.

    Parameters
    ----------
    short, long
        The same model, loaded with short windows and without.
    spoken
        Utterances at 16 kHz.
    language
        What they are in.
    """
    count = units = edits = retried = 0
    audio_s = short_s = long_s = 0.0
    for samples in spoken:
        start = time.process_time()
        one = short.transcribe(samples, language)
        middle = time.process_time()
        other = long.transcribe(samples, language)
        long_s += time.process_time() - middle
        short_s += middle - start
        expected = units_of(other.text, language)
        count += 1
        audio_s += len(samples) / RATE
        units += len(expected)
        edits += distance(units_of(one.text, language), expected)
        retried += one.retried
    return Comparison(
        utterances=count,
        audio_s=audio_s,
        units=units,
        edits=edits,
        short_s=short_s,
        long_s=long_s,
        retried=retried,
    )


def together(parts: Sequence[Comparison]) -> Comparison:
    """Several comparisons as one."""
    return Comparison(
        utterances=sum(part.utterances for part in parts),
        audio_s=sum(part.audio_s for part in parts),
        units=sum(part.units for part in parts),
        edits=sum(part.edits for part in parts),
        short_s=sum(part.short_s for part in parts),
        long_s=sum(part.long_s for part in parts),
        retried=sum(part.retried for part in parts),
    )


def units_of(text: str, language: Language) -> list[str]:
    """What is compared: words without case and punctuation, in Mandarin characters."""
    if language == "zh":
        return re.findall(r"[^\W_]", text.casefold())
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.casefold())


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Levenshtein's distance: fewest insertions, deletions and replacements."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]
