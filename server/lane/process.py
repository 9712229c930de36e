"""A worker seen from the server: a process behind a pipe that may die at any moment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from threading import Timer

from ..children import SPAWN, reaping
from . import worker
from .worker import Loader, Ready, Reply, Request, Unfit

END_S = 2.0
"""Time for a worker to end by itself once its pipe is closed."""


class WorkerLost(Exception):
    """The worker has died, was killed, or took too long."""


class WorkerUnfit(Exception):
    """The worker cannot load its model; the text says why."""


class WorkerProcess:
    """Starts a worker. Used by one thread; :meth:`kill` by any.

    Parameters
    ----------
    load, nice, measure_s
        See :func:`server.lane.worker.main`.
    """

    def __init__(self, load: Loader, nice: int, measure_s: float) -> None:
        self._pipe, theirs = SPAWN.Pipe()
        # daemon: ended with the server even where nobody closes the lane
        self._process = SPAWN.Process(
            target=worker.main,
            args=(theirs, load, nice, measure_s),
            name="calmline-words",
            daemon=True,
        )
        try:
            with reaping:
                self._process.start()
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()
        self.pid = self._process.pid or 0

    def ready(self, limit_s: float) -> Ready:
        """Wait until the model is loaded.

        Raises
        ------
        WorkerUnfit
            If it cannot be.
        WorkerLost
            If the worker dies over it, or takes longer than ``limit_s``.
        """
        with self._limited(limit_s):
            hello: Ready | Unfit = self._pipe.recv()
        if isinstance(hello, Unfit):
            raise WorkerUnfit(hello.why)
        return hello

    def ask(self, requests: Sequence[Request], limit_s: float) -> Iterator[Reply]:
        """Have utterances transcribed; replies come in their order, each as soon as it is there.

        Raises
        ------
        WorkerLost
            If the worker dies over one of them, or takes longer than ``limit_s`` for one.
        """
        with self._limited(limit_s):
            self._pipe.send(list(requests))
        for _ in requests:
            with self._limited(limit_s):
                reply: Reply = self._pipe.recv()
            yield reply

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        with reaping:
            return self._process.is_alive()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        with contextlib.suppress(ValueError):  # already closed
            self._process.kill()

    def close(self) -> None:
        """End it and leave nothing behind."""
        self._pipe.close()
        self._process.join(END_S)
        self._process.kill()
        with reaping:
            self._process.join()
            self._process.close()

    @contextlib.contextmanager
    def _limited(self, limit_s: float) -> Iterator[None]:
        """Kill the worker if what follows takes too long: a stopped one would block even a send."""
        watchdog = Timer(limit_s, self.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        except (EOFError, OSError) as error:
            raise WorkerLost from error
        finally:
            watchdog.cancel()
