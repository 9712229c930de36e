"""A worker's place in the lane: a thread that keeps a process at work and replaces one it loses."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread

from .desk import Desk
from .process import WorkerLost, WorkerProcess
from .settings import LaneSettings
from .worker import Loader, Ready

BACKOFF_MOST_S = 30.0
"""The longest wait before a lost worker is replaced."""
ALIVE_S = 1.0
"""How often an idle worker is looked after."""
HOPELESS_FROM = 3
"""Starts that fail one after another from which no more is expected."""


class Seat:
    """Passes work between the desk and one worker process at a time.

    Parameters
    ----------
    index
        Of the seat in its lane.
    desk
        Where the work comes from.
    load
        Loads the model, in the worker.
    settings
        Of the lane.
    changed
        Called, on the seat's thread, when it has become ready or has lost its worker.
    """

    def __init__(
        self,
        index: int,
        desk: Desk,
        load: Loader,
        settings: LaneSettings,
        changed: Callable[[], None],
    ) -> None:
        self._index = index
        self._desk = desk
        self._load = load
        self._settings = settings
        self._changed = changed
        self._leaving = Event()
        self._lock = Lock()  # guards the process against being killed while it is replaced
        self._process: WorkerProcess | None = None
        self._failed_starts = 0
        self._losses = 0  # since a worker last did some work
        self.ready: Ready | None = None
        """What the worker said of itself; ``None`` while there is none that can work."""
        self.speed: float | None = None
        """Seconds of utterances that a worker does in a second of CPU; ``None`` if not measured."""
        self.complaint: str | None = None
        """Why the last start failed; ``None`` if it did not."""
        self.restarts = 0
        self._thread = Thread(target=self._run, name=f"lane-{index}", daemon=True)

    @property
    def hopeless(self) -> bool:
        """Whether worker after worker could not be started."""
        return self._failed_starts >= HOPELESS_FROM

    @property
    def pid(self) -> int | None:
        """Process id of the worker, if there is one."""
        process = self._process
        return process.pid if process is not None else None

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def leave(self) -> None:
        """End the worker, now if it is still at work (the desk must have ended), and wait."""
        self._leaving.set()
        with self._lock:
            if self._process is not None and (self.ready is None or self._desk.busy(self._index)):
                self._process.kill()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._leaving.is_set() and not self._desk.ended:
            try:
                self._employ()
                self.ready = None
            except Exception as error:  # a seat that ended here would leave utterances unanswered
                self._lost(error)

    def _employ(self) -> None:
        """Start a worker and keep it at work until the desk ends."""
        # measured once: who replaces a lost worker is in a hurry, and as fast
        measure_s = self._settings.measure_s if self.speed is None else 0.0
        process = WorkerProcess(self._load, self._settings.nice, measure_s)
        with self._lock:
            self._process = process
        try:
            if self._leaving.is_set():
                return
            ready = process.ready(self._settings.start_s)
            self.speed = ready.speed or self.speed
            self._failed_starts, self.complaint, self.ready = 0, None, ready
            self._changed()
            while not self._desk.ended:
                requests = self._desk.take(self._index, ALIVE_S)
                if not requests and not process.alive:
                    raise WorkerLost
                for reply in process.ask(requests, self._settings.limit_s) if requests else ():
                    self._losses = 0
                    self._desk.answered(self._index, reply)
        finally:
            with self._lock:
                self._process = None
            process.close()

    def _lost(self, error: Exception) -> None:
        if self._leaving.is_set():
            self.ready = None
            self._desk.lost(self._index)
            return
        if self.ready is None:
            self._failed_starts += 1
            self.complaint = str(error) or "a worker died while it loaded its model"
        self.ready = None
        self.restarts += 1
        self._desk.lost(self._index)
        self._changed()
        wait_s = self._settings.backoff_s * 2 ** min(self._losses, 16)
        self._leaving.wait(min(BACKOFF_MOST_S, wait_s))
        self._losses += 1
