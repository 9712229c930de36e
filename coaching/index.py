"""The anxiety index: how far the caller's voice is from the caller's own calm voice.

For each prosody window each feature's distance from the baseline, in calm spreads, goes through
the model (``models/anxiety``), which says what each adds; these parts are smoothed and add up to
the *score*, so that each contribution is exact. A piecewise linear map with measured anchors reads
the index from the score: 50 is the 95th percentile of calm windows, 75 the 99.5th. It is neither a
probability nor a diagnosis.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp
from typing import NamedTuple

from models import anxiety
from voice.events import Language, ProsodyWindow

from .advice import Driver
from .baseline import FEATURES, SCHEMA, Baseline, measured
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
    """Features of the voice that add much to the score; each is evidence of its own."""
    speech_s: float
    """Seconds by which this reading moves what is smoothed."""
    accepted: bool
    """Whether a voice that never sounded calm was taken for the caller's usual one just now."""


class AnxietyIndex:
    """The index of one caller.

    Parameters
    ----------
    language
        Language of the call; chooses weights and prior.
    thresholds
        The settings that begin with ``index_``, and those of the baseline.

    Raises
    ------
    ModelError
        If the model is missing or was made for other features.
    """

    def __init__(self, language: Language | None, thresholds: Thresholds) -> None:
        self._t = thresholds
        self.baseline = Baseline(language, thresholds)
        self._model = anxiety.load(SCHEMA, language)
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
        self._smooth = [0.0 for _ in FEATURES]

    def read(self, window: ProsodyWindow, others: Sequence[Driver] = ()) -> Reading | None:
        """Score a window of the caller, and learn from it if it is calm.

        Parameters
        ----------
        window
            Of the caller.
        others
            What adds to the score beside the voice; the baseline is the voice's and not touched
            by it.

        Returns
        -------
        Reading or None
            ``None`` if the window holds too little speech, or a feature could not be measured.
        """
        if window.speech_s < self._t.index_min_speech_s:
            return None
        values = measured(window)
        if values is None:
            return None
        step_s = min(window.at_s - self._last_s, self._t.index_gap_s)
        self._last_s = window.at_s
        alpha = 1.0 - exp(-step_s / self._t.index_smooth_s)
        norms = self.baseline.norms(values)
        parts = self._model.parts(
            [(value - norm.median) / norm.scale for value, norm in zip(values, norms, strict=True)]
        )
        self._smooth = [
            smooth + alpha * (part - smooth)
            for smooth, part in zip(self._smooth, parts, strict=True)
        ]
        drivers = [
            Driver(
                name=feature.name,
                contribution=round(smooth, 4),
                value=round(value, 3),
                baseline=round(norm.median, 3),
                unit=feature.unit,
            )
            for feature, smooth, value, norm in zip(
                FEATURES, self._smooth, values, norms, strict=True
            )
        ]
        strong = sum(driver.contribution >= self._t.cue_driver_part for driver in drivers)
        voice = sum(driver.contribution for driver in drivers)
        # Both the moment and the stretch must be calm: neither the onset of tension nor a short
        # lull in it belongs to the calm voice.
        moment = self.from_score(sum(parts))
        accepted = False
        if max(self.from_score(voice), moment) < self.baseline.calm_below:
            self.baseline.learn(window, values)
        else:
            accepted = self.baseline.refuse(window, values, sum(parts))
        drivers += others
        drivers.sort(key=lambda driver: -driver.contribution)
        score = round(sum(driver.contribution for driver in drivers), 4)
        return Reading(
            self.from_score(score), moment, score, tuple(drivers), strong, step_s, accepted
        )

    def from_score(self, score: float) -> float:
        """Read the index, 0 to 100, from a score."""
        if score <= self._anchors[0][0]:
            return 0.0
        for (low, below), (high, above) in pairwise(self._anchors):
            if score <= high:
                return below + (above - below) * ((score - low) / (high - low))
        return 100.0
