"""One socket: from its first message to its close."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from websockets.exceptions import ConnectionClosed

from ..pace import Pace
from .connection import MediaConnection
from .counters import Counters
from .doorkeeper import Doorkeeper, bearer
from .fields import Message
from .messages import Ack, Caution, Draining, Ended, Resumed, Start, Started, Stop
from .protocol import ProtocolError, parse_first, parse_later
from .seats import Seat, Seats, on_loop
from .settings import MediaSettings

LOCKSTEP_POLL_S = 0.05
"""How often a lockstep call is looked at for another second that has been fed."""
TEXTS_AT_ONCE, TEXTS_PER_S = 200, 50.0
"""Text messages during a call: sound is bounded by what waits, these by their pace."""
LOOK_S = 1.0
"""How often a call that makes no room is looked at for having failed."""
log = logging.getLogger("calmline.media")


class Visit:
    """Serves a socket.

    Parameters
    ----------
    socket
        Open.
    seats
        The calls.
    door
        Checks its token.
    settings
    counters
    """

    def __init__(
        self,
        socket: MediaConnection,
        seats: Seats,
        door: Doorkeeper,
        settings: MediaSettings,
        counters: Counters,
    ) -> None:
        self._socket = socket
        self._seats = seats
        self._door = door
        self._settings = settings
        self._counters = counters
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seat: Seat | None = None
        self._heard_at = self._loop.time()
        self._full = self._finishing = False
        self._trouble: Exception | None = None  # with sound that was taken as it came
        self._pace = Pace(TEXTS_AT_ONCE, TEXTS_PER_S)

    async def serve(self, begun: Callable[[], None]) -> None:
        """Do everything until the socket is closed; never raises for what the client did.

        Parameters
        ----------
        begun
            Called once it brings a call.
        """
        try:
            seat, resumed = await self._begin()
            begun()
            self._seat = seat
            self._seats.attach(seat, self)
            await self._greet(seat, resumed)
            self._spawn(self._acknowledge(seat))
            self._spawn(self._watch())
            await self._read(seat)
        except ProtocolError as error:
            await self.refuse(error)
        except ConnectionClosed as closed:
            if closed.sent is not None and closed.sent.code == 1009:
                self._counters.errors["too_big"] += 1
        except Exception as error:
            log.error("a socket failed: %s", type(error).__name__)
            await self.refuse(ProtocolError("internal", "the server failed"))
        finally:
            if self._seat is not None:
                self._seats.detach(self._seat, self)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def replace(self) -> None:
        """A newer socket has come for this call."""
        self._spawn(self.refuse(ProtocolError("replaced", "a newer socket has come")))

    async def drain(self) -> None:
        """Say that the server is going down, and how the call ended."""
        if self._seat is None or self._finishing:
            return
        try:
            await self._send(Draining())
            await self._send(await asyncio.shield(self._seats.stop(self._seat)))
            await self._socket.close(1001)
        except ConnectionClosed:
            pass

    async def _begin(self) -> tuple[Seat, bool]:
        """Read the first message; give its call, and whether it goes on with one."""
        try:
            async with asyncio.timeout(self._settings.start_within_s):
                data = await self._socket.recv()
        except TimeoutError:
            limit = f"within {self._settings.start_within_s:g} s"
            raise ProtocolError("timeout", "no first message", limit) from None
        if isinstance(data, bytes):
            raise ProtocolError("binary_before_start", "sound came first", "start or resume")
        message = parse_first(data)
        if not self._door.admits(message.token or bearer(self._socket.request)):
            raise ProtocolError("unauthorized", "the token is missing or wrong")
        if isinstance(message, Start):
            return await self._seats.open(message), False
        return self._seats.find(message.call_id), True

    async def _greet(self, seat: Seat, resumed: bool) -> None:
        if resumed:
            await self._send(Resumed(next_sample=seat.intake.received))
        else:
            await self._send(Started(resume_url=self._settings.public_url, next_sample=0))

    async def _read(self, seat: Seat) -> None:
        intake, call = seat.intake, seat.call
        if seat.ended is not None:  # it was stopped, and comes to ask how it ended
            self._spawn(self._finish(seat.ended))
        while True:
            data = await self._receive(seat)
            if self._leaves(seat):
                continue
            if isinstance(data, str) and (wait_s := self._pace.wait_s()):
                await asyncio.sleep(wait_s)  # it is read no faster: who floods holds up itself
                if self._leaves(seat):
                    continue
            if call.over:
                raise ProtocolError("internal", "the call has failed")
            self._heard_at = self._loop.time()
            if isinstance(data, bytes):
                intake.audio(data)
            else:
                message = parse_later(data)
                if isinstance(message, Stop):
                    self._spawn(self._finish(self._seats.stop(seat)))
                else:
                    intake.command(message)
            if call.backlog_s > self._settings.backlog_s:
                await self._wait_for_room(seat)

    async def _receive(self, seat: Seat) -> bytes | str:
        """Wait for what is not sound, or not to be taken as it comes."""
        intake, call, most_s = seat.intake, seat.call, self._settings.backlog_s

        def take(data: bytes) -> bool:
            if call.over or intake.backlog_s(data) > most_s or self._leaves(seat):
                return False
            self._heard_at = self._loop.time()
            try:
                intake.audio(data)
            except Exception as error:  # it is raised where all others are
                self._trouble = error
                return False
            return True

        self._socket.take = take
        try:
            data: bytes | str = await self._socket.recv()
        finally:
            self._socket.take = None
        if self._trouble is not None:
            raise self._trouble
        return data

    def _leaves(self, seat: Seat) -> bool:
        """Tell whether the socket is about to be closed, so that nothing it says counts."""
        return seat.visitor is not self or seat.ended is not None

    async def _finish(self, ended: asyncio.Future[Ended]) -> None:
        self._finishing = True
        await self._send(await asyncio.shield(ended))
        await self._socket.close(1000)

    async def _wait_for_room(self, seat: Seat) -> None:
        """Read no more until the call has worked off what it has."""
        self._counters.waits += 1
        room, call = asyncio.Event(), seat.call
        on_loop(call.when_below(self._settings.room_s), room.set)
        self._full = True
        if not seat.lockstep:
            text = "the server is behind with this call: it reads no more for a while"
            await self._send(Caution(code="behind", message=text))
        waits = [self._loop.create_task(room.wait()), self._loop.create_task(self._closed())]
        try:
            done: set[asyncio.Task[Literal[True]]] = set()
            while not done and not call.over:  # a call that fails makes no room any more
                done, _ = await asyncio.wait(
                    waits, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED
                )
        finally:
            for wait in waits:
                wait.cancel()
        self._full = False
        self._heard_at = self._loop.time()

    async def _closed(self) -> Literal[True]:
        await self._socket.wait_closed()
        return True

    async def _acknowledge(self, seat: Seat) -> None:
        every = self._settings.ack_s
        step = min(LOCKSTEP_POLL_S, every) if seat.lockstep else every
        said, said_at = seat.intake.heard, self._loop.time()
        while True:
            await asyncio.sleep(step)
            heard, now = seat.intake.heard, self._loop.time()
            if heard - said >= seat.rate or now - said_at >= every - step / 2:
                said, said_at = heard, now
                await self._send(Ack(next_sample=heard))

    async def _watch(self) -> None:
        """See whether the other side is still there."""
        settings = self._settings
        while True:
            await asyncio.sleep(settings.ping_interval_s)
            if self._full:
                continue  # what it says is not read now
            if self._idle_s() > settings.idle_s and not self._finishing:
                await self.refuse(ProtocolError("timeout", f"nothing for {settings.idle_s:g} s"))
                return
            pong = await self._socket.ping()
            try:
                async with asyncio.timeout(settings.ping_timeout_s):
                    await pong
            except TimeoutError:
                if not self._full:
                    self._counters.errors["half_open"] += 1
                    self._socket.transport.abort()
                    return

    def _idle_s(self) -> float:
        return self._loop.time() - self._heard_at

    async def _send(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                await self._socket.send(message.model_dump_json())
        except TimeoutError:
            self._counters.errors["slow_client"] += 1
            self._socket.transport.abort()

    async def refuse(self, error: ProtocolError) -> None:
        """Close the socket, and say why."""
        self._counters.errors[error.code] += 1
        whose = f"call {self._seat.call_id}" if self._seat is not None else "a socket"
        log.info("%s is closed: %s", whose, error.code)
        try:
            await self._send(error.to_message())
            await self._socket.close(error.close_code, error.code)
        except ConnectionClosed:
            pass

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
