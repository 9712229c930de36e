"""The model of the anxiety index, from a labelled corpus to ONNX.

``python -m models.recipes anxiety --data FOLDER`` hears stretches of acted speech with the
product's own engine, learns each speaker's baseline from a part of their calm speech with the
product's own baseline, and fits the weights on the rest (:mod:`.anxiety_fit`). Seeded; a minute on
one core. The figures it prints leave one speaker out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coaching.baseline import SCHEMA, Baseline, Values, measured
from coaching.thresholds import Thresholds
from models.anxiety import PATH
from voice.events import Language, ProsodyWindow
from voice.g711 import Samples
from voice.pipeline import VoicePipeline

from . import anxiety_export
from .anxiety_fit import HIGH, LOW, MOST, PENALTY, PRIORS, SHARE, Prior, Weights, fit
from .anxiety_material import Clip, Stretch, clips, stretches

Floats = NDArray[np.float64]

PER_MOOD = 12
CORPUS = "EMO-DB (CC0-1.0)"
_BLOCK = 4000


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch as the index would see it."""

    stretch: Stretch
    distances: Floats
    """Of each of its windows from the speaker's baseline [shape=(windows, features)]."""


def windows(sound: Samples) -> list[ProsodyWindow]:
    """Hear a stretch [shape=(n,), 8 kHz] as a caller's track beside a silent agent."""
    pipeline = VoicePipeline(("caller", "agent"))
    padded = np.pad(sound, (0, -len(sound) % _BLOCK + _BLOCK))
    pipeline.take(np.stack([padded, np.zeros_like(padded)]))
    facts = []
    while pipeline.ready():
        facts += pipeline.tick()
    least_s = Thresholds().index_min_speech_s
    return [f for f in facts if isinstance(f, ProsodyWindow) and f.speech_s >= least_s]


def hear(material: Sequence[Stretch], language: Language = "en") -> list[Heard]:
    """Hear stretches; those for the baseline are learned and not given back."""
    heard: list[Heard] = []
    for speaker in sorted({stretch.speaker for stretch in material}):
        mine = [stretch for stretch in material if stretch.speaker == speaker]
        baseline = Baseline(language, Thresholds())
        at_s = 0.0
        for stretch in mine:
            if stretch.baseline:
                for window in windows(stretch.sound):
                    if (values := measured(window)) is not None:
                        baseline.learn(_later(window, at_s), values)
                at_s += len(stretch.sound) / 8000 + 5
        for stretch in mine:
            if not stretch.baseline:
                rows = [v for w in windows(stretch.sound) if (v := measured(w)) is not None]
                if rows:
                    heard.append(Heard(stretch, np.array([_distances(baseline, r) for r in rows])))
    return heard


def _later(window: ProsodyWindow, by_s: float) -> ProsodyWindow:
    from dataclasses import replace

    return replace(window, at_s=window.at_s + by_s, start_s=window.start_s + by_s)


def _distances(baseline: Baseline, values: Values) -> list[float]:
    norms = baseline.norms(values)
    return [(value - norm.median) / norm.scale for value, norm in zip(values, norms, strict=True)]


def fitted(heard: Sequence[Heard], prior: Prior, penalty: float = PENALTY) -> Weights:
    """Fit the weights of a language to all windows heard."""
    distances = np.concatenate([one.distances for one in heard])
    tense = np.concatenate([[one.stretch.mood != "calm"] * len(one.distances) for one in heard])
    return fit(distances, tense, prior, penalty)


def left_out(heard: Sequence[Heard], prior: Prior, penalty: float = PENALTY) -> Iterator[float]:
    """Score of each stretch (the mean of its windows) by weights that never saw its speaker."""
    by_speaker = {
        speaker: fitted([one for one in heard if one.stretch.speaker != speaker], prior, penalty)
        for speaker in {one.stretch.speaker for one in heard}
    }
    for one in heard:
        parts = by_speaker[one.stretch.speaker].parts(one.distances)
        yield float(parts.sum(axis=1).mean())


def auc(scores: Sequence[float], heard: Sequence[Heard], mood: str) -> float:
    """Area under the curve of a mood's stretches against the calm ones."""
    pairs = list(zip(scores, heard, strict=True))
    tense = np.array([score for score, one in pairs if one.stretch.mood == mood])
    calm = np.array([score for score, one in pairs if one.stretch.mood == "calm"])
    above = tense[:, None] > calm[None, :]
    return float(np.mean(above + 0.5 * (tense[:, None] == calm[None, :])))


def tried(heard: Sequence[Heard]) -> Iterator[str]:
    """What else Mandarin might have had, on the windows that there are."""
    mandarin = PRIORS[-1]
    without_tilt = Prior(
        "zh", {**mandarin.weights, **dict.fromkeys(("tilt", "pause_ratio", "spectral_flux"), 0.0)}
    )
    for name, prior, penalty in (
        ("register and rate alone", without_tilt, PENALTY),
        ("penalty / 10", mandarin, PENALTY / 10),
        ("penalty x 10", mandarin, PENALTY * 10),
    ):
        scores = list(left_out(heard, prior, penalty))
        rate = fitted(heard, prior, penalty).weights[list(prior.weights).index("articulation_rate")]
        yield (
            f"zh, tried: {name}: AUC anger {auc(scores, heard, 'anger'):.3f},"
            f" fear {auc(scores, heard, 'fear'):.3f}, rate {rate:+.3f}"
        )


@cache
def corpus(folder: Path) -> tuple[Clip, ...]:
    """Clips of a labelled corpus, read once."""
    return tuple(clips(folder))


def make(folder: Path, seed: int, target: Path | None = None) -> Iterator[str]:
    """Make the model; tells what it does line by line."""
    material = stretches(corpus(folder), per_mood=PER_MOOD, seed=seed)
    yield f"{len(material)} stretches of {len({s.speaker for s in material})} speakers"
    heard = hear(material)
    weights: dict[str, Weights] = {}
    for prior in PRIORS:
        scores = list(left_out(heard, prior))
        weights[prior.language] = fitted(heard, prior)
        shown = ", ".join(
            f"{name} {weight:+.3f}"
            for name, weight in zip(SCHEMA, weights[prior.language].weights, strict=True)
        )
        yield f"{prior.language}: {shown}"
        yield (
            f"{prior.language}: AUC, speaker left out: anger {auc(scores, heard, 'anger'):.3f},"
            f" fear {auc(scores, heard, 'fear'):.3f}"
        )
    yield from tried(heard)
    made = {
        "corpus": CORPUS,
        "seed": seed,
        "penalty": PENALTY,
        "clip": [LOW, HIGH],
        "most": MOST,
        "share": SHARE,
        "priors": {prior.language: prior.weights for prior in PRIORS},
    }
    path = target or PATH
    anxiety_export.write(path, SCHEMA, weights, made)
    yield f"{path.name}: {path.stat().st_size} bytes"
