"""What was usual lately: quantiles that follow a voice, in constant memory."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled

Values = NDArray[np.float32]
Flags = NDArray[np.bool_]

_LOWEST_DB, _LEVELS = -120.0, 141  # levels are remembered in steps of 1 dB, up to 20


class Recent:
    """Quantiles of what was usual lately, in constant memory.

    A histogram that forgets: with each value added the older ones count a little less, so that it
    remembers about as many values as `memory` says.

    Parameters
    ----------
    bins
        Values are integers from 0 to ``bins - 1``.
    memory
        Number of values after which one counts 1/e; 3000 frames are 30 s.
    """

    def __init__(self, bins: int, memory: float = 3000.0) -> None:
        self._remember = compiled(_remember, "float64(float64[::1], int64[::1], float64)")
        self._quantile = compiled(_quantile, "int64(float64[::1], float64)")
        self._counts = np.zeros(bins)
        self._memory = memory
        self.weight = 0.0
        """How many values are remembered."""

    def add(self, values: NDArray[np.int64]) -> None:
        """Remember values [shape=(n,), 0 to bins - 1]."""
        self.weight = self._remember(self._counts, values, self._memory)

    def quantile(self, share: float) -> int:
        """Return the smallest value that a share (0 to 1) of what is remembered does not exceed."""
        return self._quantile(self._counts, share)


class RecentLevel:
    """How loud the loud moments of the last 30 s were: the 99th percentile of levels."""

    def __init__(self) -> None:
        self._in_steps = compiled(_in_steps, "int64[::1](float32[::1], boolean[::1])")
        self._levels = Recent(bins=_LEVELS)

    def add(self, level_db: Values, lost: Flags) -> float:
        """Remember levels [shape=(n,), dB] but the lost; return their 99th percentile in dB."""
        self._levels.add(self._in_steps(level_db, lost))
        return self._levels.quantile(0.99) + _LOWEST_DB

    def pass_over(self, count: int) -> None:
        """Remember that so many frames were as good as silent."""
        self._levels.add(np.zeros(count, np.int64))


# what follows is compiled


def _remember(counts: NDArray[np.float64], values: NDArray[np.int64], memory: float) -> float:
    """Count values in a histogram that forgets; return how many it remembers."""
    counts *= exp(-len(values) / memory)
    for value in values:
        counts[value] += 1
    return float(counts.sum())


def _quantile(counts: NDArray[np.float64], share: float) -> int:
    """Return the lowest bin with which a share of what a histogram counts is reached."""
    due = share * counts.sum()
    reached = 0.0
    for value in range(len(counts)):
        reached += counts[value]
        if reached >= due:
            return value
    return len(counts) - 1


def _in_steps(level_db: Values, lost: Flags) -> NDArray[np.int64]:
    """Return levels of frames that are not lost as whole dB above the lowest."""
    steps = np.empty(len(level_db), np.int64)
    known = 0
    for frame in range(len(level_db)):
        if not lost[frame]:
            steps[known] = int(min(max(level_db[frame] - _LOWEST_DB, 0), _LEVELS - 1))
            known += 1
    return steps[:known]
