"""Fits the weights of the anxiety index: what the literature says, moved as far as data move it.

A logistic regression of tense against calm over distances from the own baseline, penalised for its
distance from documented prior weights, not from zero: the corpus is acted, in German, and loud in
what it shows (pitch), so it must not silence what it does not show (rate). No weight may change
the sign that the prior gives it, and one that the prior sets to zero stays there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOW, HIGH = -0.75, 3.0
"""Where distances are clipped, in calm spreads, once positive means tense: one calm feature hides
at most `LOW`, one tense feature counts at most `HIGH`."""
MOST = {"tilt": 1.0, "articulation_rate": 1.5}
"""Less than `HIGH` for what something else changes as well: tilt a new line, noise or a tone; rate
what is being said, a number or a phrase that is said often."""
SHARE = 0.5
"""Most of a score that one feature may have."""
PENALTY = 0.1
"""Of the squared distance from the prior, in the unit of the mean log loss."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Weights before any data; their scale does not matter, their sign and proportions do."""

    language: str
    weights: dict[str, float]


PRIORS = (
    Prior(
        "en",
        {
            "f0_median": 0.35,
            "f0_spread": 0.05,
            "articulation_rate": 0.30,
            "pause_ratio": -0.05,
            "level": 0.0,  # the handset's and the gain control's; in training it is drawn
            "tilt": -0.25,
            "spectral_flux": 0.25,
        },
    ),
    # Mandarin: register and rate. F0 moves with the tones, so its spread says nothing.
    Prior(
        "zh",
        {
            "f0_median": 0.35,
            "f0_spread": 0.0,
            "articulation_rate": 0.35,
            "pause_ratio": -0.05,
            "level": 0.0,
            "tilt": -0.25,
            "spectral_flux": 0.25,
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What the model holds for a language; each [features]."""

    weights: Floats
    low: Floats
    high: Floats

    def parts(self, distances: Floats) -> Floats:
        """What each feature adds [shape=(n, features)]."""
        parts: Floats = np.clip(distances, self.low, self.high) * self.weights
        return parts


def fit(
    distances: Floats, tense: NDArray[np.bool_], prior: Prior, penalty: float = PENALTY
) -> Weights:
    """Fit the weights of a language.

    Parameters
    ----------
    distances
        From the own baseline, in calm spreads [shape=(n, features)].
    tense
        [shape=(n,)]; both classes weigh the same.
    prior
        Its features in the order of the columns.
    penalty
        See `PENALTY`.

    Returns
    -------
    Weights
        Their absolute values add up to 1.
    """
    from scipy.optimize import minimize

    start = np.array(list(prior.weights.values()))
    high = np.array([MOST.get(name, HIGH) for name in prior.weights])
    sign = np.sign(start)
    # the direction is the prior's from here on: what is negative for tension is turned round
    turned = np.clip(distances * sign, LOW, high)
    target = np.where(tense, 1.0, -1.0)
    each = np.where(tense, 0.5 / tense.sum(), 0.5 / (~tense).sum())
    believed = np.abs(start) / np.abs(start).sum()

    def loss(found: Floats) -> tuple[float, Floats]:
        scale, bias, moved = found[0], found[1], found[2:]
        weights = scale * believed + moved
        margin = target * (turned @ weights + bias)
        slope = -target * each / (1 + np.exp(margin))
        value = float(each @ np.logaddexp(0, -margin) + penalty * moved @ moved)
        by_weight = turned.T @ slope
        return value, np.concatenate(
            [[by_weight @ believed, slope.sum()], by_weight + 2 * penalty * moved]
        )

    found = minimize(loss, np.r_[1.0, 0.0, np.zeros(len(start))], jac=True, method="L-BFGS-B").x
    weights = np.maximum(found[0] * believed + found[2:], 0.0) * np.abs(sign)
    weights = sign * _no_more_than(SHARE, weights / weights.sum())
    return Weights(weights, np.where(sign >= 0, LOW, -high), np.where(sign >= 0, high, -LOW))


def _no_more_than(most: float, shares: Floats) -> Floats:
    """Take from a share that is too large and give to the others in proportion."""
    top = int(np.argmax(shares))
    if shares[top] > most:
        others = np.delete(shares, top)
        if others.sum() == 0:
            return shares
        shares = np.insert(others * (1 - most) / others.sum(), top, most)
    return shares
