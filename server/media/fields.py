"""What the fields of the protocol's messages may hold."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

MAX_CONTEXT_BYTES = 8 * 1024
"""Of the context as JSON in UTF-8."""
MAX_CONTEXT_DEPTH = 4
"""Objects and arrays within one another, the context itself included."""


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters are not allowed")
    return text


def _context(context: dict[str, JsonValue]) -> dict[str, JsonValue]:
    _look(context, 1)
    if len(json.dumps(context, ensure_ascii=False).encode()) > MAX_CONTEXT_BYTES:
        raise ValueError(f"it has more than {MAX_CONTEXT_BYTES} bytes")
    return context


def _look(value: Any, depth: int) -> None:
    if isinstance(value, str) and "\0" in value:
        raise ValueError("NUL is not allowed")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("numbers must be finite")
    if not isinstance(value, dict | list):
        return
    if depth > MAX_CONTEXT_DEPTH:
        raise ValueError(f"it is nested deeper than {MAX_CONTEXT_DEPTH}")
    for key in value if isinstance(value, dict) else ():
        _look(key, depth)
    for inner in value.values() if isinstance(value, dict) else value:
        _look(inner, depth + 1)


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:@-]{1,64}$")]
Name = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_plain)]
Token = Annotated[str, Field(max_length=1024)]
Context = Annotated[
    dict[str, JsonValue],
    Field(description=f"At most {MAX_CONTEXT_BYTES} bytes, at most {MAX_CONTEXT_DEPTH} deep."),
    AfterValidator(_context),
]
When = Annotated[AwareDatetime, Field(strict=False)]


class Message(BaseModel):
    """What all messages have in common: nothing unknown, nothing converted, no change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)
