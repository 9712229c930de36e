"""Windows of acted speech, scored by ours and by eGeMAPS with an SVM under one protocol.

The same stretches of sound for both, the same part of each speaker's calm speech as baseline and
never scored, the same speakers left out. The SVM (RBF, scikit-learn's defaults, balanced classes)
sees the 88 functionals of eGeMAPSv02 less the speaker's baseline median, over the spread that
baselines have among the speakers it learns from, clipped to 6: the protocol of the anchor that the
project wants to beat. openSMILE (research licence) is a measuring stick and never in the product.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coaching.baseline import SCHEMA
from models import anxiety
from models.recipes.anxiety import Heard, fitted, hear, left_out
from models.recipes.anxiety_fit import PRIORS, Prior
from models.recipes.anxiety_material import Stretch
from voice.clock import RATE

from .prosody_trackers import functionals, live

Floats = NDArray[np.float64]
RESAMPLES = 1000
_CLIP = 6.0


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of all scored stretches by one system."""

    name: str
    scores: Floats


def ours(heard: Sequence[Heard], prior: Prior, trained: Sequence[Heard] | None) -> Scored:
    """Score by our recipe: one speaker left out, or trained on another corpus as a whole."""
    if trained is None:
        return Scored("ours", np.array(list(left_out(heard, prior))))
    weights = fitted(trained, prior)
    return Scored("ours", np.array([weights.parts(h.distances).sum(1).mean() for h in heard]))


def functionals_of(material: Sequence[Stretch]) -> Floats:
    """Functionals of every stretch [shape=(stretches, 88)]."""
    return np.array([list(functionals(stretch.sound, RATE).values()) for stretch in material])


def svm(
    material: Sequence[Stretch], values: Floats, other: tuple[Sequence[Stretch], Floats] | None
) -> Scored:
    """Score by eGeMAPS and SVM, one speaker left out or trained on another corpus as a whole."""
    if other is not None:
        distances, _ = _normalised(other[0], other[1], None)
        learned = _learned(other[0], distances)
        mine, _ = _normalised(material, values, _spread(other[0], other[1]))
        return Scored("eGeMAPS + SVM", learned(mine[_scored(material)]))
    speakers = np.array([stretch.speaker for stretch in material])
    scores = np.zeros(len(material))
    for speaker in np.unique(speakers):
        others = speakers != speaker
        train = [stretch for stretch, is_other in zip(material, others, strict=True) if is_other]
        distances, spread = _normalised(train, values[others], None)
        learned = _learned(train, distances)
        test = [stretch for stretch, is_other in zip(material, others, strict=True) if not is_other]
        mine, _ = _normalised(test, values[~others], spread)
        scores[~others] = learned(mine)
    return Scored("eGeMAPS + SVM", scores[_scored(material)])


def _scored(material: Sequence[Stretch]) -> NDArray[np.bool_]:
    return np.array([not stretch.baseline for stretch in material])


def _centred(material: Sequence[Stretch], values: Floats) -> Floats:
    speakers = np.array([stretch.speaker for stretch in material])
    baseline = ~_scored(material)
    found = np.zeros_like(values)
    for speaker in np.unique(speakers):
        mine = speakers == speaker
        found[mine] = values[mine] - np.median(values[mine & baseline], axis=0)
    return found


def _spread(material: Sequence[Stretch], values: Floats) -> Floats:
    calm = _centred(material, values)[~_scored(material)]
    spread: Floats = 1.4826 * np.median(np.abs(calm), axis=0) + 1e-6
    return spread


def _normalised(
    material: Sequence[Stretch], values: Floats, spread: Floats | None
) -> tuple[Floats, Floats]:
    used = _spread(material, values) if spread is None else spread
    return np.clip(_centred(material, values) / used, -_CLIP, _CLIP), used


def _learned(material: Sequence[Stretch], distances: Floats) -> Callable[[Floats], Floats]:
    from sklearn.svm import SVC

    scored = _scored(material)
    tense = np.array([stretch.mood != "calm" for stretch in material])
    model = SVC(class_weight="balanced").fit(distances[scored], tense[scored])
    score: Callable[[Floats], Floats] = model.decision_function
    return score


def auc(scores: Floats, tense: NDArray[np.bool_], weight: Floats) -> float:
    """Area under the curve with weights for each stretch (how often its speaker was drawn)."""
    order = np.argsort(scores, kind="stable")
    scores, tense, weight = scores[order], tense[order], weight[order]
    calm = np.where(tense, 0.0, weight)
    before = np.searchsorted(scores, scores, "left")
    upto = np.searchsorted(scores, scores, "right")
    below = np.concatenate([[0.0], np.cumsum(calm)])
    rank = (below[before] + below[upto]) / 2
    wins = float((np.where(tense, weight, 0.0) * rank).sum())
    return wins / (float(calm.sum()) * float((weight * tense).sum()))


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of stretches (another split, other lines) with every system's scores."""

    material: Sequence[Stretch]
    systems: Sequence[Scored]


def table(draws: Sequence[Draw]) -> list[str]:
    """Areas, mean over draws, with 95 % intervals over speakers; the same of their difference."""
    names = [system.name for system in draws[0].systems]
    speakers = sorted({stretch.speaker for draw in draws for stretch in draw.material})
    generator = np.random.default_rng(1)
    picks = generator.integers(len(speakers), size=(RESAMPLES, len(speakers)))
    counts = np.apply_along_axis(np.bincount, 1, picks, minlength=len(speakers))
    lines = []
    for mood in ("anger", "fear"):
        areas = np.array([_areas(draw, mood, speakers, counts) for draw in draws]).mean(axis=0)
        if np.isnan(areas[:, 0]).any():
            continue
        spread = areas[:, 1:][:, ~np.isnan(areas[:, 1:]).any(axis=0)]
        for name, area, one in zip(names, areas[:, 0], spread, strict=True):
            low, high = np.percentile(one, [2.5, 97.5])
            lines.append(f"{mood:6} {name:14} AUC {area:.3f}  95 % {low:.3f} to {high:.3f}")
        if len(names) > 1:
            low, high = np.percentile(spread[0] - spread[1], [2.5, 97.5])
            lines.append(
                f"{mood:6} {'difference':14}    {areas[0, 0] - areas[1, 0]:+.3f}"
                f"  95 % {low:+.3f} to {high:+.3f}"
            )
    return lines


def _areas(draw: Draw, mood: str, speakers: Sequence[str], counts: NDArray[np.intp]) -> Floats:
    """Area of each system as it is, then for each resample [shape=(systems, 1 + resamples)]."""
    scored = [stretch for stretch in draw.material if not stretch.baseline]
    moods = np.array([stretch.mood for stretch in scored])
    chosen = (moods == mood) | (moods == "calm")
    tense = (moods == mood)[chosen]
    who = np.array([speakers.index(stretch.speaker) for stretch in scored])[chosen]
    weights = [np.ones(len(tense)), *(count[who].astype(float) for count in counts)]
    return np.array(
        [
            [
                # a resample without a speaker who shows this mood says nothing
                auc(system.scores[chosen], tense, weight) if weight[tense].any() else np.nan
                for weight in weights
            ]
            for system in draw.systems
        ]
    )


def cpu(material: Sequence[Stretch], rounds: int) -> dict[str, float]:
    """CPU seconds per second of sound: the least of some rounds taken in turn."""
    few = [stretch.sound for stretch in material[:24]]
    whole = np.concatenate(few)  # a call goes on, while functionals are taken of each stretch
    seconds = len(whole) / RATE
    model = anxiety.load(SCHEMA, "en")

    def all_of_ours() -> None:
        live(whole, "caller")
        for _ in range(2 * len(whole) // RATE):
            model.parts([1.0] * len(SCHEMA))

    def heard() -> None:
        hear([Stretch("a", "calm", few[0], baseline=True)])
        hear([Stretch("a", "calm", sound, baseline=False) for sound in few])

    def theirs() -> None:
        for sound in few:
            functionals(sound, RATE)

    runs = {
        "ours: prosody, model": all_of_ours,
        "ours with voice activity, both channels, baseline": heard,
        "eGeMAPS functionals, once a stretch": theirs,
    }
    least = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.process_time()
            run()
            least[name] = min(least[name], (time.process_time() - start) / seconds)
    return least


def prior_of(language: str) -> Prior:
    """The recipe's prior of a language."""
    return next(prior for prior in PRIORS if prior.language == language)
