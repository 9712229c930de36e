"""Calls that outlive their sockets: each keeps its seat until it has ended or nobody comes back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Literal, Protocol

from ..live.opening import Consent, Opening, Refusal
from .counters import Counters
from .intake import Intake
from .messages import Ended, Start
from .ports import Floor, LiveCall
from .protocol import ProtocolError
from .settings import MediaSettings

log = logging.getLogger("calmline.media")


class Handle(Protocol):
    """A timer that can be called off."""

    def cancel(self) -> None:
        """Call it off."""


CallLater = Callable[[float, Callable[[], None]], Handle]
"""Calls something in so many seconds, on the event loop."""


class Visitor(Protocol):
    """A socket that brings a call."""

    def replace(self) -> None:
        """A newer one has come."""

    async def drain(self) -> None:
        """The server is going down; returns when the client has been told how its call ended."""


class Seat:
    """A call, its intake, and the socket that brings it, if there is one."""

    def __init__(self, call_id: str, start: Start, call: LiveCall, intake: Intake) -> None:
        self.call_id = call_id
        self.call = call
        self.intake = intake
        self.rate = start.rate
        self.lockstep = start.pacing == "lockstep"
        self.visitor: Visitor | None = None
        self.grace: Handle | None = None
        self.ended: asyncio.Future[Ended] | None = None


class Seats:
    """All calls of the media plane; used on its event loop only.

    Parameters
    ----------
    floor
        Takes the calls.
    settings
    counters
    call_later
        The loop's, or another clock's.
    """

    def __init__(
        self, floor: Floor, settings: MediaSettings, counters: Counters, call_later: CallLater
    ) -> None:
        self._floor = floor
        self._settings = settings
        self._counters = counters
        self._call_later = call_later
        self._seats: dict[str, Seat] = {}
        self._draining = False

    async def open(self, start: Start) -> Seat:
        """Begin a call.

        Raises
        ------
        ProtocolError
            If it is not taken.
        """
        if self._draining:
            raise ProtocolError("draining", "the server is going down: try another")
        try:
            call = await asyncio.to_thread(self._floor.open, _opening(start))
        except Refusal as refusal:
            raise ProtocolError(refusal.code, str(refusal)) from None
        intake = Intake(
            call,
            rate=start.rate,
            encoding=start.encoding,
            tracks=len(start.channels),
            counters=self._counters,
        )
        seat = Seat(start.call_id, start, call, intake)
        self._seats[start.call_id] = seat
        self._counters.calls += 1
        if self._draining:  # meanwhile
            await self.stop(seat)
        return seat

    def find(self, call_id: str) -> Seat:
        """Find a call to resume.

        Raises
        ------
        ProtocolError
            If it is gone.
        """
        seat = self._seats.get(call_id)
        if seat is None or (seat.call.over and seat.ended is None):
            expected = "start, with a new call_id and `continues`"
            raise ProtocolError("call_lost", "there is no such call to resume", expected)
        self._counters.resumes += 1
        return seat

    def attach(self, seat: Seat, visitor: Visitor) -> None:
        """From now on this socket brings the call; the newest one wins."""
        if seat.grace is not None:
            seat.grace.cancel()
            seat.grace = None
        old, seat.visitor = seat.visitor, visitor
        if old is not None:
            old.replace()

    def detach(self, seat: Seat, visitor: Visitor) -> None:
        """A socket is gone; if nobody comes in its place, the call is broken."""
        if seat.visitor is not visitor:
            return
        seat.visitor = None
        if seat.ended is None:
            seat.grace = self._call_later(self._settings.grace_s, lambda: self._give_up(seat))

    def stop(self, seat: Seat) -> asyncio.Future[Ended]:
        """No more sound will come; tell when all is stored. Idempotent."""
        return self._end(seat, "ended")

    async def close(self, drain_s: float) -> None:
        """Take no more calls, and end those that are there; wait so long for them."""
        self._draining = True
        seats = list(self._seats.values())
        endings = [self.stop(seat) for seat in seats]
        farewells = [
            asyncio.ensure_future(seat.visitor.drain())
            for seat in seats
            if seat.visitor is not None
        ]
        for seat in seats:
            if seat.grace is not None:
                seat.grace.cancel()
        if endings:
            _, late = await asyncio.wait(endings, timeout=drain_s)
            if late:
                log.warning("%d calls had not ended after %.1f s", len(late), drain_s)
        if farewells:
            _, slow = await asyncio.wait(farewells, timeout=self._settings.close_timeout_s)
            for farewell in slow:
                farewell.cancel()

    def _give_up(self, seat: Seat) -> None:
        self._counters.broken += 1
        log.info("call %s: its client did not come back", seat.call_id)
        self._forget(seat)
        self._end(seat, "broken")

    def _end(self, seat: Seat, state: Literal["ended", "broken"]) -> asyncio.Future[Ended]:
        if seat.ended is None:
            seat.ended = asyncio.get_running_loop().create_future()
            seat.intake.finish()
            on_loop(seat.call.end(state), lambda: self._ended(seat))
        return seat.ended

    def _ended(self, seat: Seat) -> None:
        assert seat.ended is not None
        if not seat.ended.done():
            call = seat.call
            seat.ended.set_result(Ended(media_s=round(call.heard_s, 3), events=call.events))
        # a client whose socket broke meanwhile may still ask how it ended
        self._call_later(self._settings.grace_s, lambda: self._forget(seat))

    def _forget(self, seat: Seat) -> None:
        if self._seats.get(seat.call_id) is seat:
            del self._seats[seat.call_id]


def on_loop(future: Future[None], then: Callable[[], None]) -> None:
    """Call something on this event loop when another thread's future is done.

    (``asyncio.wrap_future`` would, when cancelled, cancel the other thread's future as well.)
    """
    loop = asyncio.get_running_loop()

    def done(_: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(then)

    future.add_done_callback(done)


def _opening(start: Start) -> Opening:
    context: dict[str, Any] = dict(start.context)
    if start.continues is not None:
        context["continues"] = start.continues
    said, consent = start.consent, None
    if said is not None:
        consent = Consent(basis=said.basis, announced=said.announced_at is not None)
    return Opening(
        call_id=start.call_id,
        roles=start.channels,
        language=start.language,
        pacing=start.pacing,
        agent_id=start.agent_id,
        direction=start.direction,
        queue=start.queue,
        caller_ref=start.caller_ref,
        context=context,
        consent=consent,
        ephemeral=start.ephemeral,
    )
