"""The media plane: listens for calls on a port of its own."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import Counter
from contextlib import ExitStack
from typing import Literal

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Origin

from .connection import MediaConnection
from .counters import Counters
from .doorkeeper import Doorkeeper
from .ports import Floor
from .protocol import MAX_BINARY, ProtocolError
from .seats import CallLater, Seats
from .settings import MediaSettings
from .visit import Visit

QUEUE = 16
"""Messages of a socket that wait to be read; then TCP holds its client back."""

# at DEBUG websockets would write what it carries, tokens and all
_wire_log = logging.getLogger("calmline.media.wire")
_wire_log.setLevel(logging.WARNING)


class MediaPlane:
    """Takes calls by the native protocol.

    Nothing is loaded in a handshake. Each socket has a task of its own; what one client does
    touches no other.

    Parameters
    ----------
    floor
        Takes the calls.
    settings
    tls
        Certificate and key, if it is to speak TLS itself.
    call_later
        Another clock for the grace period; the loop's by default.

    Attributes
    ----------
    counters : Counters
    """

    def __init__(
        self,
        floor: Floor,
        settings: MediaSettings,
        *,
        tls: ssl.SSLContext | None = None,
        call_later: CallLater | None = None,
    ) -> None:
        self.counters = Counters()
        self._floor = floor
        self._settings = settings
        self._tls = tls
        self._call_later = call_later
        self._door = Doorkeeper(settings.tokens)
        self._pending: Counter[str] = Counter()
        self._seats: Seats | None = None
        self._server: Server | None = None

    async def start(self) -> None:
        """Listen.

        Raises
        ------
        OSError
            If the port is taken.
        """
        settings = self._settings
        loop = asyncio.get_running_loop()
        self._seats = Seats(
            self._floor, settings, self.counters, self._call_later or loop.call_later
        )
        self._server = await serve(
            self._visit,
            settings.host,
            settings.port,
            ssl=self._tls,
            origins=[None, *(Origin(origin) for origin in settings.origins)],
            process_request=self._door.look,
            compression=None,
            max_size=MAX_BINARY,
            max_queue=QUEUE,
            open_timeout=settings.start_within_s,
            close_timeout=settings.close_timeout_s,
            ping_interval=None,  # a socket that is held back must not be taken for gone
            server_header=None,
            create_connection=MediaConnection,
            logger=_wire_log,
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    async def close(self, drain_s: float) -> None:
        """Take no more calls, end those that are there, and wait so long for them."""
        if self._server is None or self._seats is None:
            return
        self._server.close(close_connections=False)
        await self._seats.close(drain_s)
        await asyncio.gather(*(socket.close(1001) for socket in self._server.connections))
        await self._server.wait_closed()

    async def _visit(self, socket: ServerConnection) -> None:
        assert self._seats is not None
        assert isinstance(socket, MediaConnection)
        counters = self.counters
        address = str((socket.remote_address or ("",))[0])
        counters.connections += 1
        visit = Visit(socket, self._seats, self._door, self._settings, counters)
        with ExitStack() as there, ExitStack() as pending:
            self._count(there, "sockets")
            self._count(pending, "pending")
            self._pending[address] += 1
            pending.callback(self._leave, address)
            crowded = self._pending[address] > self._settings.most_pending
            if crowded or counters.sockets > self._settings.most_sockets:
                await visit.refuse(ProtocolError("too_many_connections", "try again later"))
            else:
                await visit.serve(pending.close)

    def _leave(self, address: str) -> None:
        self._pending[address] -= 1
        if not self._pending[address]:
            del self._pending[address]

    def _count(self, until: ExitStack, name: Literal["sockets", "pending"]) -> None:
        def change(by: int) -> None:
            setattr(self.counters, name, getattr(self.counters, name) + by)

        change(1)
        until.callback(change, -1)
