"""Where utterances are handed in and workers fetch them: the schedule, made safe for threads.

Every final that is handed in is answered: with its words, or with the reason why there are none.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from threading import Condition
from typing import Literal

from models.transcriber import RATE, Language, Samples, Transcript

from .meter import Meter
from .schedule import PARTIAL_STALE_S, Job, Kind, Schedule
from .state import LaneState
from .worker import Reply, Request

Reason = Literal["crashed", "failed", "deadline", "down", "closed", "shed"]
"""Why there are no words: two workers died over it; the engine refused it; its deadline passed
before it could begin; no worker can be started; the lane was closed; a partial was left out."""

PARTIALS_UNDER = 0.6
"""Load up to which there are partials."""
LOOK_S = 0.1
"""How often to look whether a partial may begin."""


@dataclass(frozen=True, slots=True)
class NotHeard:
    """An utterance that has no words, and why."""

    reason: Reason


Answer = Transcript | NotHeard
_Told = list[tuple[Future[Answer], Answer]]


class Desk:
    """Takes utterances from any thread, hands them to workers, passes their words back.

    Parameters
    ----------
    workers, batch
        See :class:`~server.lane.settings.LaneSettings`.
    """

    def __init__(self, workers: int, batch: int) -> None:
        self._batch = batch
        self._changed = Condition()  # guards all below
        self._schedule = Schedule(workers)
        self._meter = Meter(workers)
        self._asked: dict[int, tuple[Request, Future[Answer]]] = {}
        self._in_hand: dict[int, dict[int, Job]] = {}  # worker -> what it has not answered
        self._numbers = count(1)
        self._refusal: Reason | None = None
        self._ended = False

    def submit(
        self,
        call_id: str,
        utterance_id: str,
        samples: Samples,
        language: Language | None,
        *,
        kind: Kind,
        hotwords: str | None,
        deadline_s: float | None,
    ) -> Future[Answer]:
        """Hand an utterance in; see :meth:`server.lane.client.Lane.submit`."""
        if deadline_s is None and kind == "partial":
            deadline_s = PARTIAL_STALE_S
        answer: Future[Answer] = Future()
        now_s = time.monotonic()
        with self._changed:
            job = Job(
                job_id=next(self._numbers),
                call_id=call_id,
                utterance_id=utterance_id,
                kind=kind,
                at_s=now_s,
                deadline_s=None if deadline_s is None else now_s + deadline_s,
            )
            request = Request(
                job_id=job.job_id, samples=samples, language=language, hotwords=hotwords
            )
            self._asked[job.job_id] = request, answer
            if self._refusal is None:
                told = self._without(self._schedule.add(job), "shed")
                self._changed.notify()
            else:
                told = self._without([job], self._refusal)
        _tell(told)
        return answer

    def watch(self, call_id: str, on: bool) -> None:
        """Somebody begins to watch a call, or nobody does any more."""
        with self._changed:
            told = self._without(self._schedule.watch(call_id, on), "shed")
        _tell(told)

    @property
    def ended(self) -> bool:
        """Whether no more is handed out."""
        return self._ended

    def take(self, worker: int, limit_s: float) -> list[Request]:
        """Wait for something for a worker to do; nothing if time is up or the desk has ended."""
        until_s = time.monotonic() + limit_s
        while True:
            with self._changed:
                now_s = time.monotonic()
                if self._ended or now_s >= until_s:
                    return []
                told = self._without(self._schedule.overdue(now_s), "deadline")
                loaded = self._meter.load(now_s) > PARTIALS_UNDER
                jobs = self._schedule.take(now_s, loaded=loaded, most=self._batch)
                begun = [job for job in jobs if self._begin(job, now_s)]
                if begun:
                    self._in_hand[worker] = {job.job_id: job for job in begun}
                    self._meter.began(worker, now_s)
                elif not jobs and not told:
                    self._changed.wait(LOOK_S if self._schedule.partials else until_s - now_s)
                requests = [self._asked[job.job_id][0] for job in begun]
            _tell(told)
            if requests:
                return requests

    def answered(self, worker: int, reply: Reply) -> None:
        """A worker has done one of its utterances."""
        now_s = time.monotonic()
        with self._changed:
            job = self._in_hand[worker].pop(reply.job_id)
            self._schedule.done(job)
            samples = self._asked[job.job_id][0].samples
            self._meter.worked(now_s, reply.work_s, len(samples) / RATE)
            if reply.transcript is None:
                told = self._without([job], "failed")
            else:
                self._meter.heard += job.kind == "final"
                told = [(self._asked.pop(job.job_id)[1], reply.transcript)]
            if not self._in_hand[worker]:
                del self._in_hand[worker]
                self._rest(worker)
        _tell(told)

    def lost(self, worker: int) -> None:
        """A worker is gone: what it had in hand is tried once more, or given up."""
        with self._changed:
            if worker not in self._in_hand:
                return
            jobs = self._in_hand.pop(worker).values()
            if self._ended:
                told = self._without(jobs, "closed")
            else:
                hopeless = [job for job in jobs if not self._schedule.crashed(job)]
                told = self._without(hopeless, "crashed")
            self._rest(worker)
        _tell(told)

    def refuse(self, reason: Reason) -> None:
        """Answer what comes from now on with a reason."""
        with self._changed:
            self._refusal = reason

    def accept(self) -> None:
        """Take work again."""
        with self._changed:
            self._refusal = None

    def give_up(self, reason: Reason) -> None:
        """Answer what waits with a reason."""
        with self._changed:
            told = self._without(self._schedule.clear(), reason)
        _tell(told)

    def drain(self, limit_s: float) -> None:
        """Wait until everything is answered, or time is up."""
        with self._changed:
            self._changed.wait_for(lambda: not self._asked, limit_s)

    def end(self) -> None:
        """Answer what waits, and have the workers go."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self.give_up("closed")

    def busy(self, worker: int) -> bool:
        """Whether a worker has something in hand."""
        with self._changed:
            return bool(self._in_hand.get(worker))

    def state(
        self,
        *,
        engine: str | None,
        workers: int,
        ready: int,
        capacity: float | None,
        restarts: int,
        processes: tuple[int, ...],
    ) -> LaneState:
        """A snapshot, together with what the lane knows of its workers."""
        now_s = time.monotonic()
        with self._changed:
            oldest_s = self._schedule.oldest_s
            delays = self._meter.delays(now_s)
            return LaneState(
                engine=engine,
                workers=workers,
                ready=ready,
                capacity=capacity,
                load=self._meter.load(now_s),
                finals_waiting=self._schedule.finals,
                partials_waiting=self._schedule.partials,
                busy=self._meter.busy,
                oldest_s=0.0 if oldest_s is None else now_s - oldest_s,
                delay_p50_s=delays and delays.p50_s,
                delay_p95_s=delays and delays.p95_s,
                delay_max_s=delays and delays.max_s,
                real_time_factor=self._meter.real_time_factor(now_s),
                heard=self._meter.heard,
                missing=dict(self._meter.missing),
                shed=self._meter.shed,
                restarts=restarts,
                processes=processes,
            )

    def _begin(self, job: Job, now_s: float) -> bool:
        """Whether somebody still waits for a job that is about to begin."""
        answer = self._asked[job.job_id][1]
        # one that is tried again runs already
        if not answer.running() and not answer.set_running_or_notify_cancel():
            self._schedule.done(job)
            del self._asked[job.job_id]
            self._changed.notify_all()
            return False
        if job.kind == "final" and not job.strikes:
            self._meter.waited(now_s, now_s - job.at_s)
        return True

    def _rest(self, worker: int) -> None:
        """A worker has nothing in hand any more."""
        self._meter.ended(worker, time.monotonic())
        self._changed.notify_all()

    def _without(self, jobs: Iterable[Job], reason: Reason) -> _Told:
        """Forget jobs; who waits for them is told once no lock is held."""
        told: _Told = []
        for job in jobs:
            if job.kind == "final":
                self._meter.missing[reason] += 1
            else:
                self._meter.shed += 1
            told.append((self._asked.pop(job.job_id)[1], NotHeard(reason)))
        if told:
            self._changed.notify_all()
        return told


def _tell(answers: _Told) -> None:
    for future, answer in answers:
        if future.running() or future.set_running_or_notify_cancel():
            future.set_result(answer)
