"""A socket whose sound need not be queued while its visit waits for just that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.frames import BINARY, DATA_OPCODES, Frame

Take = Callable[[bytes], bool]
"""Takes sound; says whether it did."""


class MediaConnection(ServerConnection):
    """Gives whole binary messages to :attr:`take`, in the call by which they come off the line.

    What cannot be taken (text, pieces of messages, all that comes while something waits to be
    read) goes the usual way, by a queue to who calls :meth:`recv`, so that order is kept. To wake a
    task for each of fifty messages a second costs as much as what it does with them.

    Attributes
    ----------
    take
        Set by who waits in :meth:`recv`, and only while it does; must not raise.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take: Take | None = None
        self._waiting = 0  # messages that are queued

    async def recv(self, decode: bool | None = None) -> Any:
        """Receive a message; see :meth:`websockets.asyncio.connection.Connection.recv`."""
        data = await super().recv(decode)
        self._waiting -= 1
        return data

    def process_event(self, event: Any) -> None:
        """Take a frame that is whole and due, queue any other."""
        if isinstance(event, Frame) and event.opcode in DATA_OPCODES:
            whole = event.opcode is BINARY and event.fin
            take = self.take
            if whole and take is not None and not self._waiting and take(bytes(event.data)):
                return
            self._waiting += event.fin
        super().process_event(event)
