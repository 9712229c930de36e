"""Threads that work on calls in turns, so that none waits long for another.

A call is worked on by one thread at a time, hence its session needs no lock. Its turn is short
(:data:`~server.live.call.TURN_S` of sound); what is left goes to the back of the queue.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from ..lane.ports import Transcribing
from .analysis import Analysis
from .opening import Opening, WordsPolicy
from .outlet import Outlet
from .ports import FloorCall

log = logging.getLogger("calmline.live")


class Work(Protocol):
    """Something that has work to do, in turns."""

    def work(self) -> bool:
        """Do a turn; tell whether there is more to do at once."""
        ...


class Workers:
    """A pool of threads with one queue.

    Parameters
    ----------
    count
        Threads.
    """

    def __init__(self, count: int) -> None:
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._run, name=f"voice-{index}", daemon=True) for index in range(count)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> int:
        """Threads at work or waiting for it."""
        return sum(thread.is_alive() for thread in self._threads)

    @property
    def waiting(self) -> int:
        """Calls that wait for their turn."""
        return self._queue.qsize()

    def schedule(self, work: Work) -> None:
        """Queue something up that is not queued yet; from any thread."""
        self._queue.put(work)

    def close(self) -> None:
        """Stop when what is queued is done, and wait for it."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            try:
                more = work.work()
            except Exception as error:  # this thread is everybody's
                log.critical("a call cannot even fail: %s", type(error).__name__)
                continue
            if more:
                self._queue.put(work)


class VoiceThreads:
    """Analyses calls on threads of this process.

    Parameters
    ----------
    count
        Threads. More than one gain little, as most of the work holds Python's lock, and cost much:
        they hand it to and fro.
    analysis
        How, at first.
    lane
        Writes words down; ``None`` for voice only.
    """

    def __init__(self, count: int, analysis: Analysis, lane: Transcribing | None) -> None:
        self.wanted = count
        self._lane = lane
        self._workers = Workers(self.wanted)
        analysis.warm(words=lane is not None)

    @property
    def alive(self) -> int:
        """Threads that are there."""
        return self._workers.alive

    def open(
        self,
        analysis: Analysis,
        opening: Opening,
        policy: WordsPolicy,
        outlet: Outlet,
        *,
        transferred: Callable[[str], None],
        ended: Callable[[FloorCall], None],
    ) -> FloorCall:
        """Begin a call; see :meth:`~server.live.analysis.Analysis.call`."""
        return analysis.call(
            opening,
            policy,
            outlet,
            self._lane,
            schedule=self._workers.schedule,
            transferred=transferred,
            ended=ended,
        )

    def close(self) -> None:
        """Stop when what is queued is done."""
        self._workers.close()
