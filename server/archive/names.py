"""What the name of a recording tells: ``--name-pattern '{agent}_{date}_{call_id}.wav'``."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from ..errors import Refused
from .tasks import Told

_ANY = r"[^/]+?"
FIELDS = {
    "call_id": _ANY,
    "agent": _ANY,
    "queue": _ANY,
    "party": _ANY,
    "direction": r"inbound|outbound|in|out",
    "language": r"en|zh",
    "date": r"\d{4}[-.]?\d{2}[-.]?\d{2}",
    "time": r"\d{2}[-.:]?\d{2}(?:[-.:]?\d{2})?",
    "any": _ANY,
}
"""What may stand in braces, and what each can be; ``{any}`` is passed over."""

_FIELD = re.compile(r"\{(\w*)\}")
_DIRECTIONS = {"in": "inbound", "out": "outbound"}


class NamePattern:
    """Reads names of recordings.

    A pattern speaks of the end of a name: with slashes it also reads folders,
    ``{queue}/{date}/{agent}_{call_id}.wav``.

    Raises
    ------
    Refused
        If a field is unknown or stands there twice.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        parts, last, seen = [], 0, set[str]()
        for match in _FIELD.finditer(pattern):
            field = match.group(1)
            if field not in FIELDS:
                known = ", ".join(f"{{{name}}}" for name in FIELDS)
                raise Refused(f"--name-pattern: {{{field}}} is unknown: there are {known}")
            if field in seen:
                raise Refused(f"--name-pattern: {{{field}}} stands there twice")
            parts.append(re.escape(pattern[last : match.start()]))
            if field == "any":
                parts.append(f"(?:{FIELDS[field]})")
            else:
                seen.add(field)
                parts.append(f"(?P<{field}>{FIELDS[field]})")
            last = match.end()
        parts.append(re.escape(pattern[last:]))
        if not seen:
            raise Refused("--name-pattern: there is no {field} in it")
        self.pairs = "party" in seen
        """Whether a call is two files, told apart by ``{party}``."""
        self._regex = re.compile("(?:^|/)" + "".join(parts) + "$")

    def read(self, name: str) -> dict[str, str] | None:
        """Give the fields of a name; ``None`` if it is not of this pattern."""
        match = self._regex.search(name)
        return match.groupdict() if match else None


def told(fields: dict[str, str]) -> Told:
    """Make sense of the fields of a name.

    Raises
    ------
    ValueError
        If a date or a time is none.
    """
    day = read_date(fields["date"]) if "date" in fields else None
    clock = _time(fields["time"]) if "time" in fields else None
    direction = fields.get("direction")
    language = fields.get("language")
    return Told(
        call_id=fields.get("call_id"),
        agent=fields.get("agent"),
        queue=fields.get("queue"),
        direction=_DIRECTIONS.get(direction, direction) if direction else None,
        date=day,
        started_at=datetime.combine(day, clock) if day and clock else None,
        language="en" if language == "en" else "zh" if language == "zh" else None,
    )


def read_date(text: str) -> date:
    """Read ``2026-11-22``, ``2026.11.22`` or ``20261122``.

    Raises
    ------
    ValueError
        If there is no such day.
    """
    return date.fromisoformat(text.replace(".", "-"))


def _time(text: str) -> time:
    digits = re.sub(r"\D", "", text)
    return time(int(digits[:2]), int(digits[2:4]), int(digits[4:6] or 0))
