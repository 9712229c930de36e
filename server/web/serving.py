"""uvicorn, set up for this app, in a thread of its own."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI

from .listening import address

MESSAGE_BYTES = 4096
"""What a console sends are keys."""
DRAIN_S = 5
"""How long connections may take to close when the server stops."""


class WebServer:
    """The control plane on a port.

    Parameters
    ----------
    app
        From :func:`~server.web.app.create_app`.
    listener
        From :func:`~server.web.listening.listen`; closed by :meth:`stop`.
    """

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        self._listener = listener
        self.url = address("http", listener)
        # no log of accesses: addresses hold names of calls, and perhaps a token
        config = uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=MESSAGE_BYTES,
            ws_per_message_deflate=False,  # costs more CPU than loopback and LAN are worth
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=DRAIN_S,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to answer: connections are taken from the moment the port was had."""
        self._thread.start()

    def stop(self) -> None:
        """Close all sockets and return when nothing is answered any more. Idempotent."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
