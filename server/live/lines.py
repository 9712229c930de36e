"""Events of a call as finished lines of its log: made where the call is worked on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coaching.session import Logged
from voice.events import WordsFinal, WordsMissing

from ..wire import to_line, type_name


class Line(NamedTuple):
    """An event, ready to be stored and shown.

    Attributes
    ----------
    type
        As on the wire.
    words_of
        The track whose words these are; ``None`` for every other event.
    body
        JSON, without a line feed.
    """

    seq: int
    known_at_s: float
    type: str
    words_of: int | None
    body: str


def lines(call_id: str, told: Sequence[Logged]) -> list[Line]:
    """Give events as lines."""
    return [
        Line(
            logged.seq,
            logged.event.known_at_s,
            type_name(type(logged.event)),
            logged.event.track if isinstance(logged.event, WordsFinal | WordsMissing) else None,
            to_line(call_id, logged),
        )
        for logged in told
    ]
