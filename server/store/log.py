"""An event of a call's log, as the store keeps it."""

from __future__ import annotations

from datetime import datetime

from coaching.session import Logged

from ..wire import to_line, type_name
from .rows import StoredEvent


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
