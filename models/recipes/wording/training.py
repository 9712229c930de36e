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
CERTAIN = 0.85
"""Score from which on a class counts as said, the same for all: a threshold of its own for every
class, chosen for a precision within the training families, kept less than it promised."""
NEVER = -20.0
"""Log-odds of a class that no line has."""


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
    for speaker, labels in OF_SPEAKER.items():
        own = [line for line in lines if line.speaker == speaker]
        rows = augmented(own, language, seed)
        seen, groups = matrix([row.text for row in rows], language), [row.family for row in rows]
        for label in labels:
            said = np.array([label in row.labels for row in rows])
            if not said.any():
                continue
            column = LABELS.index(label)
            table[:, column], bias[column] = _one(seen, said, groups)
    return Fitted(table, bias, dict.fromkeys(LABELS, CERTAIN))


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
    seen: Any, said: NDArray[np.bool_], groups: Sequence[str]
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of one class; calibrated on families not trained on (Platt)."""
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
    return whole.coef_[0] * slope, float(whole.intercept_[0]) * slope + shift
