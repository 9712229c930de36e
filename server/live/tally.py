"""How the floor is doing: what was told, and how long it took from sound to event."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from math import ceil
from threading import Lock

WINDOW = 2000
"""Turns that the delays are told over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A snapshot of a :class:`Tally`.

    Attributes
    ----------
    events
        By type, since the start.
    delay_p50_s, delay_p95_s, delay_p99_s
        From the arrival of the sound that completed a tick to the events that follow from it, over
        the last turns; ``None`` if there were none.
    unstored
        Events that the store did not take.
    """

    events: dict[str, int]
    delay_p50_s: float | None
    delay_p95_s: float | None
    delay_p99_s: float | None
    unstored: int


class Tally:
    """Counts for all calls; safe from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: Counter[str] = Counter()
        self._delays_s: deque[float] = deque(maxlen=WINDOW)
        self._unstored = 0

    def told(self, types: list[str], waited_s: float | None) -> None:
        """Events were told, so long after the sound they follow from."""
        with self._lock:
            self._events.update(types)
            if waited_s is not None:
                self._delays_s.append(waited_s)

    def unstored(self, count: int) -> None:
        """The store did not take some events."""
        with self._lock:
            self._unstored += count

    def snapshot(self) -> Told:
        """Give the figures of now."""
        with self._lock:
            delays, events = sorted(self._delays_s), dict(self._events)
        return Told(
            events=events,
            delay_p50_s=_rank(delays, 0.5),
            delay_p95_s=_rank(delays, 0.95),
            delay_p99_s=_rank(delays, 0.99),
            unstored=self._unstored,
        )


def _rank(ordered: list[float], share: float) -> float | None:
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None
