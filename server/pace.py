"""How fast somebody may say things: a burst at once, then so many a second."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """A bucket of tokens.

    Parameters
    ----------
    burst
        Messages that may come at once.
    per_s
        Messages a second that may come for ever.
    now
        Monotonic time in seconds.
    """

    def __init__(self, burst: int, per_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_s = per_s
        self._now = now
        self._left = float(burst)
        self._at_s = now()

    def wait_s(self) -> float:
        """Count a message; give how long it has to wait before it is heeded, in seconds."""
        at_s = self._now()
        self._left = min(self._burst, self._left + (at_s - self._at_s) * self._per_s) - 1
        self._at_s = at_s
        return max(0.0, -self._left / self._per_s)
