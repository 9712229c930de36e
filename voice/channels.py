"""Do the two channels carry the same sound? Then nobody can say who speaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .clock import RATE

SPEECH_S = 5.0
"""Speech to look at before deciding, in seconds."""
SAME = 0.9
"""Share of samples of equal sign above which (or under one minus which, for an inverted copy) two
channels are one: a mono file copied twice agrees in nearly all, two parties in about half."""


class SameSound:
    """Compares signs only: they need no level, and a copy at another gain is still a copy."""

    def __init__(self) -> None:
        self._compared = 0
        self._equal = 0
        self._judged = 0
        self._done = False

    def hear(self, block: NDArray[np.float32]) -> bool:
        """Take a tick in which somebody speaks; tell, once, that the channels are the same.

        Parameters
        ----------
        block : np.ndarray [shape=(2, n), dtype=float32]
        """
        if self._done:
            return False
        first, second = np.sign(block[0]), np.sign(block[1])
        told = (first != 0) & (second != 0)  # a silent line tells nothing
        self._compared += int(told.sum())
        self._equal += int((told & (first == second)).sum())
        self._judged += block.shape[1]
        if self._judged < SPEECH_S * RATE:
            return False
        self._done = True
        if self._compared < self._judged / 4:
            return False
        share = self._equal / self._compared
        return share > SAME or share < 1 - SAME
