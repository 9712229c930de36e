"""A crew of workers: recordings go in, every one of them comes out, scored or with its failure.

A thread for each worker hands it one recording at a time, so whoever dies or hangs takes one
recording along. That is tried once more, by a new worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Empty, Queue
from threading import Event, Lock, Thread

from ..errors import Refused
from .engines import Engine, Worker, WorkerDied, WorkerLate, WorkerUnfit
from .tasks import Scored, Task, failed

TRIES = 2
"""How often a recording is tried that ends its worker, or fails for no reason of its own."""
HOPELESS_FROM = 3
"""Workers that die one after another before they are ready, from which no more are hired."""
LOOK_S = 0.2
"""How often to look whether the run is to stop."""


class Crew:
    """Scores recordings by the workers of an engine.

    Parameters
    ----------
    engine
        Hires them.
    limit_s
        How long a worker may take for a recording.
    """

    def __init__(self, engine: Engine, limit_s: float) -> None:
        self._engine = engine
        self._limit_s = limit_s
        self._lock = Lock()  # guards the tasks and the workers
        self._leaving = Event()
        self._workers: dict[int, Worker] = {}
        # rows that nobody has taken are memory: workers wait rather than run ahead
        self._out: Queue[Scored | _Gone] = Queue(2 * engine.workers)

    def score(self, tasks: Iterable[Task], stop: Event) -> Iterator[Scored]:
        """Score recordings, in whatever order they get done.

        Parameters
        ----------
        tasks
            The recordings.
        stop
            Once it is set all workers are ended, and nothing more comes.

        Raises
        ------
        Refused
            If workers cannot be had, or can no more.
        """
        waiting = iter(tasks)
        seats = [
            Thread(target=self._seat, args=(index, waiting), name=f"archive-{index}", daemon=True)
            for index in range(self._engine.workers)
        ]
        for seat in seats:
            seat.start()
        left = len(seats)
        complaint: str | None = None
        try:
            while left and not stop.is_set():
                try:
                    told = self._out.get(timeout=LOOK_S)
                except Empty:
                    continue
                if isinstance(told, Scored):
                    yield told
                    continue
                left -= 1
                complaint = complaint or told.complaint
                if complaint is not None:
                    break
        finally:
            self._leave(seats)
        if complaint is not None:
            raise Refused(complaint)

    def _leave(self, seats: list[Thread]) -> None:
        self._leaving.set()
        while any(seat.is_alive() for seat in seats):
            with self._lock:
                for worker in self._workers.values():
                    worker.kill()
            try:  # whoever waits to hand something over can go
                self._out.get(timeout=LOOK_S)
            except Empty:
                continue

    def _seat(self, index: int, waiting: Iterator[Task]) -> None:
        complaint: str | None = None
        try:
            while not self._leaving.is_set():
                with self._lock:
                    task = next(waiting, None)
                if task is None:
                    break
                scored = self._tried(index, task)
                if scored is not None:
                    self._out.put(scored)
        except WorkerUnfit as error:
            complaint = str(error)
        except Exception as error:  # a seat that ended without a word would be waited for
            complaint = f"{type(error).__name__}: {error}"
        finally:
            self._dismiss(index)
            self._out.put(_Gone(complaint))

    def _tried(self, index: int, task: Task) -> Scored | None:
        """What became of a recording; ``None`` if the run is to stop."""
        for tried in range(1, TRIES + 1):
            worker = self._at_work(index)
            if worker is None:
                return None
            try:
                scored = worker.score(task, self._limit_s)
            except WorkerLate:
                self._dismiss(index)
                scored = failed(
                    task,
                    f"it took longer than {self._limit_s:g} s",
                    "see whether it plays; if it is only long, give more by --timeout",
                )
            except WorkerDied:
                self._dismiss(index)
                scored = failed(
                    task,
                    "its worker died over it",
                    "see whether memory was short (fewer --workers); else take the file out",
                )
            else:
                if scored.failure is None or not scored.failure.again:
                    return scored
            if self._leaving.is_set():
                return None
            if tried == TRIES:
                return scored
        raise AssertionError

    def _at_work(self, index: int) -> Worker | None:
        """The worker of a seat, hired if there is none; ``None`` if the run is to stop."""
        with self._lock:
            if index in self._workers:
                return self._workers[index]
        for _ in range(HOPELESS_FROM):
            worker = self._engine.hire()
            with self._lock:
                self._workers[index] = worker
            try:
                if not self._leaving.is_set():
                    worker.start()
                    return worker
            except (WorkerDied, WorkerLate):
                self._dismiss(index)
            if self._leaving.is_set():
                return None
        raise WorkerUnfit(
            f"{HOPELESS_FROM} workers died while they loaded their models: is memory short?"
        )

    def _dismiss(self, index: int) -> None:
        with self._lock:
            worker = self._workers.pop(index, None)
        if worker is not None:
            worker.close()


class _Gone:
    """A seat has ended, and why if not for want of work."""

    def __init__(self, complaint: str | None) -> None:
        self.complaint = complaint
