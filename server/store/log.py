"""A call's log between the wire and the store."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from coaching.session import Logged

from ..wire import to_line, type_name
from .errors import StoreError
from .rows import StoredEvent
from .store import Store

PAGE = 2_000
"""Events read at once: a log may be long."""


def stored(call_id: str, logged: Logged, stamped_at: datetime) -> StoredEvent:
    """Give an event as the store keeps it."""
    return StoredEvent(
        call_id=call_id,
        seq=logged.seq,
        known_at_s=logged.event.known_at_s,
        type=type_name(type(logged.event)),
        stamped_at=stamped_at,
        body=to_line(call_id, logged),
    )


def export_log(store: Store, call_id: str, file: IO[str]) -> int:
    """Write a call's log as `calmline run` would: JSON lines that `server.wire.read_log` reads.

    Returns
    -------
    int
        How many events it has so far.

    Raises
    ------
    StoreError
        If there is no such call.
    """
    if store.call(call_id) is None:
        raise StoreError(f"there is no call {call_id}")
    last = 0
    while page := store.events(call_id, from_seq=last + 1, limit=PAGE):
        file.writelines(f"{event.body}\n" for event in page)
        last = page[-1].seq
    return last
