"""The lane as the server sees it: utterances go in from any thread, futures come out."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Condition
from types import TracebackType

from models.transcriber import Language, Samples

from .desk import Answer, Desk
from .schedule import Kind
from .seat import Seat
from .settings import LaneSettings
from .state import LaneState
from .worker import Loader

__all__ = ["Lane", "LaneError", "LaneSettings"]


class LaneError(Exception):
    """The lane cannot be used; the text says why."""


class Lane:
    """One transcription lane for all calls; safe to use from any thread.

    Use it as a context manager, or call :meth:`start` and :meth:`close`.

    Parameters
    ----------
    load
        Loads the model; called in each worker, so it must be picklable.
    settings
        How it works.
    """

    def __init__(self, load: Loader, settings: LaneSettings | None = None) -> None:
        used = settings or LaneSettings()
        self._changed = Condition()
        self._closing = False
        self._desk = Desk(used.workers, used.batch)
        self._seats = [
            Seat(index, self._desk, load, used, self._seat_changed) for index in range(used.workers)
        ]

    def __enter__(self) -> Lane:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(drain_s=10.0 if error is None else 0.0)

    def start(self) -> None:
        """Start the workers and wait until all are ready.

        Raises
        ------
        LaneError
            If one cannot load its model; the lane is closed then.
        """
        for seat in self._seats:
            seat.start()
        with self._changed:
            self._changed.wait_for(
                lambda: all(seat.ready or seat.complaint is not None for seat in self._seats)
            )
        complaints = [seat.complaint for seat in self._seats if seat.complaint is not None]
        if complaints:
            self.close(drain_s=0.0)
            raise LaneError(complaints[0])

    def submit(
        self,
        call_id: str,
        utterance_id: str,
        samples: Samples,
        language: Language | None,
        *,
        kind: Kind = "final",
        hotwords: str | None = None,
        deadline_s: float | None = None,
    ) -> Future[Answer]:
        """Ask for the words of an utterance.

        Parameters
        ----------
        call_id, utterance_id
            Whose it is.
        samples : np.ndarray [shape=(n,), dtype=float32]
            At 16 kHz, in [-1, 1]. Must not be changed before the answer is there.
        language, hotwords
            See :meth:`models.transcriber.Transcriber.transcribe`.
        kind
            A final is answered in any case, be it late. A partial may be left out.
        deadline_s
            Seconds from now after which it is no longer wanted unless it has begun. That is said
            when a worker would have begun it, so a caller who cannot wait sets a limit of his own.

        Returns
        -------
        Future
            Of its :class:`~models.transcriber.Transcript`, or :class:`~server.lane.desk.NotHeard`;
            never of an exception. Its callbacks run on a thread of the lane and must not block.
            It can be cancelled until the utterance has begun; ``asyncio.wrap_future`` takes it.
        """
        return self._desk.submit(
            call_id,
            utterance_id,
            samples,
            language,
            kind=kind,
            hotwords=hotwords,
            deadline_s=deadline_s,
        )

    def watch(self, call_id: str, on: bool) -> None:
        """Somebody watches a call from now on, which makes partials of it worth while; or nobody.

        To be ended for every call.
        """
        self._desk.watch(call_id, on)

    def state(self) -> LaneState:
        """How the lane is doing now."""
        able = [(seat.ready, seat.speed) for seat in self._seats]
        ready = [worker for worker, _ in able if worker is not None]
        speeds = [speed for worker, speed in able if worker is not None and speed is not None]
        return self._desk.state(
            engine=ready[0].engine if ready else None,
            workers=len(self._seats),
            ready=len(ready),
            capacity=sum(speeds) if speeds else None,
            restarts=sum(seat.restarts for seat in self._seats),
            processes=tuple(seat.pid for seat in self._seats if seat.pid is not None),
        )

    def close(self, drain_s: float = 10.0) -> None:
        """Take nothing more, finish what is there within ``drain_s``, end the workers. Idempotent.

        What is not finished by then is answered ``closed``.
        """
        with self._changed:
            self._closing = True
            self._desk.refuse("closed")
        self._desk.drain(drain_s)
        self._desk.end()
        for seat in self._seats:
            seat.leave()

    def _seat_changed(self) -> None:
        with self._changed:
            self._changed.notify_all()
            down = all(seat.hopeless for seat in self._seats)
            if down and not self._closing:
                self._desk.refuse("down")
            elif not self._closing:
                self._desk.accept()
        if down:
            self._desk.give_up("down")
