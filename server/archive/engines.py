"""What an engine is: a way to hire workers, each of which scores one recording at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .tasks import Scored, Task

Score = Callable[[Task], Scored]
"""A function of a module, so that it can be sent by name."""
START_S = 300.0
"""How long a worker may take to load its models."""


class WorkerDied(Exception):
    """The worker is gone."""


class WorkerLate(Exception):
    """The recording took too long; the worker may hang for ever, so it has been ended."""


class WorkerUnfit(Exception):
    """No worker can load its models; the text says why."""


class Worker(Protocol):
    """A process somewhere. Used by one thread; :meth:`kill` by any."""

    def start(self) -> None:
        """Load the models.

        Raises
        ------
        WorkerUnfit
            If they cannot be loaded.
        WorkerDied, WorkerLate
            If it does not get so far.
        """
        ...

    def score(self, task: Task, limit_s: float) -> Scored:
        """Score a recording.

        Raises
        ------
        WorkerDied
            If the worker dies over it, or is killed.
        WorkerLate
            If it takes longer than ``limit_s``.
        """
        ...

    def kill(self) -> None:
        """End it at once, whatever it does. Idempotent."""
        ...

    def close(self) -> None:
        """End it and leave nothing behind."""
        ...


class Engine(Protocol):
    """Hires workers."""

    workers: int
    """How many work at a time."""

    def hire(self) -> Worker:
        """Give a new worker, not started yet."""
        ...

    def close(self) -> None:
        """Leave nothing behind, once all workers are closed."""
        ...
