"""The anxiety index: how far the caller's voice is from the caller's own calm voice.

For each prosody window each feature's distance from the baseline, in calm spreads, is clipped and
weighted; the weighted distances are smoothed and add up to the *score*, so that each contribution
is exact. A piecewise linear map with measured anchors reads the index from the score: 50 is the
95th percentile of calm windows, 75 the 99.5th. It is neither a probability nor a diagnosis.

The weights and their reasons are in ``README.md``.
"""

from __future__ import annotations

from itertools import pairwise
from math import exp
from typing import NamedTuple

from voice.events import Language, ProsodyWindow

from .advice import Driver
from .baseline import FEATURES, Baseline
from .thresholds import Thresholds


class Reading(NamedTuple):
    """What one window says."""

    level: float
    """The index, 0 to 100, not rounded."""
    moment: float
    """The same without smoothing: what this window alone says."""
    score: float
    drivers: tuple[Driver, ...]
    """Largest contribution first."""
    strong: int
    """Features that are far out towards tension; each is evidence of its own."""
    speech_s: float
    """Seconds by which this reading moves what is smoothed."""


class AnxietyIndex:
    """The index of one caller.

    Parameters
    ----------
    language
        Language of the call; chooses weights and prior.
    thresholds
        The settings that begin with ``index_`` and ``weight_``, and those of the baseline.
    """

    def __init__(self, language: Language | None, thresholds: Thresholds) -> None:
        self._t = thresholds
        self.baseline = Baseline(language, thresholds)
        weights = {f: thresholds.weight(language, f.name) for f in FEATURES}
        self._weights = {f: w for f, w in weights.items() if w}
        self._anchors = (
            (thresholds.index_score_at_0, 0.0),
            (thresholds.index_score_at_50, 50.0),
            (thresholds.index_score_at_75, 75.0),
            (thresholds.index_score_at_100, 100.0),
        )
        self.reset()

    def reset(self) -> None:
        """Forget the caller: somebody else speaks now."""
        self.baseline.reset()
        self._last_s = float("-inf")
        # A call starts calm: the smoothing sets out from the baseline, not from the first window.
        self._smooth = dict.fromkeys(self._weights, 0.0)

    def read(self, window: ProsodyWindow) -> Reading | None:
        """Score a window of the caller, and learn from it if it is calm.

        Returns
        -------
        Reading or None
            ``None`` if the window holds too little speech, or a feature could not be measured.
        """
        if window.speech_s < self._t.index_min_speech_s:
            return None
        values: dict[str, float] = {}
        for feature in FEATURES:
            value: float | None = getattr(window, feature.field)
            if value is None:
                return None
            values[feature.name] = value

        step_s = min(window.at_s - self._last_s, self._t.index_gap_s)
        self._last_s = window.at_s
        alpha = 1.0 - exp(-step_s / self._t.index_smooth_s)
        drivers, score, now, strong = [], 0.0, 0.0, 0
        for feature, weight in self._weights.items():
            value = values[feature.name]
            norm = self.baseline.norm(feature.name, value)
            z = norm.trust * (value - norm.median) / norm.scale
            z = z if weight > 0 else -z  # from here on positive is tense
            z = min(max(z, self._t.index_z_low), self._t.index_z_high)
            now += abs(weight) * z
            smooth = self._smooth[feature] + alpha * (z - self._smooth[feature])
            self._smooth[feature] = smooth
            strong += smooth >= self._t.cue_driver_z
            part = round(abs(weight) * smooth, 4)
            score += part
            drivers.append(
                Driver(
                    name=feature.name,
                    contribution=part,
                    value=round(value, 3),
                    baseline=round(norm.median, 3),
                    unit=feature.unit,
                )
            )
        score = round(score, 4)
        index = self.from_score(score)
        # Both the moment and the stretch must be calm: neither the onset of tension nor a short
        # lull in it belongs to the calm voice.
        moment = self.from_score(now)
        if max(index, moment) < self._t.baseline_learn_below:
            self.baseline.learn(window, values)
        drivers.sort(key=lambda driver: -driver.contribution)
        return Reading(index, moment, score, tuple(drivers), strong, step_s)

    def from_score(self, score: float) -> float:
        """Read the index, 0 to 100, from a score."""
        if score <= self._anchors[0][0]:
            return 0.0
        for (low, below), (high, above) in pairwise(self._anchors):
            if score <= high:
                return below + (above - below) * ((score - low) / (high - low))
        return 100.0
