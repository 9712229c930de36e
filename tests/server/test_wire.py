from __future__ import annotations

import json

import jsonschema
import pytest

from coaching.advice import Advice, CueShown, Driver, IndexChanged
from coaching.session import CallSession, Logged
from server.wire import KINDS, from_dict, json_schema, read_log, to_dict, to_line
from tests.coaching.test_session import CUT, run, setup
from voice.events import Fact, ProsodyWindow, Word, WordsFinal


@pytest.fixture(scope="module")
def log() -> list[Logged]:
    return run(words=True)


EXTRA: list[Fact | Advice] = [
    IndexChanged(
        at_s=1.0,
        known_at_s=1.0,
        index=61,
        score=0.7,
        drivers=(Driver(name="level", contribution=0.5, value=-20.5, baseline=-24.5, unit="dB"),),
    ),
    WordsFinal(
        at_s=2.0,
        known_at_s=3.0,
        utterance_id="0-1",
        start_s=1.0,
        words=(Word(start_s=1.0, end_s=2.0, text="你好", probability=0.5),),
        text="你好",
        language="zh",
        engine="test",
    ),
    CueShown(
        at_s=1.0,
        known_at_s=1.5,
        cue_id="c1",
        card_id="x",
        kind="k",
        priority="normal",
        why="w",
        say="s",
        next="n",
        avoid="a",
    ),
]


def test_every_event_survives_the_wire(log: list[Logged]) -> None:
    events = [*log, *(Logged(900 + n, event) for n, event in enumerate(EXTRA))]
    lines = [to_line("call", logged) for logged in events]
    assert list(read_log(lines)) == events
    assert [to_line("call", logged) for logged in read_log(lines)] == lines


def test_every_event_is_of_its_schema(log: list[Logged]) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for logged in [*log, *(Logged(900 + n, event) for n, event in enumerate(EXTRA))]:
        validator.validate(json.loads(to_line("call", logged)))
    assert set(KINDS) <= set(schema["$defs"])


def test_an_id_names_the_call_and_the_place() -> None:
    first = CallSession(setup()).feed(CUT[:, :800])[0]
    assert to_dict("a call", first)["id"] == "a call/1"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"type": "rumour"}, "no event of type 'rumour'"),
        ({"schema": 99}, "version 99"),
        ({"seq": None}, "seq"),
        ({"at_s": "soon"}, "at_s"),
        ({"mood": 1}, "mood"),
    ],
)
def test_what_is_no_event_is_refused(change: dict[str, object], complaint: str) -> None:
    good = to_dict("call", CallSession(setup()).feed(CUT[:, :800])[0])
    from_dict(good)
    with pytest.raises(ValueError, match=complaint):
        from_dict({**good, **change})
    with pytest.raises(ValueError, match="line 2: "):
        list(read_log([json.dumps(good), json.dumps({**good, **change})]))


def test_a_log_of_an_earlier_version_is_still_read() -> None:
    window = ProsodyWindow(
        at_s=5.0,
        known_at_s=5.0,
        track=0,
        role="caller",
        start_s=0.0,
        speech_s=4.0,
        lost_s=0.0,
        pause_ratio=0.2,
        articulation_rate_hz=4.6,
        spectral_flux_pct=3.5,
    )
    line = to_dict("a", Logged(1, window))
    assert line["schema"] == 2
    del line["spectral_flux_pct"]
    read = from_dict({**line, "schema": 1}).event
    assert isinstance(read, ProsodyWindow)
    assert (read.articulation_rate_hz, read.spectral_flux_pct) == (4.6, None)
    with pytest.raises(ValueError, match="version 3 is not 1 to 2"):
        from_dict({**line, "schema": 3})
