"""Events as JSON: one object a line, versioned; the core knows nothing of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from coaching.advice import ADVICE, Advice
from coaching.session import Logged
from voice.events import FACTS, Fact

if TYPE_CHECKING:
    from pydantic import TypeAdapter


Kind = type[Fact] | type[Advice]
_ALL: tuple[Kind, ...] = (*FACTS, *ADVICE)
KINDS: dict[str, Kind] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in _ALL
}
"""Every kind of event by its name on the wire."""
_NAMES: dict[Kind, str] = {kind: name for name, kind in KINDS.items()}
_fields: dict[type, tuple[str, ...]] = {}


def type_name(kind: type[Fact] | type[Advice]) -> str:
    """``SpeechStarted`` -> ``speech_started``: the ``type`` of an event on the wire."""
    return _NAMES[kind]


def _shallow(value: Any) -> dict[str, Any]:
    """Give the fields of a dataclass, uncopied, unlike ``dataclasses.asdict``."""
    kind = type(value)
    if kind not in _fields:
        _fields[kind] = tuple(field.name for field in fields(kind))
    return {name: getattr(value, name) for name in _fields[kind]}


# what lies in an event is written out as it is met: no copy of the whole is made
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_shallow).encode


def to_dict(call_id: str, logged: Logged) -> dict[str, Any]:
    """Give an event by field; what is made of fields itself (words, drivers) is left whole."""
    kind = type(logged.event)
    return {
        "id": f"{call_id}/{logged.seq}",
        "seq": logged.seq,
        "type": type_name(kind),
        "schema": kind.schema,
        **_shallow(logged.event),
    }


def to_line(call_id: str, logged: Logged) -> str:
    """Give an event as one line of a log, without its line feed."""
    return _encode(to_dict(call_id, logged))


def from_dict(found: Any) -> Logged:
    """Read an event back.

    Raises
    ------
    ValueError
        If it is of no known kind or version, or a field is missing, unknown or of a wrong type.
    """
    if not isinstance(found, dict):  # JSON, but no object
        raise ValueError("it is no event")
    given = dict(found)
    name, schema, seq, _ = (given.pop(key, None) for key in ("type", "schema", "seq", "id"))
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"there is no event of type {name!r}")
    if not isinstance(schema, int) or not 1 <= schema <= kind.schema:
        raise ValueError(f"{name}: version {schema!r} is not 1 to {kind.schema}")
    if not isinstance(seq, int):
        raise ValueError(f"{name}: seq is missing")
    # JSON mode: arrays become tuples
    return Logged(seq, _adapter(kind).validate_json(json.dumps(given), extra="forbid"))


def read_log(lines: Iterable[str]) -> Iterator[Logged]:
    """Read a log, line by line.

    Raises
    ------
    ValueError
        Naming the line that is no event.
    """
    for number, line in enumerate(lines, start=1):
        try:
            yield from_dict(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"line {number}: {str(error).splitlines()[0]}") from error


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of every event on the wire."""
    definitions: dict[str, Any] = {}
    for name, kind in KINDS.items():
        schema = _adapter(kind).json_schema(ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        schema["properties"] |= {
            "id": {"type": "string"},
            "seq": {"type": "integer", "minimum": 1},
            "type": {"const": name},
            "schema": {"const": kind.schema},
        }
        # what is written is always complete
        schema["required"] = sorted(schema["properties"])
        schema["additionalProperties"] = False
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Calmline event",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in KINDS],
        "$defs": definitions,
    }


def _adapter(kind: Kind) -> TypeAdapter[Any]:
    return _adapter_of(type_name(kind))


@cache
def _adapter_of(name: str) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(KINDS[name])
