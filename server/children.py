"""How processes of the server's own are started."""

from __future__ import annotations

from multiprocessing import get_context
from threading import Lock

SPAWN = get_context("spawn")
"""A fork would take the server's sockets and locks along."""
reaping = Lock()
"""To be held while a child is started, looked after or joined: multiprocessing reaps all its
children whenever it starts one."""
