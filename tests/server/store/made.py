"""Rows for tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from server.store import CallRow, StoredEvent

START = datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)


def call_row(call_id: str = "call-1", **fields: Any) -> CallRow:
    """Give a call that has just begun."""
    given: dict[str, Any] = {
        "state": "live",
        "started_at": START,
        "roles": ("caller", "agent"),
        "context": {},
        "pacing": "realtime",
        "words": True,
        "demo_words": False,
        "engine": "tiny",
        "playbook": "support 0123456789ab",
        "thresholds": "0123456789ab",
        "origin": "live",
    }
    return CallRow(call_id=call_id, **given | fields)


def events(
    first: int, last: int, call_id: str = "call-1", *, text: str = "您好"
) -> list[StoredEvent]:
    """Give the events of a log from one number to another, both included."""
    return [
        StoredEvent(
            call_id=call_id,
            seq=seq,
            known_at_s=seq / 10,
            type="pressed" if seq % 5 == 0 else "silence",
            stamped_at=START + timedelta(milliseconds=100 * seq),
            body=json.dumps({"seq": seq, "text": text}, ensure_ascii=False),
        )
        for seq in range(first, last + 1)
    ]
