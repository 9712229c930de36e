"""What the store keeps, as values: a row that exists can be stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
State = Literal["live", "ended", "broken", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call, as the list of calls shows it.

    Raises
    ------
    ValueError
        If a field holds what a database cannot keep: a time without a zone, NUL, half a
        surrogate pair, NaN in JSON.
    """

    call_id: str
    """`[A-Za-z0-9._:@-]{1,64}`."""
    state: State
    """`ended`: stopped in order; `broken`: the client vanished; `lost`: the server crashed."""
    started_at: datetime
    """With a time zone; read back in UTC."""
    ended_at: datetime | None = None
    """`None` while live, and when lost."""
    heard_s: float | None = None
    """Length of the media in seconds; `None` while live, and when lost."""
    roles: tuple[str, ...]
    """Of each track."""
    language: str | None = None
    agent_id: str | None = None
    queue: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    caller_ref: str | None = None
    """How the telephony names the caller."""
    context: Mapping[str, Json]
    """What the panel's header shows."""
    consent: Mapping[str, Json] | None = None
    pacing: Literal["realtime", "lockstep"]
    words: bool
    """Whether words were recognised."""
    demo_words: bool
    """Whether the words are of the demo model: nothing of this call may enter a score."""
    engine: str
    playbook: str
    """Name and the first 12 digits of its SHA-256."""
    thresholds: str
    """The first 12 digits of their SHA-256."""
    audio: str | None = None
    """File name of the recording, if there is one."""
    origin: str

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """A fact or advice of a call's log; raises as `CallRow` does."""

    call_id: str
    seq: int
    """Place in the log of the call, from 1, without holes."""
    known_at_s: float
    """Media time in seconds at which it became known."""
    type: str
    """As on the wire."""
    stamped_at: datetime
    """Wall time at which the server knew it; read back in UTC."""
    body: str
    """The event as a line of JSON."""

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What an agent said about a card; raises as `CallRow` does."""

    id: int | None = None
    """Given by the store."""
    call_id: str
    cue_id: str
    verdict: Literal["right", "wrong"]
    comment: str | None = None
    at: datetime

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What a person said of a call's review; raises as `CallRow` does.

    Nothing is overwritten: the last answer of a person to a criterion counts, all are kept.
    """

    id: int | None = None
    """Given by the store."""
    call_id: str
    kind: Literal["override", "acknowledge", "dispute"]
    criterion_id: str | None = None
    """`None` where it is about the whole review."""
    answer: Literal["yes", "partly", "no"] | None = None
    """Of an override; `None` for *not assessable*."""
    machine: Literal["yes", "partly", "no"] | None = None
    """What the machine had answered when it was given."""
    blind: bool = False
    """Whether the person had not seen that."""
    comment: str | None = None
    by: str
    """Who."""
    at: datetime
    form: str
    """Fingerprint of the scorecard's form."""
    versions: Mapping[str, Json]
    """What the machine's answer can be traced to."""

    def __post_init__(self) -> None:
        _check(self)


Row = CallRow | StoredEvent | Feedback | Assessed
NAMES: dict[type[Row], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (CallRow, StoredEvent, Feedback, Assessed)
}
"""The fields of each kind of row: the columns of its table."""


def as_columns(row: Row) -> dict[str, object]:
    """Give the values of a row by column; a shallow copy, unlike `dataclasses.asdict`."""
    return {name: getattr(row, name) for name in NAMES[type(row)]}


def _check(row: Row) -> None:
    for name in NAMES[type(row)]:
        value = getattr(row, name)
        try:
            if isinstance(value, str):
                value.encode()
                sound = "\0" not in value
            elif isinstance(value, datetime):
                sound = value.tzinfo is not None
            else:
                sound = not isinstance(value, Mapping) or bool(json.dumps(value, allow_nan=False))
        except (ValueError, TypeError):
            sound = False
        if not sound:
            # without the value and its traceback: it may be what a caller said
            raise ValueError(f"{type(row).__name__}.{name} holds what no database keeps") from None
