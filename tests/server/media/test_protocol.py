"""Text in: a message, or an error that says what was due and repeats nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.media.closing import CLOSE
from server.media.messages import Pause, Reconnect, Resume, Start
from server.media.protocol import (
    MAX_TEXT,
    ProtocolError,
    parse_first,
    parse_later,
    parse_server,
    protocol_schema,
)

from .fakes import start_text


def refused(parse: Any, data: bytes | str) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        parse(data)
    return caught.value


def test_a_whole_start() -> None:
    start = parse_first(
        start_text(
            "c-1",
            token="t",
            rate=16000,
            encoding="mulaw",
            pacing="lockstep",
            language="zh",
            agent_id="a-1",
            direction="inbound",
            queue="售后",
            consent={"basis": "announcement", "announced_at": "2026-11-22T18:00:00+08:00"},
            caller_ref="crm 7",
            context={"name": "王女士", "order": {"id": 8841, "late": True}},
            continues="c-0",
        )
    )
    assert isinstance(start, Start)
    assert start.channels == ("caller", "agent")
    assert start.consent is not None
    assert start.consent.announced_at is not None
    assert start.context["name"] == "王女士"
    assert "王女士" not in repr(start)


def test_resume_means_two_things() -> None:
    assert isinstance(parse_first('{"type":"resume","call_id":"c"}'), Reconnect)
    assert isinstance(parse_later('{"type":"resume"}'), Resume)
    assert refused(parse_first, '{"type":"resume"}').message == "resume.call_id: wrong or missing"
    refused(parse_later, '{"type":"resume","call_id":"c"}')
    assert isinstance(parse_later(b'{"type":"pause"}'), Pause)


@pytest.mark.parametrize(
    ("fields", "message", "expected"),
    [
        ({"rate": "8000"}, "start.rate", "integer"),
        ({"rate": 7999}, "start.rate", "8000"),
        ({"rate": 96000}, "start.rate", "48000"),
        ({"v": 2}, "start.v", "1"),
        ({"call_id": "a b"}, "start.call_id", "pattern"),
        ({"call_id": "x" * 65}, "start.call_id", "pattern"),
        ({"call_id": "x\n"}, "start.call_id", "pattern"),
        ({"encoding": "mp3"}, "start.encoding", "'pcm16'"),
        ({"channels": []}, "start.channels", "1 item"),
        ({"channels": ["caller"] * 3}, "start.channels", "2 items"),
        ({"channels": ["caller", "caller"]}, "start", "same role"),
        ({"channels": ["boss"]}, "start.channels", "'caller'"),
        ({"pacing": "fast"}, "start.pacing", "'lockstep'"),
        ({"queue": "a\tb"}, "start.queue", "control"),
        ({"consent": {"basis": "x", "announced_at": "2026-11-22"}}, "start.consent", ""),
        ({"context": {"a": [[[[1]]]]}}, "start.context", "deeper"),
        ({"context": {"a": "e" * 9000}}, "start.context", "bytes"),
        ({"context": {"a": "\0"}}, "start.context", "NUL"),
        ({"extra": 1}, "start: there is a field", None),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], message: str, expected: str | None) -> None:
    error = refused(parse_first, start_text(**{"call_id": "c", **fields}))
    assert error.code == "bad_message"
    assert error.message.startswith(message)
    assert (error.expected is None) if expected is None else (expected in (error.expected or ""))


@pytest.mark.parametrize(
    "data", ["", "{", "[]", "1", "null", '"start"', "[" * 9000, b"\xff", "\ud800"]
)
def test_what_is_no_object_is_refused(data: bytes | str) -> None:
    assert refused(parse_first, data).code == "bad_message"


def test_limits() -> None:
    assert refused(parse_later, " " * (MAX_TEXT + 1)).code == "too_big"
    assert refused(parse_later, '{"type":"gap","samples":0}').code == "bad_message"
    assert refused(parse_later, '{"type":"gap","samples":999999999}').code == "bad_message"
    assert refused(parse_later, start_text("c")).message == "no type that is due"


names = st.sampled_from(
    ["type", "call_id", "token", "samples", "channel", "context", "v", "rate", "channels", "x"]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["start", "resume", "gap", "stop", "caller", "pcm16"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=12,
)
anything = (
    st.binary(max_size=200)
    | st.text(max_size=200)
    | values.map(lambda value: json.dumps(value))
    | st.dictionaries(names, values).map(lambda fields: json.dumps({"type": "start", **fields}))
)


@settings(max_examples=400, deadline=None)
@given(anything)
def test_whatever_comes_is_a_message_or_a_protocol_error(data: bytes | str) -> None:
    for parse in (parse_first, parse_later, parse_server):
        try:
            parse(data)
        except ProtocolError as error:
            told = parse_server(error.to_message().model_dump_json())
            if CLOSE[told.code][0] != error.close_code:
                raise AssertionError from error


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(codec="ascii", categories=["L"]), min_size=12, max_size=40))
def test_an_error_never_repeats_what_was_sent(secret: str) -> None:
    secret = f"SECRET{secret}"
    for text in (
        json.dumps({"type": secret}),
        json.dumps({"type": "start", secret: 1}),
        start_text("c", token=[secret]),
        start_text("c", context=secret),
        start_text("c", **{secret: secret}),
        start_text("c", context={"a": [[[[secret]]]]}),
        start_text(secret + " "),
        secret,
    ):
        error = refused(parse_first, text)
        assert "SECRET" not in f"{error} {error.message} {error.expected}"


def test_close_codes_are_private_use_or_the_standard_s_own() -> None:
    codes = [code for code, _ in CLOSE.values()]
    assert len(set(codes)) == len(codes)
    assert all(4000 <= code < 5000 or code == 1009 for code in codes)


def test_the_schema_holds_every_message() -> None:
    schema = protocol_schema()
    names = {part["$ref"].split("/")[-1] for part in schema["properties"]["later"]["oneOf"]}
    assert {"Gap", "Pause", "Resume", "Stop"} <= names
    for side in ("first", "later", "server"):
        for reference in schema["properties"][side]["oneOf"]:
            definition = schema["$defs"][reference["$ref"].split("/")[-1]]
            assert definition["properties"]["type"]["const"]
            assert definition["additionalProperties"] is False
    assert json.loads(json.dumps(schema)) == schema
