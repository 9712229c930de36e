"""The caller's own calm voice: what is normal for this person on this line.

Per feature a median and a spread (median absolute deviation x 1.4826, which is the standard
deviation of a normal distribution: Rousseeuw and Croux 1993), learned from calm windows and
shrunk to a population prior while little was heard: with ``n`` seconds of own voiced speech the
own value weighs ``n / (n + k)``. Learning only from calm speech keeps a caller who slowly gets
tense from becoming their own norm (Busso et al. 2011); the prior lets a caller be seen who is
tense from the first second.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping
from math import log2
from typing import NamedTuple

from voice.events import Language, ProsodyWindow

from .thresholds import Thresholds

MAD_TO_SD = 1.4826


class Feature(NamedTuple):
    """A feature of the voice that the index reads."""

    name: str
    field: str
    """Its name in ``ProsodyWindow``."""
    unit: str


FEATURES = (
    Feature("f0_median", "f0_median_st", "st"),
    Feature("f0_spread", "f0_spread_st", "st"),
    Feature("articulation_rate", "articulation_rate_hz", "syl/s"),
    Feature("pause_ratio", "pause_ratio", "ratio"),
    Feature("level", "level_db", "dB"),
    Feature("tilt", "tilt_db", "dB"),
)


class Norm(NamedTuple):
    """What is calm in one feature."""

    median: float
    scale: float
    trust: float
    """0 to 1: how far a deviation may be believed."""


def semitones(hz: float) -> float:
    """Convert a frequency to semitones re 100 Hz."""
    return 12.0 * log2(hz / 100.0)


class Baseline:
    """Calm medians and spreads of one caller.

    Parameters
    ----------
    language
        Language of the call; chooses the prior.
    thresholds
        The settings that begin with ``baseline_``, ``floor_`` and ``prior_``.
    """

    def __init__(self, language: Language | None, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._low_st = semitones(thresholds.prior_low_voice_hz)
        self._high_st = semitones(thresholds.prior_high_voice_hz)
        rate = f"prior_articulation_rate_{language or 'zh'}_hz"
        # Level and tilt depend on the line more than on the person: they have no prior.
        self._prior: dict[str, float | None] = {
            "f0_spread": thresholds.prior_f0_spread_st,
            "articulation_rate": getattr(thresholds, rate),
            "pause_ratio": thresholds.prior_pause_ratio,
            "level": None,
            "tilt": None,
        }
        self._floor = {f.name: getattr(thresholds, f"floor_{f.field}") for f in FEATURES}
        self._scale = {f.name: getattr(thresholds, f"prior_scale_{f.field}") for f in FEATURES}
        self.reset()

    def reset(self) -> None:
        """Forget the caller: somebody else speaks now."""
        self.voiced_s = 0.0
        self._last_s = float("-inf")
        self._order: dict[str, deque[float]] = {f.name: deque() for f in FEATURES}
        self._sorted: dict[str, list[float]] = {f.name: [] for f in FEATURES}
        self._own: dict[str, tuple[float, float]] = {}

    def learn(self, window: ProsodyWindow, values: Mapping[str, float]) -> None:
        """Learn from a calm window; one that comes too soon after the last is passed over.

        Windows overlap by nine tenths, so that each of them would count almost the same speech.
        """
        fresh_s = window.at_s - self._last_s
        if fresh_s < self._t.baseline_hop_s - 1e-6:
            return
        self._last_s = window.at_s
        length_s = window.at_s - window.start_s
        fresh_share = fresh_s / length_s if fresh_s < length_s else 1.0
        self.voiced_s += (window.voiced_s or 0.0) * fresh_share
        for name, value in values.items():
            order, ranked = self._order[name], self._sorted[name]
            order.append(value)
            insort(ranked, value)
            if len(order) > self._t.baseline_windows:
                del ranked[bisect_left(ranked, order.popleft())]
            middle = _median(ranked)
            deviation = _median(sorted(abs(v - middle) for v in ranked))
            self._own[name] = (middle, max(MAD_TO_SD * deviation, self._floor[name]))

    def norm(self, name: str, value: float) -> Norm:
        """Say what is calm in one feature.

        Parameters
        ----------
        name
            Name of the feature.
        value
            What was measured now: while nothing was learned it tells a low voice from a high one.
        """
        t = self._t
        prior_s = t.baseline_prior_f0_s if name == "f0_median" else t.baseline_prior_s
        trust = self.voiced_s / (self.voiced_s + prior_s)
        own_median, own_scale = self._own.get(name, (value, self._scale[name]))
        scale = trust * own_scale + (1 - trust) * self._scale[name]
        prior = self._f0_prior(own_median) if name == "f0_median" else self._prior[name]
        if prior is None:
            return Norm(own_median, scale, trust)
        return Norm(trust * own_median + (1 - trust) * prior, scale, 1.0)

    def _f0_prior(self, median_st: float) -> float:
        # People's voices have two modes; the nearer one is the better guess.
        middle = (self._low_st + self._high_st) / 2
        return self._low_st if median_st < middle else self._high_st


def _median(ranked: list[float]) -> float:
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
