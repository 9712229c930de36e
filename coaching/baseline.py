"""The caller's own calm voice: what is normal for this person on this line.

Per feature a median and a spread (median absolute deviation x 1.4826, which is the standard
deviation of a normal distribution: Rousseeuw and Croux 1993), learned from calm windows and
shrunk to a population prior while little was heard: with ``n`` seconds of own voiced speech the
own value weighs ``n / (n + k)``, and as far as the prior still counts, so does the spread between
people. Learning only from calm speech keeps a caller who slowly gets tense from becoming their own
norm (Busso et al. 2011); the prior lets a caller be seen who is tense from the first second.

Whoever sounds tense from the first word on and never calm may just have such a voice. Until the
own calm voice has been heard, what was refused is put aside, and once ``baseline_patience_s`` of
it have come together its calmer half is learned.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import hypot, log2, sqrt
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
    Feature("spectral_flux", "spectral_flux_pct", "%"),
)
SCHEMA = tuple(f"{feature.name} ({feature.unit})" for feature in FEATURES)
"""What a model of the index must have been made for."""
Values = tuple[float, ...]
"""One for each of `FEATURES`."""


class Norm(NamedTuple):
    """What is calm in one feature."""

    median: float
    scale: float


def semitones(hz: float) -> float:
    """Convert a frequency to semitones re 100 Hz."""
    return 12.0 * log2(hz / 100.0)


def measured(window: ProsodyWindow) -> Values | None:
    """The features of a window; ``None`` if one of them could not be measured."""
    values: list[float] = []
    for feature in FEATURES:
        value: float | None = getattr(window, feature.field)
        if value is None:
            return None
        values.append(value)
    return tuple(values)


class Baseline:
    """Calm medians and spreads of one caller.

    Parameters
    ----------
    language
        Language of the call; chooses the prior.
    thresholds
        The settings that begin with ``baseline_``, ``floor_``, ``prior_`` and ``people_``.
    """

    def __init__(self, language: Language | None, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._low_st = semitones(thresholds.prior_low_voice_hz)
        self._high_st = semitones(thresholds.prior_high_voice_hz)
        self._prior = (
            0.0,  # that of F0 has two modes
            thresholds.prior_f0_spread_st,
            getattr(thresholds, f"prior_articulation_rate_{language or 'zh'}_hz"),
            thresholds.prior_pause_ratio,
            thresholds.prior_level_db,
            thresholds.prior_tilt_db,
            thresholds.prior_spectral_flux_pct,
        )
        self._floor = [getattr(thresholds, f"floor_{f.field}") for f in FEATURES]
        self._people = [getattr(thresholds, f"people_{f.field}") for f in FEATURES]
        self._spread = [getattr(thresholds, f"spread_{f.field}") for f in FEATURES]
        self.reset()

    def reset(self) -> None:
        """Forget the caller: somebody else speaks now."""
        self.voiced_s = 0.0
        self._last_s = float("-inf")
        self._order: deque[Values] = deque()
        self._sorted: list[list[float]] = [[] for _ in FEATURES]
        self._own: list[tuple[float, float]] = []
        self._aside: list[tuple[float, Values, float]] = []  # score, values, voiced seconds

    @property
    def calm_below(self) -> float:
        """The index under which a window is taken for calm."""
        if self.voiced_s < self._t.baseline_settled_s:
            return self._t.baseline_first_below
        return self._t.baseline_learn_below

    def learn(self, window: ProsodyWindow, values: Values) -> None:
        """Learn from a calm window; one that comes too soon after the last is passed over.

        Windows overlap by nine tenths, so that each of them would count almost the same speech.
        """
        voiced_s = self._fresh_s(window)
        if voiced_s is None:
            return
        self._take(values, voiced_s)
        self._judge()
        if self.voiced_s >= self._t.baseline_settled_s:
            self._aside.clear()

    def refuse(self, window: ProsodyWindow, values: Values, score: float) -> bool:
        """Put a window aside that is not calm; tell whether what was put aside is now learned."""
        if self.voiced_s >= self._t.baseline_settled_s:
            return False
        voiced_s = self._fresh_s(window)
        if voiced_s is None:
            return False
        self._aside.append((score, values, voiced_s))
        if sum(part[2] for part in self._aside) < self._t.baseline_patience_s:
            return False
        calmer = sorted(self._aside)[: (len(self._aside) + 1) // 2]
        self._aside.clear()
        for _, aside, aside_s in calmer:
            self._take(aside, aside_s)
        self._judge()
        return True

    def norms(self, values: Values) -> list[Norm]:
        """Say what is calm in each feature.

        Parameters
        ----------
        values
            What was measured now: while nothing was learned it tells a low voice from a high one.
        """
        found: list[Norm] = []
        own = self._own or [(value, 0.0) for value in values]
        own_spread = self.voiced_s / (self.voiced_s + self._t.baseline_spread_s)
        for place, (median, spread) in enumerate(own):
            within = own_spread * max(spread, self._floor[place])
            within += (1 - own_spread) * self._spread[place]
            # mean and spread of what a normal prior predicts after n / baseline_sample_s looks
            people = self._people[place]
            prior_s = self._t.baseline_sample_s * (within / people) ** 2
            trust = self.voiced_s / (self.voiced_s + prior_s)
            prior = self._f0_prior(median) if place == 0 else self._prior[place]
            found.append(
                Norm(
                    trust * median + (1 - trust) * prior,
                    hypot(within, sqrt(1 - trust) * people),
                )
            )
        return found

    def _fresh_s(self, window: ProsodyWindow) -> float | None:
        """Voiced seconds that no earlier window has counted; ``None`` if it comes too soon."""
        fresh_s = window.at_s - self._last_s
        if fresh_s < self._t.baseline_hop_s - 1e-6:
            return None
        self._last_s = window.at_s
        length_s = window.at_s - window.start_s
        return (window.voiced_s or 0.0) * (fresh_s / length_s if fresh_s < length_s else 1.0)

    def _take(self, values: Values, voiced_s: float) -> None:
        self.voiced_s += voiced_s
        self._order.append(values)
        gone = self._order.popleft() if len(self._order) > self._t.baseline_windows else None
        for place, ranked in enumerate(self._sorted):
            insort(ranked, values[place])
            if gone is not None:
                del ranked[bisect_left(ranked, gone[place])]

    def _judge(self) -> None:
        self._own = []
        for ranked in self._sorted:
            middle = _median(ranked)
            deviation = _median(sorted([abs(value - middle) for value in ranked]))
            self._own.append((middle, MAD_TO_SD * deviation))

    def _f0_prior(self, median_st: float) -> float:
        # People's voices have two modes; the nearer one is the better guess.
        middle = (self._low_st + self._high_st) / 2
        return self._low_st if median_st < middle else self._high_st


def _median(ranked: list[float]) -> float:
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
