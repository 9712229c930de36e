"""Memory that calls have left behind goes back to the system.

The C library keeps what is freed, in pieces between what is still used, so that a server whose
calls come and go looks as if it grew for hours. Nothing of it is lost; this gives it back.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable

EVERY_S = 30.0
"""Not more often: it takes some milliseconds, in which nobody else gets memory."""


def _glibc() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library
        return None


class Tidy:
    """Gives back what is free, now and then.

    Parameters
    ----------
    every_s
        Seconds between two times, at least.
    """

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._done_at = time.monotonic()
        self._trim = _glibc()

    def call_ended(self) -> None:
        """A call has let go of its memory; by one thread at a time."""
        now = time.monotonic()
        if self._trim is not None and now - self._done_at >= self._every_s:
            self._done_at = now
            self._trim(0)
