"""Advice is a pure function of facts and their ticks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from coaching.advice import CueLeft, CueRaised, StateChanged, Withdrawal
from coaching.coach import Coach, replay
from coaching.playbook import bundled
from coaching.thresholds import Thresholds
from tests.conftest import ROOT
from voice.events import Language

from .book import BOOK
from .script import ROLES, Script, every_tick, of, shown
from .test_delivery import any_script, streams

T = Thresholds()


def coach(language: Language = "en") -> Coach:
    return Coach(ROLES, language, bundled(language), T, call_id="call")


@given(streams)
@settings(max_examples=40, deadline=None)
def test_empty_ticks_may_be_left_out(stream: list[tuple[str, int, Any]]) -> None:
    facts = any_script(stream).all_facts(1300)
    asked_each_tick = every_tick(Coach(ROLES, "en", BOOK, T, call_id="call"), facts)
    assert replay(facts, ROLES, "en", BOOK, T, call_id="call") == asked_each_tick


@given(streams)
@settings(max_examples=20, deadline=None)
def test_no_advice_looks_ahead(stream: list[tuple[str, int, Any]]) -> None:
    facts = any_script(stream).all_facts(1300)
    whole = replay(facts, ROLES, "en", BOOK, T, call_id="call")
    half = replay([f for f in facts if f.known_at_s <= 600], ROLES, "en", BOOK, T, call_id="call")
    assert half == [event for event in whole if event.known_at_s <= 600][: len(half)]
    assert [e.known_at_s for e in whole] == sorted(e.known_at_s for e in whole)
    assert all(event.at_s <= event.known_at_s for event in whole)


def test_the_same_facts_give_the_same_advice() -> None:
    facts = Script().voice(5, 25).voice(30, 45, 1.0).voice(50, 70).all_facts(100)
    first = replay(facts, ROLES, "en", bundled("en"), T, call_id="call")
    assert len(first) > 50
    assert replay(facts, ROLES, "en", bundled("en"), T, call_id="call") == first


def test_after_the_end_there_is_no_advice() -> None:
    ended = coach()
    every_tick(ended, Script().words(20, "your manager").all_facts(21))
    assert ended.tick(22.0, Script().words(22, "i want to die").facts) == []


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_holdout_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="holdout"):
        Coach(ROLES, "en", BOOK, T, call_id="call", holdout=share)


def calm(language: Language) -> Script:
    script = Script(language)
    for place in range(8):
        script.voice(5 + 12 * place, 11 + 12 * place).turn(11 + 12 * place, 5.0, 0.6)
    return script.turn(101, 1.0, 0.5).turn(106, 0.7, 0.5).turn(110, 0.4, 0.5)


def rising(language: Language) -> Script:
    script = Script(language)
    for place in range(3):
        script.voice(5 + 12 * place, 11 + 12 * place).turn(11 + 12 * place, 5.0, 0.6)
    for place in range(3, 6):
        script.voice(5 + 12 * place, 12 + 12 * place, 0.8).turn(12 + 12 * place, 6.5, 0.2)
    for place in range(6, 9):
        script.voice(5 + 12 * place, 11 + 12 * place).turn(11 + 12 * place, 4.0, 0.8)
    return script


def gives_up(language: Language) -> Script:
    script = Script(language)
    for place in range(5):
        script.voice(5 + 12 * place, 11 + 12 * place).turn(11 + 12 * place, 5.0, 0.5)
    for place in range(4):
        script.turn(70 + 7 * place, 0.6, 1.6 + 0.3 * place)
    return script.words(93, "forget it" if language == "en" else "算了")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("make", "tense", "withdrew", "cards"),
    [
        (calm, False, False, []),
        (rising, True, False, ["tension-rises", "closing"]),
        (gives_up, False, True, ["withdrawal"]),
    ],
)
def test_three_kinds_of_calls(
    language: Language,
    make: Callable[[Language], Script],
    tense: bool,
    withdrew: bool,
    cards: list[str],
) -> None:
    advice = make(language).play(140)
    assert bool(of(StateChanged, advice)) is tense
    assert any(event.on for event in of(Withdrawal, advice)) is withdrew
    assert [card for card, _ in shown(advice)] == cards


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("I want to speak to your manager.", "authority"),
        ("That is too expensive for me", "price"),
        ("I already told you my number", "told-already"),
        ("Let me talk to my lawyer", "legal-risk"),
    ],
)
def test_phrases_raise_their_card(text: str, card: str) -> None:
    advice = Script().words(30, text).play(80)
    assert shown(advice) == [(card, 32.0)]


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("叫你们经理来", "authority"),
        ("这个也太贵了吧", "price"),
        ("我已经说过了", "told-already"),
        ("我要投诉", "authority"),
    ],
)
def test_phrases_raise_their_card_in_chinese(text: str, card: str) -> None:
    assert shown(Script("zh").words(30, text).play(80)) == [(card, 32.0)]


def test_anger_is_told_from_tension_by_words() -> None:
    script = Script().voice(5, 25).voice(30, 60, 1.0).words(28, "this is ridiculous")
    assert shown(script.play(100))[0][0] == "anger"


def test_tension_that_stays_gets_another_card() -> None:
    advice = Script().voice(5, 25).voice(30, 120, 1.0).play(140)
    assert [card for card, _ in shown(advice)] == ["tension-rises", "tension-stays"]


def test_tension_stays_is_not_said_while_the_caller_only_listens() -> None:
    script = Script().voice(5, 25).voice(30, 45, 1.0).agent(46, 95).voice(96, 110)
    assert "tension-stays" not in [card for card, _ in shown(script.play(140))]


def test_repeated_barge_ins() -> None:
    script = Script().barge_in(30).barge_in(40).barge_in(45, role="agent")
    assert shown(script.play(100)) == []
    assert shown(script.barge_in(50).play(100)) == [("barge-ins", 52.0)]


def test_a_long_silence_after_the_agents_turn() -> None:
    assert shown(Script().silence(30, 60).play(100)) == [("silence", 38.0)]
    assert shown(Script().silence(30, 60, after="caller").play(100)) == []


def test_why_names_the_strongest_driver() -> None:
    advice = (
        Script()
        .voice(5, 40)
        .voice(45, 60, 0.2, articulation_rate_hz=8.0, spectral_flux_pct=3.8, tilt_db=9.0)
        .play(80)
    )
    raised = of(CueRaised, advice)[0]
    assert raised.why == "Speaking faster than when calm"
    assert of(CueLeft, advice)[0].card_id == "tension-rises"


def test_scoring_stored_facts_again_needs_no_yaml_and_no_model() -> None:
    code = (
        "import sys, coaching.coach\n"
        "heavy = 'yaml', 'pydantic', 'onnxruntime', 'numpy'\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert out.stdout.strip() == "[]", out.stderr


@pytest.mark.parametrize("first", ["this is ridiculous", "I am really disappointed"])
def test_a_call_goes_on_after_danger_although_nothing_is_assessed_any_more(first: str) -> None:
    """What was to be decided later about the caller's stage must not stop the clock."""
    facts = Script().words(10, first).words(20, "I smell gas").words(200, "hello").all_facts(300)
    told = replay(facts, ROLES, "en", bundled("en"), T, call_id="call")
    assert shown(told) == [("danger-to-life", 20.0)]
    assert told == every_tick(Coach(ROLES, "en", bundled("en"), T, call_id="call"), facts)
