"""From labelled lines to weights: augmented, a logistic model a class, calibrated across families.

Each class is learnt from the lines of its own speaker: nobody asks whether a caller is evasive.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.wording.cutting import Language
from models.wording.features import ROWS, features
from models.wording.labels import LABELS, OF_SPEAKER

from .lines import Line
from .mistakes import Spoil, spoiler

SEED = 1
MISTAKES = 0.15
"""Probability of a mistake at each word (character)."""
NOISY, LONGER = 2, 1
"""Copies of a line: with mistakes; next to another line of the same speaker."""
STRENGTH = 1.0
"""Inverse of the L2 penalty of the logistic models."""
FOLDS = 4
PRECISION_FIRST = 0.5
"""The threshold is where F-beta is highest: a wrong card costs more than a missed one."""
RECALL_TOO = {"danger": 0.7}
"""Beta of classes that must not be missed."""
NEVER = -20.0
"""Log-odds of a class that no line has."""
PLAIN_TALK = 2.0
"""A false alarm counts so often, for calls hold more plain talk than the lines do."""
THRESHOLDS = np.arange(0.10, 0.91, 0.02)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model before export: log-odds = values x table[rows] + bias.

    Attributes
    ----------
    table
        Shape ``(ROWS, classes)``, float64.
    bias
        Shape ``(classes,)``.
    thresholds
        By class.
    """

    table: NDArray[np.float64]
    bias: NDArray[np.float64]
    thresholds: dict[str, float]


def fit(lines: Sequence[Line], language: Language, seed: int = SEED) -> Fitted:
    """Train on lines; the same lines and seed give the same bits on the same machine."""
    table, bias = np.zeros((ROWS, len(LABELS))), np.full(len(LABELS), NEVER)
    thresholds = dict.fromkeys(LABELS, 0.5)
    for speaker, labels in OF_SPEAKER.items():
        own = [line for line in lines if line.speaker == speaker]
        rows = augmented(own, language, seed)
        seen, groups = matrix([row.text for row in rows], language), [row.family for row in rows]
        for label in labels:
            said = np.array([label in row.labels for row in rows])
            if not said.any():
                continue
            column, beta = LABELS.index(label), RECALL_TOO.get(label, PRECISION_FIRST)
            table[:, column], bias[column], thresholds[label] = _one(seen, said, groups, beta)
    return Fitted(table, bias, thresholds)


def augmented(lines: Sequence[Line], language: Language, seed: int) -> list[Line]:
    """Add to each line copies with a recogniser's mistakes, and within a longer utterance."""
    rng = random.Random(seed)
    spoil = spoiler(language, [line.text for line in lines])
    made = list(lines)
    for line in lines:
        made += [spoiled(line, spoil, rng) for _ in range(NOISY)]
        made += [longer(line, lines, language, rng) for _ in range(LONGER)]
    return made


def spoiled(line: Line, spoil: Spoil, rng: random.Random) -> Line:
    """Give the line as a recogniser might hear it."""
    return replace(line, text=spoil(line.text, rng, MISTAKES))


def longer(line: Line, others: Sequence[Line], language: Language, rng: random.Random) -> Line:
    """Give the line before or after another one, in 7 of 10 cases one without any class."""
    plain = [other for other in others if not other.labels]
    other = rng.choice(plain if plain and rng.random() < 0.7 else others)
    first, second = (line, other) if rng.random() < 0.5 else (other, line)
    between = " " if language == "en" else ""
    return replace(line, labels=line.labels | other.labels, text=first.text + between + second.text)


def matrix(texts: Sequence[str], language: Language) -> Any:
    """Put the n-grams of texts into a sparse matrix, one row a text."""
    from scipy.sparse import csr_matrix

    found = [features(text, language) for text in texts]
    ends = np.cumsum([0, *(len(one.rows) for one in found)])
    rows = np.concatenate([one.rows for one in found])
    values = np.concatenate([one.values for one in found])
    return csr_matrix((values, rows, ends), shape=(len(texts), ROWS))


def _one(
    seen: Any, said: NDArray[np.bool_], groups: Sequence[str], beta: float
) -> tuple[NDArray[np.float64], float, float]:
    """Weights, bias and threshold of one class; calibrated on families not trained on (Platt)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    def learn(rows: NDArray[np.int64]) -> Any:
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
        return model.fit(seen[rows], said[rows])

    unseen = np.zeros(len(said))
    for known, rest in GroupKFold(FOLDS).split(seen, said, groups):
        if said[known].any():
            unseen[rest] = learn(known).decision_function(seen[rest])
    platt = LogisticRegression(C=1e3).fit(unseen[:, None], said)
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    whole = learn(np.arange(len(said)))
    threshold = _threshold(platt.predict_proba(unseen[:, None])[:, 1], said, beta)
    bias = float(whole.intercept_[0]) * slope + shift
    return whole.coef_[0] * slope, bias, threshold


def _threshold(scores: NDArray[np.float64], said: NDArray[np.bool_], beta: float) -> float:
    def f_beta(at: float) -> float:
        heard = scores >= at
        right = (1 + beta**2) * np.count_nonzero(heard & said)
        false = PLAIN_TALK * np.count_nonzero(heard & ~said)
        wrong = beta**2 * np.count_nonzero(said & ~heard) + false
        return float(right / max(right + wrong, 1e-9))

    return round(max(THRESHOLDS, key=f_beta), 2)
