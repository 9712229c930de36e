"""The agent's conduct where it is not one phrase: turns, rate, opening, the end of the call."""

from __future__ import annotations

import pytest

from coaching.advice import ConductNoted, CueShown
from coaching.coach import replay
from coaching.conduct import IN_TURNS, IN_WORDS
from coaching.playbook import bundled
from coaching.thresholds import Thresholds
from voice.events import Language, Overlap, ProsodyWindow, SpeechEnded, TurnEnded

from .script import ROLES, Script, of, window


def noted(script: Script, end_s: float = 100.0, outbound: bool = False) -> list[str]:
    told = replay(
        script.all_facts(end_s),
        ROLES,
        "en",
        bundled("en"),
        Thresholds(),
        call_id="x",
        direction="outbound" if outbound else "inbound",
    )
    return [event.conduct for event in of(ConductNoted, told)]


def speech(script: Script, role: str, start_s: float, end_s: float) -> Script:
    return script.add(
        SpeechEnded(
            at_s=end_s,
            known_at_s=end_s,
            track=0 if role == "caller" else 1,
            role="caller" if role == "caller" else "agent",
            start_s=start_s,
        )
    )


def test_who_talks_much() -> None:
    much = speech(speech(Script(), "agent", 0, 70), "caller", 70, 80)
    assert noted(much) == ["talks_much"]
    fair = speech(speech(Script(), "agent", 0, 50), "caller", 50, 80)
    assert noted(fair) == []
    short = speech(speech(Script(), "agent", 0, 20), "caller", 20, 22)
    assert noted(short) == []


def test_who_speaks_fast_for_long() -> None:
    def fast(count: int) -> Script:
        rows = [
            window(10 + step / 2, role="agent", articulation_rate_hz=8.0) for step in range(count)
        ]
        return Script().add(*rows)

    assert noted(fast(19)) == []
    assert noted(fast(20)) == ["speaks_fast"]
    assert noted(fast(40)) == ["speaks_fast", "speaks_fast"]


def test_nothing_but_the_rate_of_the_agents_voice_is_read() -> None:
    rows = [
        window(10 + step / 2, role="agent", articulation_rate_hz=5.0, tense=2.0)
        for step in range(60)
    ]
    loud = [row for row in rows if isinstance(row, ProsodyWindow)]
    assert noted(Script().add(*loud)) == []


def test_an_interruption_is_not_an_early_answer_as_well() -> None:
    turn = TurnEnded(
        at_s=34.0, known_at_s=34.0, track=1, role="agent", start_s=30.0, speech_s=4.0,
        response_s=-1.0,
    )  # fmt: skip
    barge = Overlap(at_s=31.0, known_at_s=31.5, track=1, role="agent", start_s=30.0, barge_in=True)
    assert noted(Script().add(turn)) == ["answers_early"]
    assert noted(Script().add(barge, turn)) == ["interrupts"]


OPENING = "Good morning, my name is Anna."
FULL = "Good morning, my name is Anna, I am calling about your order, is this a good time?"


@pytest.mark.parametrize(
    ("text", "outbound", "missing"),
    [
        (OPENING, False, []),
        ("Yes?", False, ["no_name"]),
        (OPENING, True, ["no_reason", "no_good_time"]),
        (FULL, True, []),
    ],
)
def test_an_opening_by_who_called(text: str, outbound: bool, missing: list[str]) -> None:
    assert noted(Script().agent(2, 6, text), outbound=outbound) == missing


def test_a_problem_that_stays_unclear_for_long() -> None:
    script = Script().agent(2, 6, OPENING)
    assert noted(script, 170) == []
    assert noted(script, 190) == ["late_problem"]
    assert noted(script.agent(100, 104, "So you are saying it never came?"), 190) == ["restates"]


def test_conduct_never_raises_a_card() -> None:
    script = speech(
        Script().agent(2, 6, "Yes? One moment. That is up to the courier."), "agent", 7, 90
    )
    told = script.play(120)
    assert of(ConductNoted, told)
    assert not of(CueShown, told)


def test_each_kind_of_conduct_is_good_or_bad() -> None:
    assert not IN_WORDS.keys() & IN_TURNS.keys()
    assert sum(IN_WORDS.values()) >= 6
    assert sum(not good for good in (*IN_WORDS.values(), *IN_TURNS.values())) >= 15


@pytest.mark.parametrize(
    ("language", "wish", "answer", "noticed"),
    [
        ("en", "Please call me Laura.", "Thank you, Mrs Miller.", True),
        ("en", "Please call me Laura.", "Thank you, Laura.", False),
        ("en", "Call me Dr. Miller please.", "Yes, Dr Miller.", False),
        ("en", "Call me Dr. Miller please.", "Yes, Mr Miller.", True),
        ("en", "Can you call me Monday?", "Yes, Mrs Miller.", False),
        ("en", "My name is Miller.", "Yes, Mrs Miller.", False),
        ("zh", "您叫我李总就行。", "好的，李先生。", True),
        ("zh", "您叫我李总就行。", "好的，李总，我让王老师联系您。", False),
        ("zh", "我姓李。", "好的，李先生。", False),
    ],
)
def test_the_caller_is_called_as_they_wish(
    language: Language, wish: str, answer: str, noticed: bool
) -> None:
    script = Script(language).words(40, wish).words(44, answer, "agent")
    told = [event.conduct for event in of(ConductNoted, script.play(60))]
    assert ("other_name" in told) is noticed
