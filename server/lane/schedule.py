"""What the lane transcribes next, as a pure function of what came, what ended and the time.

Finals go round robin over calls, so that a call with a hundred utterances outstanding holds up
one with a single utterance by one of them at most. Partials are a luxury: only for calls that
somebody watches, only while no final waits and the lane has time to spare, at most one a second
and a call, the latest winning.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["final", "partial"]

PARTIAL_GAP_S = 1.0
"""From one partial of a call to its next, start to start."""
PARTIAL_STALE_S = 2.0
"""A partial that has waited longer shows what was said too long ago to be worth its time."""
STRIKES = 2
"""Crashes of a worker after which an utterance is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One utterance to be transcribed (a partial: what there is of it).

    Attributes
    ----------
    job_id
        Unique in a schedule.
    at_s
        When it came, on the lane's clock.
    deadline_s
        When it is no longer wanted if it has not begun; ``None`` for never.
    strikes
        How many workers crashed over it.
    """

    job_id: int
    call_id: str
    utterance_id: str
    kind: Kind
    at_s: float
    deadline_s: float | None = None
    strikes: int = 0


class Schedule:
    """The lane's queue. Knows no clock: time is told, in seconds on any clock that only goes on.

    Parameters
    ----------
    workers
        How many there are. One is kept free of partials if there are two or more, so that a
        final need not wait for a partial to end.
    """

    def __init__(self, workers: int) -> None:
        self._for_partials = max(1, workers - 1)
        # calls in the order of their turns, each with at least one final
        self._finals: dict[str, deque[Job]] = {}
        self._partials: dict[str, Job] = {}  # at most one a call, in order of turns
        self._watched: dict[str, float] = {}  # call -> when its last partial began
        self._guessing: dict[str, Job] = {}  # partials that run, by call

    @property
    def finals(self) -> int:
        """Finals that wait."""
        return sum(len(queue) for queue in self._finals.values())

    @property
    def partials(self) -> int:
        """Partials that wait."""
        return len(self._partials)

    @property
    def oldest_s(self) -> float | None:
        """When the final that has waited longest came; ``None`` if none waits."""
        return min((job.at_s for queue in self._finals.values() for job in queue), default=None)

    def watch(self, call_id: str, on: bool) -> list[Job]:
        """Somebody begins to watch a call, or nobody does any more.

        Returns
        -------
        list
            What is shed.
        """
        if on:
            self._watched.setdefault(call_id, float("-inf"))
            return []
        self._watched.pop(call_id, None)
        return [self._partials.pop(call_id)] if call_id in self._partials else []

    def add(self, job: Job) -> list[Job]:
        """Take a job in.

        Returns
        -------
        list
            Partials that it sheds: an older one of its call, or itself where nobody watches.
        """
        older = self._partials.get(job.call_id)
        if job.kind == "final":
            self._finals.setdefault(job.call_id, deque()).append(job)
            if older is None or older.utterance_id != job.utterance_id:
                return []
            return [self._partials.pop(job.call_id)]
        if job.call_id not in self._watched:
            return [job]
        self._partials[job.call_id] = job  # keeps the turn of the one it replaces
        return [] if older is None else [older]

    def take(self, now_s: float, *, loaded: bool = False, most: int = 1) -> list[Job]:
        """Give what a worker that is free is to do now.

        Parameters
        ----------
        now_s
            The time.
        loaded
            Whether the lane is too busy for partials.
        most
            How many jobs the worker does at once. Finals and partials are not mixed, and what
            has crashed a worker is done alone.

        Returns
        -------
        list
            In order; empty if there is nothing to do.
        """
        batch: list[Job] = []
        while self._finals and len(batch) < most:
            call_id, queue = next(iter(self._finals.items()))
            if batch and queue[0].strikes:
                break
            batch.append(queue.popleft())
            del self._finals[call_id]
            if queue:
                self._finals[call_id] = queue  # behind all others
            if batch[-1].strikes:
                break
        if batch or loaded:
            return batch
        return list(self._take_partials(now_s, most))

    def overdue(self, now_s: float) -> list[Job]:
        """Take out what waits beyond its deadline."""
        late = [
            job
            for queue in (*self._finals.values(), self._partials.values())
            for job in queue
            if job.deadline_s is not None and job.deadline_s <= now_s
        ]
        for job in late:
            self._drop(job)
        return late

    def done(self, job: Job) -> None:
        """A job that was taken has ended, well or not."""
        if self._guessing.get(job.call_id) == job:
            del self._guessing[job.call_id]

    def crashed(self, job: Job) -> bool:
        """A job's worker has died over it: a final is tried once more.

        Returns
        -------
        bool
            Whether it waits again; otherwise it is given up.
        """
        self.done(job)
        if job.kind == "partial" or job.strikes + 1 >= STRIKES:
            return False
        again = replace(job, strikes=job.strikes + 1)
        self._finals.setdefault(job.call_id, deque()).appendleft(again)
        return True

    def clear(self) -> list[Job]:
        """Take out everything that waits."""
        waiting = [job for queue in self._finals.values() for job in queue]
        waiting += self._partials.values()
        self._finals.clear()
        self._partials.clear()
        return waiting

    def _take_partials(self, now_s: float, most: int) -> Iterator[Job]:
        for call_id, job in list(self._partials.items()):
            if most == 0 or len(self._guessing) >= self._for_partials * most:
                return
            if call_id in self._guessing or now_s - self._watched[call_id] < PARTIAL_GAP_S:
                continue
            most -= 1
            del self._partials[call_id]
            self._watched[call_id] = now_s
            self._guessing[call_id] = job
            yield job

    def _drop(self, job: Job) -> None:
        if job.kind == "partial":
            del self._partials[job.call_id]
            return
        queue = self._finals[job.call_id]
        queue.remove(job)
        if not queue:
            del self._finals[job.call_id]
