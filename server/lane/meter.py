"""How the lane is doing: its load, the delay in its queue, the cost of its work.

Pure: time is told. Everything is over a sliding window, so that the figures are those of now.
"""

from __future__ import annotations

from collections import Counter, deque
from math import ceil
from typing import NamedTuple

WINDOW_S = 60.0
"""What delays and the real-time factor are told over."""
LOAD_WINDOW_S = 10.0
"""What load is told over: it decides about partials, so it must be quick."""


class Delays(NamedTuple):
    """Delays in seconds: percentiles by nearest rank, and the greatest."""

    p50_s: float
    p95_s: float
    max_s: float


class _Stretch(NamedTuple):
    end_s: float
    start_s: float


class _Wait(NamedTuple):
    end_s: float
    delay_s: float


class _Work(NamedTuple):
    end_s: float
    work_s: float
    audio_s: float


class Meter:
    """Counts and measures the work of a lane's workers."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._running: dict[int, float] = {}  # worker -> since when it is busy
        self._stretches: deque[_Stretch] = deque()
        self._waits: deque[_Wait] = deque()
        self._works: deque[_Work] = deque()
        self.missing: Counter[str] = Counter()
        self.heard = self.shed = 0

    @property
    def busy(self) -> int:
        """Workers at work."""
        return len(self._running)

    def waited(self, now_s: float, delay_s: float) -> None:
        """A final has left the queue after so long."""
        self._waits.append(_Wait(now_s, delay_s))
        _forget(self._waits, now_s - WINDOW_S)

    def began(self, worker: int, now_s: float) -> None:
        """A worker has begun."""
        self._running[worker] = now_s

    def ended(self, worker: int, now_s: float) -> None:
        """A worker has ended, well or not."""
        self._stretches.append(_Stretch(now_s, self._running.pop(worker)))
        _forget(self._stretches, now_s - LOAD_WINDOW_S)

    def worked(self, now_s: float, work_s: float, audio_s: float) -> None:
        """An utterance of ``audio_s`` has taken ``work_s``."""
        self._works.append(_Work(now_s, work_s, audio_s))
        _forget(self._works, now_s - WINDOW_S)

    def load(self, now_s: float) -> float:
        """Busy share of the workers, 0 to 1."""
        since_s = now_s - LOAD_WINDOW_S
        stretches = [
            *self._stretches,
            *(_Stretch(now_s, since) for since in self._running.values()),
        ]
        busy_s = sum(max(0.0, end_s - max(since_s, start_s)) for end_s, start_s in stretches)
        return busy_s / (LOAD_WINDOW_S * self._workers)

    def delays(self, now_s: float) -> Delays | None:
        """How long finals waited; ``None`` if there were none."""
        _forget(self._waits, now_s - WINDOW_S)
        ranked = sorted(wait.delay_s for wait in self._waits)
        if not ranked:
            return None
        middle, most = (ranked[ceil(share * len(ranked)) - 1] for share in (0.5, 0.95))
        return Delays(middle, most, ranked[-1])

    def real_time_factor(self, now_s: float) -> float | None:
        """Seconds of work a second of utterances; ``None`` if there were none."""
        _forget(self._works, now_s - WINDOW_S)
        audio_s = sum(work.audio_s for work in self._works)
        return sum(work.work_s for work in self._works) / audio_s if audio_s else None


def _forget(entries: deque[_Stretch] | deque[_Wait] | deque[_Work], before_s: float) -> None:
    while entries and entries[0].end_s < before_s:
        entries.popleft()
