"""Where samples of a track never arrived."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clock import RATE

WORTH_TELLING_S = 0.04
"""A shorter loss (a packet or two) is heard around; a longer one is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A run of lost samples, in seconds; ``over`` is false while it still goes on."""

    start_s: float
    end_s: float
    over: bool


class Losses:
    """Follows one track's mask of lost samples."""

    def __init__(self) -> None:
        self._samples = 0
        self._since: int | None = None
        self._told = False

    def feed(self, lost: NDArray[np.bool_]) -> list[Loss]:
        """Take the next samples' mask; tell each long loss when it is long, and when it is over."""
        base, self._samples = self._samples, self._samples + len(lost)
        found: list[Loss] = []
        if self._since is None and not lost.any():
            return found
        changes = np.flatnonzero(np.diff(lost, prepend=self._since is not None)).tolist()
        for at in changes:
            if self._since is None:
                self._since = base + at
            else:
                found += self._over(base + at)
        if self._since is not None and not self._told and self._long(self._samples):
            self._told = True
            found.append(self._loss(self._samples, over=False))
        return found

    def finish(self) -> list[Loss]:
        """The call is over, and with it a loss."""
        return self._over(self._samples) if self._since is not None else []

    def _over(self, end: int) -> list[Loss]:
        found: list[Loss] = []
        if self._long(end):
            if not self._told:
                found.append(self._loss(end, over=False))
            found.append(self._loss(end, over=True))
        self._since, self._told = None, False
        return found

    def _long(self, end: int) -> bool:
        return self._since is not None and end - self._since > WORTH_TELLING_S * RATE

    def _loss(self, end: int, *, over: bool) -> Loss:
        assert self._since is not None
        return Loss(start_s=self._since / RATE, end_s=end / RATE, over=over)
