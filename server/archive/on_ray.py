"""The engine for many machines: Ray actors, each with a recording of its own (extra ``[ray]``).

``RAY_ADDRESS`` names a cluster; without it Ray starts on this machine. On other machines Calmline
must be installed, and recordings must be reachable under the same path or URL. Nothing is reported
to anybody: usage statistics are off before Ray is imported, and there is no dashboard.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

from models.errors import ModelError

from ..compiled_cache import keep_compiled
from ..errors import Refused
from .engines import START_S, Score, WorkerDied, WorkerLate, WorkerUnfit
from .score import prepare, score_recording
from .tasks import Scored, Settings, Task

STORE_BYTES = 256 * 2**20
"""Shared memory of a Ray that is started here: rows pass through it, no sound does."""


class OnRay:
    """Actors of a Ray cluster.

    Parameters
    ----------
    settings
        Of the run.
    workers
        How many actors; ``None`` for one a core of the cluster.
    score
        What they do with a recording.

    Raises
    ------
    Refused
        If Ray is not installed or cannot be reached.
    """

    def __init__(
        self, settings: Settings, workers: int | None, score: Score = score_recording
    ) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        try:
            import ray
        except ModuleNotFoundError as error:
            raise Refused("--engine ray needs Ray: pip install 'calmline[ray]'") from error
        here: dict[str, Any] = {
            "include_dashboard": False,
            "num_cpus": workers,
            "object_store_memory": STORE_BYTES,
            "_node_ip_address": "127.0.0.1",
        }
        before = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(
                log_to_driver=False,
                logging_level=logging.ERROR,
                configure_logging=False,
                **({} if os.environ.get("RAY_ADDRESS") else here),
            )
        except Exception as error:  # connection, version, resources: each has a type of its own
            raise Refused(f"Ray cannot be used: {str(error).splitlines()[0]}") from error
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)  # Ray's own would end the run without a word
        self._ray = ray
        self._settings = settings
        self._actor = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(_Actor)
        self._score = score
        self.workers = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))

    def hire(self) -> RayWorker:
        """Give a new worker."""
        return RayWorker(self._ray, self._actor, self._settings, self._score)

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self._ray.shutdown()


class RayWorker:
    """One actor; see :class:`~server.archive.engines.Worker`."""

    def __init__(self, ray: Any, actor: Any, settings: Settings, score: Score) -> None:
        self._ray = ray
        self._settings = settings
        self._score = score
        self._actor = actor.remote()

    def start(self) -> None:
        """Load the models."""
        complaint = self._answer(self._actor.prepare.remote(self._settings), START_S)
        if complaint is not None:
            raise WorkerUnfit(complaint)

    def score(self, task: Task, limit_s: float) -> Scored:
        """Score a recording."""
        scored: Scored = self._answer(self._actor.score.remote(self._score, task), limit_s)
        return scored

    def kill(self) -> None:
        """End it at once."""
        self._ray.kill(self._actor)

    def close(self) -> None:
        """End it."""
        self.kill()

    def _answer(self, reference: Any, limit_s: float) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(reference, timeout=limit_s)
        except errors.GetTimeoutError as error:
            self.kill()
            raise WorkerLate from error
        except (errors.RayActorError, errors.WorkerCrashedError) as error:
            raise WorkerDied from error


class _Actor:
    """A worker, in a process of Ray's."""

    def prepare(self, settings: Settings) -> str | None:
        """Load the models; what is wrong with them is the answer."""
        keep_compiled()  # on this machine, which may be another
        try:
            prepare(settings)
        except ModelError as error:
            return str(error)
        return None

    def score(self, score: Score, task: Task) -> Scored:
        """Score a recording."""
        return score(task)
