"""Each bundled call behaves as its labels say, by voice and turn-taking alone, with a margin."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from coaching.advice import Advice, CueShown, IndexChanged, StateChanged, Withdrawal
from coaching.playbook import bundled
from coaching.report import CallReport
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from tests.voice.sound import SAMPLES, sample
from voice.events import Fact

MARGIN = 10
"""Points of the index between what was expected and what would break it."""
LIMITS = Thresholds()
CALM = [name for name in SAMPLES if name.endswith("calm")]
RISING = [name for name in SAMPLES if name.endswith("rising")]
GIVES_UP = [name for name in SAMPLES if name.endswith("gives-up")]


@cache
def heard(name: str) -> tuple[list[Fact], list[Advice], dict[str, Any]]:
    call, labels = sample(name)
    setup = CallSetup(
        call_id=name,
        roles=("caller", "agent"),
        language=labels["language"],
        playbook=bundled(labels["language"]),
        thresholds=LIMITS,
    )
    session = CallSession(setup)
    log = session.feed(call) + session.finish()
    facts = [e.event for e in log if isinstance(e.event, Fact)]
    return facts, [e.event for e in log if isinstance(e.event, Advice)], labels


def indices(advice: list[Advice], start_s: float = 0, end_s: float = 1e9) -> list[int]:
    return [
        event.index
        for event in advice
        if isinstance(event, IndexChanged)
        and event.index is not None
        and start_s <= event.at_s <= end_s
    ]


@pytest.mark.parametrize("name", [*CALM, *GIVES_UP])
def test_nobody_is_called_tense_who_is_not(name: str) -> None:
    _, advice, labels = heard(name)
    assert labels["expect"]["tense"] is False
    assert max(indices(advice)) <= LIMITS.state_on - MARGIN
    assert not [event for event in advice if isinstance(event, StateChanged)]


@pytest.mark.parametrize("name", CALM)
def test_a_calm_call_needs_no_card(name: str) -> None:
    facts, advice, _ = heard(name)
    assert not [event for event in advice if isinstance(event, (CueShown, Withdrawal))]
    assert CallReport.of(facts, advice).outcome == "calm throughout"


@pytest.mark.parametrize("name", RISING)
def test_rising_tension_is_noticed_in_time_and_not_before(name: str) -> None:
    _, advice, labels = heard(name)
    (stretch,) = labels["tense"]
    before = indices(advice, end_s=stretch["start_s"])
    inside = indices(advice, stretch["start_s"] + 5, stretch["end_s"])
    assert max(before) <= LIMITS.state_on - MARGIN
    assert max(inside) >= LIMITS.state_on + MARGIN
    first = next(event for event in advice if isinstance(event, StateChanged))
    assert first.state == "tense"
    assert 0 < first.known_at_s - stretch["start_s"] <= 10


@pytest.mark.parametrize("name", RISING)
def test_a_card_comes_while_it_helps(name: str) -> None:
    _, advice, labels = heard(name)
    (stretch,) = labels["tense"]
    shown = [event for event in advice if isinstance(event, CueShown)]
    assert 0 < shown[0].known_at_s - stretch["start_s"] <= 14  # 10 s, and 4 s held at most


@pytest.mark.parametrize("name", RISING)
def test_a_caller_who_was_soothed_is_calm_at_the_end(name: str) -> None:
    facts, advice, labels = heard(name)
    assert labels["expect"]["soothed"] is True
    states = [event.state for event in advice if isinstance(event, StateChanged)]
    assert states == ["tense", "calm"]
    assert max(indices(advice, labels["duration_s"] - 10)) <= LIMITS.state_off - MARGIN
    assert CallReport.of(facts, advice).outcome == "soothed"


@pytest.mark.parametrize("name", GIVES_UP)
def test_giving_up_is_noticed_and_is_no_success(name: str) -> None:
    facts, advice, labels = heard(name)
    (stretch,) = labels["withdrawal"]
    signals = [event for event in advice if isinstance(event, Withdrawal)]
    assert [event.on for event in signals] == [True]
    assert stretch["start_s"] < signals[0].known_at_s < stretch["end_s"] - 5
    assert [event for event in advice if isinstance(event, CueShown)]
    assert CallReport.of(facts, advice).outcome == "withdrew"


@pytest.mark.parametrize("name", SAMPLES)
def test_it_behaves_the_same_when_the_line_is_louder_or_softer(name: str) -> None:
    """The caller's own baseline takes the level of the line out."""
    call, labels = sample(name)
    _, advice, _ = heard(name)
    setup = CallSetup(
        call_id=name,
        roles=("caller", "agent"),
        language=labels["language"],
        playbook=bundled(labels["language"]),
        thresholds=LIMITS,
    )
    for gain in (0.5, 1.4):
        session = CallSession(setup)
        log = session.feed(gain * call) + session.finish()
        states = [e.event.state for e in log if isinstance(e.event, StateChanged)]
        assert states == [event.state for event in advice if isinstance(event, StateChanged)]
