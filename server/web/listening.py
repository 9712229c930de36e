"""A port of the control plane, had before anything else is built: others must be told of it."""

from __future__ import annotations

import os
import socket

from ..loopback import is_loopback


def listen(host: str, port: int) -> socket.socket:
    """Take a port; 0 for any that is free.

    Raises
    ------
    OSError
        If it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small frames at once (TCP_NODELAY) only if the protocol is named; with
    # socket.create_server each answer would wait 40 ms for an acknowledgement
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def address(scheme: str, listener: socket.socket) -> str:
    """Give the URL of what listens."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def own_origins(listener: socket.socket) -> tuple[str, ...]:
    """Give the origins of this server's own pages."""
    host, port = listener.getsockname()[:2]
    names = {host, "localhost", "127.0.0.1"} if is_loopback(host) else {host}
    return tuple(sorted(f"http://{f'[{name}]' if ':' in name else name}:{port}" for name in names))
