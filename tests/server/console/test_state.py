"""The reducer, as the browser runs it: pure, and the same for live and replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .stage import Stage

GOLDENS = ("en-rising", "zh-gives-up")
CALL = {"kind": "call", "call_id": "c", "call": {"call_id": "c", "state": "live", "context": {}}}
# every state is frozen to the bottom, so that a reducer that writes into one fails
LOAD = """async () => {
    const { reduce, START } = await import("/static/panel/state.js");
    const { callerReading, note } = await import("/static/panel/reading.js");
    const freeze = (value) => {
        if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
            Object.freeze(value);
            Object.values(value).forEach(freeze);
        }
        return value;
    };
    window.fold = (envelopes, from = START) =>
        envelopes.reduce((state, envelope) => freeze(reduce(state, freeze(envelope))), from);
    window.callerReading = callerReading;
    window.note = note;
}"""

# the state after each envelope, without what is long
STATES = """(envelopes) => {
    let state = undefined;
    return envelopes.map((envelope) => {
        state = fold([envelope], state);
        return { ...state, readings: [], drivers: [], call: null };
    });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    """A page with the reducer and nothing else."""
    page = browser.new_page()
    page.goto(f"{stage.url}/static/icon.svg")
    page.evaluate(LOAD)
    yield page
    page.close()


def fold(page: Page, envelopes: list[dict[str, Any]]) -> dict[str, Any]:
    """The state after these envelopes."""
    state: dict[str, Any] = page.evaluate("envelopes => fold(envelopes)", envelopes)
    return state


def event(seq: int, type_: str, **fields: Any) -> dict[str, Any]:
    """An envelope of an event, one a second."""
    body = {"seq": seq, "type": type_, "at_s": float(seq), "known_at_s": float(seq)} | fields
    return {"kind": "event", "call_id": "c", "event": body}


def log_of(folder: Path, name: str) -> list[dict[str, Any]]:
    """A whole call's envelopes."""
    lines = (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [CALL] + [{"kind": "event", "call_id": "c", "event": json.loads(line)} for line in lines]


@pytest.mark.parametrize("name", GOLDENS)
def test_a_whole_call_at_its_moments(page: Page, golden: Path, name: str) -> None:
    log = log_of(golden, name)
    states = page.evaluate(STATES, log)
    for place, (envelope, state) in enumerate(zip(log, states, strict=True)):
        told = envelope.get("event", {})
        if told.get("type") == "cue_shown":
            card = state["card"]
            assert {card[key] for key in ("cueId", "why", "say", "next", "avoid")} == {
                told[key] for key in ("cue_id", "why", "say", "next", "avoid")
            }
            assert card["shownS"] == told["known_at_s"]
        elif told.get("type") == "cue_left":
            assert states[place - 1]["card"]["cueId"] == told["cue_id"]
            assert state["card"] is None
        elif told.get("type") == "state_changed":
            caller = state["caller"]
            assert (caller["state"], caller["sinceS"]) == (told["state"], told["since_s"])
    whole = states[-1]
    assert whole["lastSeq"] == len(log) - 1
    assert whole["degraded"] == ["voice_only"]
    withdrawn = [e["event"]["on"] for e in log if e.get("event", {}).get("type") == "withdrawal"]
    assert (whole["withdrawnS"] is not None) is (bool(withdrawn) and withdrawn[-1])


@pytest.mark.parametrize("name", GOLDENS)
def test_what_is_told_again_changes_nothing(page: Page, golden: Path, name: str) -> None:
    log = log_of(golden, name)
    pieces = (log[max(1, start - 25) : start + 40] for start in range(0, len(log), 40))
    assert fold(page, [CALL, *(again for piece in pieces for again in piece)]) == fold(page, log)


def test_an_event_of_another_call_changes_nothing(page: Page) -> None:
    other = event(1, "cue_shown") | {"call_id": "other"}
    assert fold(page, [CALL, other]) == fold(page, [CALL])


def test_the_next_call_begins_with_nothing_of_the_last(page: Page) -> None:
    texts = ("cue_id", "card_id", "kind", "priority", "why", "say", "next", "avoid")
    cue = dict.fromkeys(texts, "x")
    fact = {"utterance_id": "0-1", "kind": "what", "quote": "a kettle", "start_s": 1.0}
    call = [CALL, event(1, "cue_shown", **cue), event(2, "fact_heard", **fact)]
    second = {"kind": "call", "call_id": "d", "call": {"call_id": "d", "state": "live"}}
    assert fold(page, [*call, second]) == fold(page, [second])
    assert fold(page, [*call, {"kind": "waiting"}]) == fold(page, [])


def test_facts_are_kept_once_and_promises_with_their_time(page: Page) -> None:
    told = {"utterance_id": "0-1", "start_s": 1.0}
    state = fold(
        page,
        [
            CALL,
            event(1, "fact_heard", kind="what", quote="The charger is dead", **told),
            event(2, "fact_heard", kind="what", quote="the charger is dead ", **told),
            event(3, "fact_heard", kind="when", quote="the charger is dead", **told),
            event(4, "promise_made", quote="I will call you", due="at five", **told),
            event(5, "phase_reached", phase="opening"),
            event(6, "phase_reached", phase="opening"),
        ],
    )
    assert [(fact["kind"], fact["quote"]) for fact in state["facts"]] == [
        ("what", "The charger is dead"),
        ("when", "the charger is dead"),
    ]
    assert state["promises"] == [{"quote": "I will call you", "due": "at five", "startS": 1.0}]
    assert state["phases"] == ["opening"]


def test_an_unknown_event_or_envelope_is_left_out(page: Page) -> None:
    known = fold(page, [CALL])
    state = fold(page, [CALL, event(1, "of_a_later_version"), {"kind": "news", "call_id": "c"}])
    assert state == known | {"lastSeq": 1, "mediaS": 1.0}


def test_a_reset_of_the_baseline_forgets_the_voice(page: Page) -> None:
    log = [
        CALL,
        event(1, "index_changed", index=80, baseline_s=25.0, drivers=[]),
        event(2, "state_changed", state="tense", since_s=1.0),
        event(3, "baseline_reset", reason="transfer"),
    ]
    reading = page.evaluate("envelopes => callerReading(fold(envelopes))", log)
    assert reading == {"word": "learning", "trend": None, "sinceS": None}


LEARNED = ("index_changed", {"index": 3, "baseline_s": 21, "drivers": []})
VOICE_ONLY, MONO = (("degraded", {"reason": reason}) for reason in ("voice_only", "mono"))
HOLD, PAUSED = ("hold", {"on": True}), ("paused", {"on": True})


@pytest.mark.parametrize(
    ("events", "key"),
    [
        ([], "note.learning"),
        ([VOICE_ONLY], "note.learning"),
        ([LEARNED, VOICE_ONLY], "note.voice_only"),
        ([MONO], "note.mono"),
        ([("help_wanted", {}), MONO], "note.mono"),
        ([MONO, HOLD], "note.hold"),
        ([HOLD, PAUSED], "note.paused"),
        ([PAUSED, ("pressed", {"key": "opted_out"})], "note.opted_out"),
        ([("degraded", {"reason": "demo_words"})], "note.demo_words"),
    ],
)
def test_of_several_notes_the_gravest_is_said(page: Page, events: Any, key: str) -> None:
    log = [CALL, *(event(seq, kind, **more) for seq, (kind, more) in enumerate(events, start=1))]
    assert page.evaluate("envelopes => note(fold(envelopes))", log)["key"] == key


def test_a_card_with_reasons_gives_them_and_a_count_has_no_usual_value(page: Page) -> None:
    driver = {"name": "angry_words", "contribution": 0.3, "value": 2.0, "baseline": 0.0}
    reason = {"text": "Angry words", "driver": driver | {"unit": "phrases"}}
    told = page.evaluate(
        """async (reason) => {
            const { whyContent } = await import("/static/panel/sheet.js");
            const { named, speaker } = await import("/static/lib/i18n.js");
            const say = speaker("en");
            const newer = { ...reason.driver, name: "of_a_later_version" };
            const card = (reasons) => whyContent({ drivers: [newer], card: { reasons } }, say);
            return [card([reason]), card([]), [{ textContent: named(say, "left", "newer_reason") }]]
                .map((parts) => parts.map((part) => part.textContent).join("|"));
        }""",
        reason,
    )
    assert told == [
        "What stands out|Angry words2 × lately |W close",
        "What stands out|of a later version2 × lately |W close",
        "newer reason",
    ]
