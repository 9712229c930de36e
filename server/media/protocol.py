"""The native protocol: text in, messages or a :class:`ProtocolError` out; knows no socket."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from .closing import CLOSE, ErrorCode
from .messages import (
    ConsentGiven,
    First,
    FromServer,
    Gap,
    Hold,
    Later,
    NewContext,
    Pause,
    Problem,
    Reconnect,
    Resume,
    Start,
    Stop,
    Transfer,
    Unhold,
)

PATH = "/v1/media"
"""Of the native protocol on the media port."""
MAX_TEXT = 16 * 1024
"""Bytes of a text message."""
MAX_BINARY = 64 * 1024
"""Bytes of a binary message."""

FirstMessage = Start | Reconnect
LaterMessage = Gap | Pause | Resume | Hold | Unhold | ConsentGiven | Transfer | NewContext | Stop

_first: TypeAdapter[FirstMessage] = TypeAdapter(First)
_later: TypeAdapter[LaterMessage] = TypeAdapter(Later)
_server: TypeAdapter[Any] = TypeAdapter(FromServer)


class ProtocolError(Exception):
    """What the other side sent cannot be used.

    The text never repeats what was sent: it may be somebody's words, or a token.

    Attributes
    ----------
    code, message, expected
        As in the error message.
    """

    def __init__(self, code: ErrorCode, message: str, expected: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code: ErrorCode = code
        self.message = message
        self.expected = expected

    @property
    def close_code(self) -> int:
        """The websocket close code that goes with it."""
        return CLOSE[self.code][0]

    def to_message(self) -> Problem:
        """Give the error as a message."""
        return Problem(code=self.code, message=self.message, expected=self.expected)


def parse_first(data: bytes | str) -> FirstMessage:
    """Read the first message of a socket.

    Raises
    ------
    ProtocolError
        If it is neither a `start` nor a `resume` of a call.
    """
    found: FirstMessage = _parse(_first, data, "a first message: start, or resume with the call_id")
    return found


def parse_later(data: bytes | str) -> LaterMessage:
    """Read a message of a call that goes on.

    Raises
    ------
    ProtocolError
        If it is none of those that may come then.
    """
    found: LaterMessage = _parse(
        _later,
        data,
        "gap, pause, resume, hold, unhold, consent, transfer, context or stop",
    )
    return found


def parse_server(data: bytes | str) -> Any:
    """Read a message of a server.

    Raises
    ------
    ProtocolError
        If it is none.
    """
    return _parse(_server, data, "a message of a Calmline server")


def protocol_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of all messages, by who sends them and when."""
    sides: dict[str, TypeAdapter[Any]] = {"first": _first, "later": _later, "server": _server}
    found = {name: adapter.json_schema() for name, adapter in sides.items()}
    definitions: dict[str, Any] = {}
    for schema in found.values():
        definitions |= schema.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Calmline media protocol, version 1",
        "$defs": definitions,
        "properties": found,
    }


def _parse(adapter: TypeAdapter[Any], data: bytes | str, expected: str) -> Any:
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_TEXT:
        raise ProtocolError("too_big", f"{size} bytes of text", f"at most {MAX_TEXT}")
    try:
        return adapter.validate_json(data)
    except ValidationError as error:
        # never the input itself
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    except UnicodeError:
        raise ProtocolError("bad_message", "it is not UTF-8", "JSON in UTF-8") from None
    if first["type"] == "json_invalid" or (not first["loc"] and "union" not in first["type"]):
        raise ProtocolError("bad_message", "it is not a JSON object", expected)
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        raise ProtocolError("bad_message", "no type that is due", expected)
    known = [str(part) for part in first["loc"][:2]]
    if first["type"] == "extra_forbidden":
        raise ProtocolError("bad_message", f"{known[0]}: there is a field that it does not have")
    raise ProtocolError(
        "bad_message",
        f"{'.'.join(known)}: wrong or missing",
        first["msg"].removeprefix("Value error, "),
    )
