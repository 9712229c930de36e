"""What words and turn-taking add to the index: their weights, exactly, fading, and never enough."""

from __future__ import annotations

from math import exp

import pytest

from coaching.advice import Driver, IndexChanged, StateChanged
from coaching.evidence import PLAIN, Evidence, asks
from coaching.thresholds import Thresholds
from voice.events import Degraded

from .script import Script, of

T = Thresholds()
NONE: frozenset[str] = frozenset()


def only(drivers: object) -> Driver:
    assert isinstance(drivers, list)
    (driver,) = drivers
    assert isinstance(driver, Driver)
    return driver


def test_nothing_heard_adds_nothing() -> None:
    assert Evidence(T).drivers(100.0) == []


@pytest.mark.parametrize(
    ("listed", "name", "weight"),
    [
        ("angry", "angry_words", T.evidence_angry_words),
        ("worried", "worried_words", T.evidence_worried_words),
    ],
)
def test_words_add_their_weight_and_fade(listed: str, name: str, weight: float) -> None:
    evidence = Evidence(T)
    evidence.words("...", frozenset({listed}), 10.0)
    first = only(evidence.drivers(10.0))
    assert (first.name, first.contribution, first.value) == (name, weight, 1.0)
    later = only(evidence.drivers(10.0 + T.evidence_fade_s))
    assert later.contribution == pytest.approx(weight * exp(-1), abs=1e-4)
    assert evidence.drivers(10.0 + 10 * T.evidence_fade_s) == []


def test_all_of_it_together_has_a_limit() -> None:
    evidence = Evidence(T)
    for at_s in range(20):
        evidence.words("Where is it?", frozenset({"angry", "worried"}), float(at_s))
        evidence.interruption(float(at_s))
        evidence.answer(9.0, float(at_s))
    drivers = evidence.drivers(20.0)
    assert {d.name for d in drivers} >= {"angry_words", "interruptions", "slow_answers"}
    assert sum(d.contribution for d in drivers) == pytest.approx(T.evidence_most, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("So when will my laptop arrive?", "When does my laptop arrive then?"),
        ("我的退款什么时候到账？", "那退款到底什么时候能到账呢"),
    ],
)
def test_the_same_question_again_counts(text: str, again: str) -> None:
    evidence = Evidence(T)
    evidence.words(text, NONE, 10.0)
    assert evidence.drivers(10.0) == []
    evidence.words(again, NONE, 40.0)
    assert only(evidence.drivers(40.0)).name == "asked_again"
    evidence = Evidence(T)
    evidence.words(text, NONE, 10.0)
    evidence.words(again, NONE, 11.0 + T.evidence_question_s)
    assert evidence.drivers(12.0 + T.evidence_question_s) == []


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("When will my laptop arrive?", "Can you change my address?"),
        ("When will my laptop arrive?", "My laptop should arrive tomorrow."),
        ("我的退款什么时候到账？", "可以换一个地址吗？"),
    ],
)
def test_another_question_or_none_does_not(text: str, another: str) -> None:
    evidence = Evidence(T)
    evidence.words(text, NONE, 10.0)
    evidence.words(another, NONE, 20.0)
    assert evidence.drivers(20.0) == []


def test_what_asks() -> None:
    assert asks("how long does it take")
    assert asks("要多久呢")
    assert not asks("It takes a week.")
    assert not asks("我知道了。")


def test_a_prompt_answer_is_none_and_no_answer_is_none() -> None:
    evidence = Evidence(T)
    evidence.answer(T.evidence_slow_answer_s - 0.1, 10.0)
    evidence.answer(None, 20.0)
    assert evidence.drivers(20.0) == []


def test_each_has_plain_words_in_both_languages() -> None:
    evidence = Evidence(T)
    evidence.words("Where is it?", frozenset({"angry", "worried"}), 1.0)
    assert PLAIN["en"].keys() == PLAIN["zh"].keys()
    assert {d.name for d in evidence.drivers(1.0)} <= set(PLAIN["en"])


def worded(tense: float) -> Script:
    script = Script().voice(5, 60, 0.0).voice(60, 80, tense)
    for at_s in (58, 62, 66, 70):
        script.words(at_s, "this is ridiculous you promised")
        script.barge_in(at_s + 1)
    return script


def test_words_make_an_uncertain_voice_certain_and_never_a_calm_one_tense() -> None:
    assert of(StateChanged, worded(0.0).play(100)) == []
    assert of(StateChanged, Script().voice(5, 60).voice(60, 80, 0.22).play(100)) == []
    (change,) = of(StateChanged, worded(0.22).play(100))
    assert (change.state, change.leaning) == ("tense", "angry")


def test_contributions_still_add_up() -> None:
    for event in of(IndexChanged, worded(0.3).play(100)):
        assert event.score is not None
        assert sum(d.contribution for d in event.drivers) == pytest.approx(event.score, abs=1e-9)


def test_demo_words_add_nothing() -> None:
    script = worded(0.0)
    script.facts = [f for f in script.facts if type(f).__name__ != "Overlap"]
    script.add(Degraded(at_s=0.0, known_at_s=0.0, reason="demo_words"))
    names = {d.name for e in of(IndexChanged, script.play(100)) for d in e.drivers}
    assert not names & set(PLAIN["en"])


def test_leaning_is_told_with_the_index() -> None:
    leanings = [e.leaning for e in of(IndexChanged, worded(0.0).play(100))]
    assert leanings[0] == "unclear"
    assert leanings[-1] == "angry"
