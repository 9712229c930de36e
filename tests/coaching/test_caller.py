"""Whose voice counts: the caller's alone, and only while it is known which one that is."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from coaching.advice import (
    ConductNoted,
    CueShown,
    HelpWanted,
    IndexChanged,
    StateChanged,
    Withdrawal,
)
from voice.events import (
    BaselineReset,
    Degraded,
    Hold,
    Paused,
    ProsodyWindow,
    Role,
    WordsPartial,
)

from .script import Script, of, shown, window


def tense_call(language: Any = "en", **how: Any) -> Script:
    return Script(language, **how).voice(5, 25).voice(30, 45, 1.0).voice(50, 70)


def test_the_index_follows_the_caller() -> None:
    advice = tense_call().play(100)
    states = [(event.state, event.since_s) for event in of(StateChanged, advice)]
    assert [state for state, _ in states] == ["tense", "calm"]
    assert 30.0 <= states[0][1] <= 32.0
    assert all(event.role == "caller" for event in of(IndexChanged, advice))


def test_prosody_of_the_agent_never_enters_even_with_forbidden_fields() -> None:
    script = tense_call()
    alone = script.play(100)
    loud = [window(step / 2, tense=2.0, role="agent") for step in range(4, 180)]
    # that somebody speaks fast is heard in the rate, which is measured on both tracks
    advice = [e for e in script.add(*loud).play(100) if not isinstance(e, ConductNoted)]
    assert advice == [e for e in alone if not isinstance(e, ConductNoted)]


def test_partial_words_never_enter() -> None:
    script = tense_call()
    alone = script.play(100)
    for at_s in range(20, 90):
        script.add(
            WordsPartial(
                at_s=at_s, known_at_s=at_s, track=0, role="caller", utterance_id="u",
                start_s=at_s - 1, text="forget it, danger, kill myself", engine="script",
            )
        )  # fmt: skip
    assert script.play(100) == alone


@pytest.mark.parametrize(
    ("roles", "reason"),
    [
        (("unknown", "unknown"), "unknown_role"),
        (("agent", "unknown"), "unknown_role"),
        (("caller", "caller"), "unknown_role"),
        (("caller",), "mono"),
        (("unknown",), "mono"),
    ],
)
def test_no_index_without_a_known_caller(roles: tuple[Role, ...], reason: str) -> None:
    assert set(roles) <= set(get_args(Role))
    script = Script(roles=roles).voice(5, 60, 1.0)
    for track, role in enumerate(roles):
        script.voice(5, 60, 1.0, role=role, track=track)
    for place in range(9):
        script.turn(20 + 10 * place, 6.0 if place < 6 else 0.5, 0.5 if place < 6 else 2.5)
    advice = script.play(200)
    assert [(event.index, event.reason) for event in of(IndexChanged, advice)] == [(None, reason)]
    assert of(StateChanged, advice) == []
    assert of(Withdrawal, advice) == []


@pytest.mark.parametrize("reason", ["mono", "identical_channels", "unknown_role"])
def test_the_index_ends_when_the_channels_turn_out_wrong(reason: Any) -> None:
    script = tense_call().add(Degraded(at_s=40.0, known_at_s=40.0, reason=reason))
    advice = script.play(100)
    none = [event for event in of(IndexChanged, advice) if event.index is None]
    assert [(event.known_at_s, event.reason) for event in none] == [(40.0, reason)]
    assert max(event.known_at_s for event in of(IndexChanged, advice)) == 40.0
    assert of(StateChanged, advice)[-1].state == "calm"


def test_a_window_of_another_track_is_not_the_callers() -> None:
    advice = Script().voice(5, 60, 1.0, track=1).play(100)
    assert of(IndexChanged, advice) == []


@pytest.mark.parametrize("kind", [Hold, Paused])
def test_nothing_is_scored_on_hold_or_in_pause(kind: type[Hold] | type[Paused]) -> None:
    script = tense_call()
    script.add(kind(at_s=28.0, known_at_s=28.0, on=True))
    script.add(kind(at_s=60.0, known_at_s=60.0, on=False))
    advice = script.play(100)
    assert not [e for e in of(IndexChanged, advice) if 28.0 <= e.known_at_s < 60.0]
    assert [e for e in of(IndexChanged, advice) if e.known_at_s >= 60.0]
    assert of(StateChanged, advice) == []


@pytest.mark.parametrize("kind", [Hold, Paused])
def test_a_silence_ends_with_hold_or_pause(kind: type[Hold] | type[Paused]) -> None:
    script = Script().silence(30, 60)
    script.add(kind(at_s=32.0, known_at_s=32.0, on=True))
    script.add(kind(at_s=34.0, known_at_s=34.0, on=False))
    assert shown(script.play(100)) == []


def test_after_a_pause_the_agent_is_not_taken_to_speak_still() -> None:
    script = Script().agent(20, 60)
    script.add(Paused(at_s=22.0, known_at_s=22.0, on=True))
    script.add(Paused(at_s=24.0, known_at_s=24.0, on=False))
    assert shown(script.words(30, "your manager").play(100)) == [("authority", 32.0)]


def test_before_the_analysis_may_begin_there_is_nothing() -> None:
    script = Script().add(Paused(at_s=0.0, known_at_s=0.0, on=True)).voice(5, 60, 1.0)
    script.words(30, "i want to speak to your manager")
    assert script.play(100) == []


def test_another_voice_on_the_track_starts_anew() -> None:
    script = Script().voice(5, 25).voice(30, 45, 1.0)
    script.add(BaselineReset(at_s=46.0, known_at_s=46.0, track=0, role="caller", reason="transfer"))
    advice = script.voice(50, 52).play(100)
    last = of(StateChanged, advice)[-1]
    assert (last.state, last.known_at_s, last.cause) == ("calm", 46.0, "new_voice")
    first = next(event for event in of(IndexChanged, advice) if event.known_at_s >= 50)
    assert first.baseline_s <= 3.0
    script.facts[-1:] = []
    of_agent = BaselineReset(at_s=20.0, known_at_s=20.0, track=1, role="agent", reason="transfer")
    assert Script().voice(5, 25).add(of_agent).play(50) == Script().voice(5, 25).play(50)


def test_a_caller_who_always_sounds_tense_is_believed_at_first_and_learned_in_the_end() -> None:
    # beyond what the prior expects
    own = {"f0_median_st": 18.0, "articulation_rate_hz": 7.5, "spectral_flux_pct": 5.5}
    advice = Script().voice(2, 200, **own).play(220)
    states = of(StateChanged, advice)
    assert [(e.state, e.cause) for e in states] == [("tense", "heard"), ("calm", "learned")]
    assert states[0].known_at_s <= 10.0
    assert 30.0 <= states[1].known_at_s <= 90.0
    assert [card for card, _ in shown(advice)] == ["tension-rises"]


def test_a_card_gives_its_reasons_with_their_numbers() -> None:
    advice = tense_call().words(33, "this is ridiculous").play(100)
    card = next(e for e in of(CueShown, advice) if e.kind == "tension")
    assert 1 < len(card.reasons) <= 3
    parts = [reason.driver.contribution for reason in card.reasons]
    assert parts == sorted(parts, reverse=True)
    first = card.reasons[0]
    assert (first.text, first.driver.name) == ("Voice higher", "f0_median")
    assert first.driver.value > first.driver.baseline
    price = Script().voice(5, 40).words(30, "it is too expensive").play(60)
    assert [event.reasons for event in of(CueShown, price)] == [()]


def test_demo_words_are_not_listened_to() -> None:
    script = Script().words(30, "there is no point, i want to die")
    assert shown(script.play(60)) == [("danger-to-life", 30.0)]
    script.add(Degraded(at_s=0.0, known_at_s=0.0, reason="demo_words"))
    assert shown(script.play(60)) == []


def test_words_of_nobody_in_particular_raise_urgent_cards_only() -> None:
    script = Script(roles=("unknown", "unknown")).words(30, "your manager", "unknown")
    assert shown(script.play(60)) == []
    script.words(30, "i cannot breathe", "unknown")
    assert shown(script.play(60)) == [("danger-to-life", 30.0)]


def test_words_of_the_agent_are_not_the_callers() -> None:
    advice = Script().agent(30, 32, "kill myself too expensive your manager").play(60)
    assert {type(event) for event in advice} <= {ConductNoted}


def test_help_is_passed_on() -> None:
    advice = Script().press(12.3, "help").play(60)
    assert [(event.known_at_s, event.reason) for event in of(HelpWanted, advice)] == [
        (12.3, "pressed")
    ]


def test_opting_out_stops_everything_at_once() -> None:
    script = tense_call().words(60, "i want to die")
    before = script.play(100)
    after = script.press(40.2, "opted_out").play(100)
    assert of(CueShown, before)[0].known_at_s < 40
    assert [event for event in after if event.known_at_s <= 40] == [
        event for event in before if event.known_at_s <= 40
    ]
    last = [event for event in after if event.known_at_s > 40]
    assert [type(event).__name__ for event in last] == ["CueLeft", "IndexChanged"]
    assert of(IndexChanged, last)[0].reason == "opted_out"


def test_windows_carry_more_than_the_agent_may() -> None:
    # What this file forges for the agent must be what the voice room leaves out.
    forged = window(10.0, role="agent")
    assert forged.f0_median_st is not None
    assert {"f0_median_st", "level_db", "tilt_db", "spectral_flux_pct"} <= set(
        ProsodyWindow.__slots__
    )
