"""The engine for one machine: spawned processes, each with a recording of its own.

Each worker is a ``concurrent.futures.ProcessPoolExecutor`` of a single process. A pool of many
breaks as a whole when one process dies, does not say over which task, and cannot end a task that
hangs; a pool of one is ended and replaced alone.
"""

from __future__ import annotations

import os
import signal
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Thread
from typing import Any

from models.errors import ModelError

from .engines import START_S, Score, WorkerDied, WorkerLate, WorkerUnfit
from .score import prepare, score_recording
from .tasks import Scored, Settings, Task


class Pool:
    """Spawned processes of this machine.

    Parameters
    ----------
    settings
        Of the run.
    workers
        How many processes.
    score
        What they do with a recording.
    """

    def __init__(self, settings: Settings, workers: int, score: Score = score_recording) -> None:
        self.workers = workers
        self._settings = settings
        self._score = score

    def hire(self) -> PoolWorker:
        """Give a new worker."""
        return PoolWorker(self._settings, self._score)

    def close(self) -> None:
        """Nothing is shared between the workers."""


class PoolWorker:
    """One process; see :class:`~server.archive.engines.Worker`."""

    def __init__(self, settings: Settings, score: Score) -> None:
        self._settings = settings
        self._score = score
        self._context = _Context()
        self._executor = ProcessPoolExecutor(1, mp_context=self._context, initializer=_enter)

    def start(self) -> None:
        """Load the models."""
        try:
            self._answer(self._executor.submit(prepare, self._settings), START_S)
        except ModelError as error:
            raise WorkerUnfit(str(error)) from error

    def score(self, task: Task, limit_s: float) -> Scored:
        """Score a recording."""
        try:
            answer = self._executor.submit(self._score, task)
        except (BrokenExecutor, RuntimeError) as error:  # killed meanwhile
            raise WorkerDied from error
        scored: Scored = self._answer(answer, limit_s)
        return scored

    def kill(self) -> None:
        """End it at once."""
        process = self._context.started
        if process is not None:
            with suppress(ValueError, AttributeError):  # closed; not yet begun
                process.kill()

    def close(self) -> None:
        """End it and leave nothing behind."""
        self._executor.shutdown(cancel_futures=True)

    def _answer(self, answer: Future[Any], limit_s: float) -> Any:
        try:
            return answer.result(limit_s)
        except TimeoutError as error:
            self.kill()
            raise WorkerLate from error
        except BrokenExecutor as error:
            raise WorkerDied from error


class _Context(SpawnContext):
    """Remembers the process that it starts, which an executor keeps to itself.

    Spawned, never forked: a fork would take the locks of this process along.
    """

    started: SpawnProcess | None = None

    def Process(self, *args: Any, **named: Any) -> SpawnProcess:  # type: ignore[override]
        """Make the process."""
        self.started = SpawnProcess(*args, **named)
        return self.started


def _enter() -> None:
    """Begin a worker process."""
    # Ctrl-C reaches every process of the terminal, but it is the archive that ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # a worker holds both ends of its queue, so it would wait for ever after a `kill -9` of ours
    Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
