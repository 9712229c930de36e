"""A server that writes a call until it is killed; runs in a process of its own."""

from __future__ import annotations

import time
from itertools import count
from multiprocessing.connection import Connection

from server.store import Store

from .made import call_row, events

EVERY_S = 0.002


def write_until_killed(address: str, side: Connection) -> None:
    """Append event after event, and say on the pipe which one was taken, and when."""
    writer = Store(address).writer()
    writer.begin(call_row())
    for seq in count(1):
        writer.append(events(seq, seq))
        side.send((seq, time.monotonic()))
        time.sleep(EVERY_S)
