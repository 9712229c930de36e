"""Why a socket is closed: one table of error codes and websocket close codes."""

from __future__ import annotations

from typing import Literal

ErrorCode = Literal[
    "bad_message",
    "binary_before_start",
    "bad_audio",
    "too_big",
    "unauthorized",
    "no_caller",
    "call_lost",
    "timeout",
    "call_exists",
    "replaced",
    "too_many_calls",
    "too_many_connections",
    "draining",
    "internal",
]

CLOSE: dict[ErrorCode, tuple[int, str]] = {
    "bad_message": (4400, "a text message is not JSON, or not one that is due"),
    "unauthorized": (4401, "the token is missing or wrong"),
    "no_caller": (4403, "the call has no track that may be analysed"),
    "call_lost": (4404, "there is no such call (any more) to resume: start a new one"),
    "binary_before_start": (4405, "sound came before `start` or `resume`"),
    "timeout": (4408, "no first message, or none for too long"),
    "call_exists": (4409, "there is, or was, a call of this id"),
    "replaced": (4410, "a newer socket goes on with this call"),
    "bad_audio": (4415, "the bytes are not whole sample groups"),
    "too_many_calls": (4429, "the server has as many calls as it takes"),
    "too_many_connections": (4430, "this address has too many sockets without a call"),
    "internal": (4500, "the server failed; resume"),
    "draining": (4503, "the server is going down and takes no new calls"),
    "too_big": (1009, "a message is over its limit"),
}
"""Close code and meaning of each error. Besides: 1000 after ``ended``, 1001 when the server goes
down. A binary message over 64 KiB is not even read: 1009 without an error message."""

RESUMABLE: frozenset[ErrorCode] = frozenset({"internal"})
"""Errors after which the same client may try to resume."""
