"""A call's row as JSON wants it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ..store.rows import CallRow


def iso(at: datetime) -> str:
    """Give a time in UTC as ISO 8601 with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def row_dict(row: CallRow) -> dict[str, Any]:
    """Give a row with its times as text."""
    return {
        name: iso(value) if isinstance(value, datetime) else value
        for name, value in asdict(row).items()
    }
