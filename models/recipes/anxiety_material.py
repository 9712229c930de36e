"""Material for the anxiety index: stretches of one speaker in one mood, on a telephone line.

Clips of a corpus are a sentence long. A stretch is several of them in a row, 4 to 8 s, with pauses
drawn from one distribution whatever the mood; its level is drawn, and its line: a speaker's call
has one line, which wavers a little. So neither pauses, loudness nor the channel tell the moods
apart, and what is learned is the voice.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from voice.clock import RATE
from voice.decode import Recording
from voice.g711 import Samples, decode_mulaw, encode_mulaw

Mood = Literal["calm", "anger", "fear"]

MOODS: dict[str, Mood] = {
    "neutral": "calm",
    "calm": "calm",
    "boredom": "calm",
    "bored": "calm",
    "read": "calm",
    "anger": "anger",
    "angry": "anger",
    "fear": "fear",
    "fearful": "fear",
    "fear_anxiety": "fear",
    "anxiety": "fear",
    "anxious": "fear",
}
"""Labels of corpora and what they count as; what is not named (joy, say) takes no part."""

STRETCH_S = 4.0, 8.0
PAUSE_S = 0.15, 0.7
"""Between sentences, even over this range."""
LEVEL_DB = -9.0
"""Peak of a stretch, give or take `LEVEL_JITTER_DB`."""
LEVEL_JITTER_DB = 6.0
LINE_TILT_DB = 4.0
"""By how much a call's line lifts or damps the high band, at most; `WAVER_DB` of it changes from
stretch to stretch."""
WAVER_DB = 1.0
NOISE_DB = -75.0, -50.0
_TRIM = 0.02  # of the peak; what is softer at both ends is no speech
_LEAST_CLIPS = 2


@dataclass(frozen=True, slots=True)
class Clip:
    """A sentence at 8 kHz [shape=(n,)], trimmed, peak 1."""

    speaker: str
    mood: Mood
    sound: Samples
    label: str
    """The corpus's own name of the mood."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some sentences in a row as they come out of the telephone, 8 kHz [shape=(n,)]."""

    speaker: str
    mood: Mood
    sound: Samples
    baseline: bool
    """Whether the speaker's baseline is learned from it; then it is never scored."""


def manifest(folder: Path) -> Iterator[dict[str, str]]:
    """Rows of a corpus: ``manifest.tsv`` with at least ``file`` and ``speaker``."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t")


def read_sound(path: Path) -> Samples:
    """First channel of a recording at 8 kHz [shape=(n,)]."""
    with path.open("rb") as file:
        sound: Samples = np.concatenate(list(Recording(file).blocks()), axis=1)[0]
    return sound


def clips(folder: Path, mood: Mood | None = None) -> list[Clip]:
    """All clips of a corpus whose label counts as a mood.

    Parameters
    ----------
    folder
        Holds ``manifest.tsv`` with ``file``, ``speaker`` and, unless ``mood`` is given,
        ``emotion``.
    mood
        What every clip is, for a corpus without labels.
    """
    found: list[Clip] = []
    for row in manifest(folder):
        label = row.get("emotion", "").strip().lower()
        is_mood = mood or MOODS.get(label)
        if is_mood is not None:
            sound = trimmed(read_sound(folder / row["file"]))
            found.append(Clip(row["speaker"], is_mood, sound, label))
    return found


def trimmed(sound: Samples) -> Samples:
    """Cut padding off both ends of ``sound`` [shape=(n,)] and bring its peak to 1."""
    peak = float(np.abs(sound).max(initial=0.0)) or 1.0
    loud = np.flatnonzero(np.abs(sound) > _TRIM * peak)
    return sound[loud[0] : loud[-1] + 1] / np.float32(peak) if len(loud) else sound[:0]


def stretches(found: Sequence[Clip], *, per_mood: int, seed: int) -> list[Stretch]:
    """Cut a speaker's clips into a baseline and stretches to score.

    Half of each speaker's calm clips, of every calm label, are for the baseline and in no scored
    stretch. Of each mood with at least two clips left `per_mood` stretches are drawn, of the calm
    one twice as many, so that calm and tense weigh about the same; the baseline has as many as it
    has clips.
    """
    made: list[Stretch] = []
    for place, speaker in enumerate(sorted({clip.speaker for clip in found})):
        generator = np.random.default_rng([seed, place])
        line = Line(generator)
        mine = [clip for clip in found if clip.speaker == speaker]
        kept, left = halves([clip for clip in mine if clip.mood == "calm"], generator)
        scored: dict[Mood, list[Samples]] = defaultdict(list)
        for clip in [*left, *(clip for clip in mine if clip.mood != "calm")]:
            scored[clip.mood].append(clip.sound)
        calm = [clip.sound for clip in kept]
        for _ in kept:
            sound = line.send(_in_a_row(calm, generator), generator)
            made.append(Stretch(speaker, "calm", sound, baseline=True))
        for mood, sounds in sorted(scored.items()):
            if len(sounds) < _LEAST_CLIPS:
                continue
            for _ in range(2 * per_mood if mood == "calm" else per_mood):
                sound = line.send(_in_a_row(sounds, generator), generator)
                made.append(Stretch(speaker, mood, sound, baseline=False))
    return made


def halves(found: Sequence[Clip], generator: np.random.Generator) -> tuple[list[Clip], list[Clip]]:
    """Divide clips at random, those of each label by themselves; an odd one goes to the first."""
    first: list[Clip] = []
    second: list[Clip] = []
    for label in sorted({clip.label for clip in found}):
        same = [clip for clip in found if clip.label == label]
        order = [same[k] for k in generator.permutation(len(same))]
        first += order[: (len(order) + 1) // 2]
        second += order[(len(order) + 1) // 2 :]
    return first, second


def _in_a_row(sounds: Sequence[Samples], generator: np.random.Generator) -> Samples:
    """Clips without repetition until the drawn length is reached; the last is cut there."""
    wanted = round(generator.uniform(*STRETCH_S) * RATE)
    parts: list[Samples] = []
    length = 0
    for k in generator.permutation(len(sounds)):
        pause = np.zeros(round(generator.uniform(*PAUSE_S) * RATE), np.float32)
        parts += [sounds[k], pause]
        length += len(sounds[k]) + len(pause)
        if length >= wanted:
            break
    return np.concatenate(parts)[:wanted]


class Line:
    """The telephone line of one call: its tilt and noise are drawn once."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._tilt_db = generator.uniform(-LINE_TILT_DB, LINE_TILT_DB)
        self._noise_db = generator.uniform(*NOISE_DB)

    def send(
        self, sound: Samples, generator: np.random.Generator, level_db: float | None = None
    ) -> Samples:
        """Send sound [shape=(n,), peak 1] through: band, tilt, level, noise, mu-law.

        Parameters
        ----------
        sound, generator
            What is said, and the source of all that is drawn.
        level_db
            Of the peak; drawn where it is not given.
        """
        if level_db is None:
            level_db = LEVEL_DB + generator.uniform(-LEVEL_JITTER_DB, LEVEL_JITTER_DB)
        tilted = telephone_band(sound, self._tilt_db + generator.uniform(-WAVER_DB, WAVER_DB))
        tilted *= np.float32(10 ** (level_db / 20) / np.abs(tilted).max(initial=1e-9))
        noise = generator.normal(0, 10 ** (self._noise_db / 20), len(sound)).astype(np.float32)
        return decode_mulaw(encode_mulaw(tilted + noise))


def telephone_band(sound: Samples, tilt_db: float) -> Samples:
    """Limit ``sound`` [shape=(n,), 8 kHz] to 300-3400 Hz and tilt it by decibels over the band."""
    from scipy.signal import butter, sosfiltfilt

    band = sosfiltfilt(butter(2, (300, 3400), "bandpass", fs=RATE, output="sos"), sound)
    spectrum = np.fft.rfft(band)
    hz = np.fft.rfftfreq(len(band), 1 / RATE)
    octaves = np.log2(np.clip(hz, 300, 3400) / 1000)
    spectrum *= 10 ** (tilt_db * octaves / octaves[-1] / 20)
    return np.fft.irfft(spectrum, len(band)).astype(np.float32)
