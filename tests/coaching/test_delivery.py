"""Each timing rule of cue delivery as a conversation in seconds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.advice import Advice, CueHeld, CueLeft, CueRaised, CueShown, CueWithheld
from coaching.coach import replay
from coaching.thresholds import Thresholds
from voice.events import Hold, Paused

from .book import BOOK
from .script import ROLES, Script, of, shown


def play(script: Script, end_s: float = 1000.0, **how: Any) -> list[Advice]:
    return script.play(end_s, playbook=BOOK, **how)


def lively() -> Script:
    """A call in which the caller was tense once, so that the rules of a calm call do not apply.

    The card about it comes before the first 20 s are over, and expires.
    """
    return Script().voice(2, 7, 1.0).voice(8, 16, 0.0)


def left(advice: list[Advice]) -> list[tuple[str, float, str]]:
    return [(event.card_id, event.known_at_s, event.reason) for event in of(CueLeft, advice)]


def held(advice: list[Advice]) -> list[tuple[str, float, str]]:
    return [(event.card_id, event.known_at_s, event.reason) for event in of(CueHeld, advice)]


def test_two_drivers_need_no_dwell() -> None:
    advice = play(Script().voice(20, 30).voice(32, 40, 1.0))
    raised = of(CueRaised, advice)[0]
    assert raised.card_id == "tense"
    assert raised.known_at_s == raised.at_s
    assert shown(advice)[0] == ("tense", raised.known_at_s)


def test_one_driver_needs_a_dwell() -> None:
    advice = play(lively().words(40, "apples"))
    raised = of(CueRaised, advice)[-1]
    assert (raised.at_s, raised.known_at_s) == (40.0, 42.0)
    assert shown(advice) == [("apples", 42.0)]


def test_a_cause_shorter_than_the_dwell_raises_nothing() -> None:
    # The silence of 4 s that calls for the card is broken 1.5 s later.
    advice = play(lively().silence(40, 45.5))
    assert "hush" not in [event.card_id for event in of(CueRaised, advice)]
    advice = play(lively().silence(40, 46.5))
    assert shown(advice) == [("hush", 46.0)]


def test_held_while_the_agent_speaks_until_they_stop() -> None:
    advice = play(lively().agent(41, 44.5).words(40, "apples"))
    assert ("apples", 42.0, "agent_speaks") in held(advice)
    assert shown(advice) == [("apples", 44.5)]


def test_held_while_the_agent_speaks_for_four_seconds_at_most() -> None:
    advice = play(lively().agent(41, 60).words(40, "apples"))
    assert shown(advice) == [("apples", 46.0)]


def test_expires_twelve_seconds_after_its_cause() -> None:
    script = lively().words(40, "apples").words(70, "pears")
    advice = play(script)
    assert shown(advice) == [("apples", 42.0)]
    assert ("pears", 72.0, "gap") in held(advice)
    assert ("pears", 82.0, "expired") in left(advice)


def test_at_least_45_s_from_card_to_card() -> None:
    advice = play(lively().words(40, "apples").words(76, "pears"))
    assert shown(advice) == [("apples", 42.0), ("pears", 87.0)]


def test_three_cards_at_most_in_five_minutes() -> None:
    script = lively().words(40, "apples").words(100, "pears").words(160, "plums")
    advice = play(script.words(220, "figs").words(332, "figs"))
    assert shown(advice) == [
        ("apples", 42.0),
        ("pears", 102.0),
        ("plums", 162.0),
        ("figs", 342.0),
    ]
    assert ("figs", 222.0, "limit") in held(advice)


def test_none_in_the_first_20_s() -> None:
    assert shown(play(Script().words(10, "apples"))) == [("apples", 20.0)]
    early = play(Script().words(7, "apples"))
    assert shown(early) == []
    assert left(early) == [("apples", 19.0, "expired")]


@pytest.mark.parametrize(("kind", "name"), [(Hold, "hold"), (Paused, "pause")])
def test_none_on_hold_or_in_pause(kind: type[Hold] | type[Paused], name: str) -> None:
    script = lively().words(40, "apples")
    script.add(kind(at_s=41.0, known_at_s=41.0, on=True))
    waiting = play(script)
    assert shown(waiting) == []
    assert ("apples", 52.0, "expired") in left(waiting)
    advice = play(script.add(kind(at_s=45.0, known_at_s=45.0, on=False)))
    assert ("apples", 42.0, name) in held(advice)
    assert shown(advice) == [("apples", 45.0)]


@pytest.mark.parametrize(("kind", "name"), [(Hold, "hold"), (Paused, "pause")])
def test_hold_and_pause_take_the_card_away(kind: type[Hold] | type[Paused], name: str) -> None:
    advice = play(lively().words(40, "apples").add(kind(at_s=43.0, known_at_s=43.0, on=True)))
    assert ("apples", 43.0, name) in left(advice)


def test_one_card_in_ten_minutes_on_a_calm_call() -> None:
    script = Script().words(40, "apples").words(300, "pears").words(632, "plums")
    advice = play(script)
    assert shown(advice) == [("apples", 42.0), ("plums", 642.0)]
    assert ("pears", 302.0, "calm_call") in held(advice)


def test_a_caller_who_withdraws_is_no_calm_call() -> None:
    script = Script().words(40, "apples")
    for place in range(5):
        script.turn(50 + 10 * place, 6.0, 0.5)
    for place in range(3):
        script.turn(110 + 10 * place, 0.6, 2.5)
    assert shown(play(script)) == [("apples", 42.0), ("gone", 122.0)]


def test_stays_at_least_6_s_though_said_at_once() -> None:
    script = lively().words(40, "apples").agent(42.2, 44, "Green apples taste sour.")
    advice = play(script)
    assert ("apples", 48.0, "said") in left(advice)


def test_leaves_when_the_agent_has_said_it() -> None:
    script = lively().words(40, "apples").agent(50, 52, "well green apples really taste sour")
    assert ("apples", 53.0, "said") in left(play(script))


def test_other_words_of_the_agent_do_not_take_it_away() -> None:
    script = lively().words(40, "apples").agent(50, 52, "what is your order number please")
    assert ("apples", 55.0, "cause_gone") in left(play(script))


def test_words_from_before_the_card_do_not_count_as_said() -> None:
    script = lively().words(40, "apples").agent(30, 32, "green apples taste sour", words_at_s=43)
    assert ("apples", 55.0, "cause_gone") in left(play(script))


def test_leaves_when_the_cause_is_gone_but_not_before_6_s() -> None:
    advice = play(lively().silence(40, 47.0))
    assert shown(advice) == [("hush", 46.0)]
    assert ("hush", 52.0, "cause_gone") in left(advice)


def test_a_cause_that_comes_back_keeps_its_card() -> None:
    script = lively().silence(40, 47).silence(47.5, 80)
    advice = play(script)
    assert shown(advice) == [("hush", 46.0)]
    assert ("hush", 71.0, "timeout") in left(advice)


def test_leaves_after_25_s() -> None:
    advice = play(Script().voice(20, 30).voice(32, 90, 1.0))
    (card, at_s), *_ = shown(advice)
    assert (card, at_s + 25.0, "timeout") in left(advice)


@pytest.mark.parametrize("key", ["not_now", "wrong"])
def test_a_key_takes_the_card_away_at_once(key: str) -> None:
    advice = play(lively().words(40, "apples").press(43, key, "cue-1"))
    assert ("apples", 43.0, key) in left(advice)


def test_a_key_for_another_card_does_nothing() -> None:
    advice = play(lively().words(40, "apples").press(43, "not_now", "cue-2"))
    assert ("apples", 55.0, "cause_gone") in left(advice)


def test_a_wrong_card_does_not_come_back() -> None:
    script = lively().words(40, "apples").words(300, "apples")
    again = Thresholds(cue_same_card_s=120)
    assert shown(play(script, thresholds=again)) == [("apples", 42.0), ("apples", 302.0)]
    assert shown(play(script.press(43, "wrong"), thresholds=again)) == [("apples", 42.0)]


def test_no_card_comes_twice_in_a_call_unless_somebody_wants_it() -> None:
    script = lively().words(40, "apples").words(130, "apples").words(170, "apples")
    assert shown(play(script)) == [("apples", 42.0)]
    again = Thresholds(cue_same_card_s=120)
    assert shown(play(script, thresholds=again)) == [("apples", 42.0), ("apples", 172.0)]


def test_danger_is_shown_again_after_two_minutes() -> None:
    script = Script().words(30, "danger").words(100, "danger").words(160, "danger")
    assert shown(play(script)) == [("danger", 30.0), ("danger", 160.0)]


def test_p0_is_shown_at_once_whatever_else() -> None:
    script = Script().agent(0, 60).words(5, "danger")
    assert shown(play(script)) == [("danger", 5.0)]
    script = Script().add(Hold(at_s=2.0, known_at_s=2.0, on=True)).words(5, "danger")
    assert shown(play(script)) == [("danger", 5.0)]


def test_p0_replaces_a_card_and_is_not_counted() -> None:
    script = lively().words(40, "apples").words(43, "danger")
    advice = play(script.words(120, "pears").words(180, "plums"))
    assert ("apples", 43.0, "replaced") in left(advice)
    assert shown(advice) == [
        ("apples", 42.0),
        ("danger", 43.0),
        ("pears", 122.0),
        ("plums", 182.0),
    ]


def test_p0_stays_until_it_is_said_or_a_minute_has_passed() -> None:
    assert left(play(Script().words(30, "danger"))) == [("danger", 90.0, "timeout")]
    script = Script().words(30, "danger").agent(40, 42, "I call the ambulance now")
    assert left(play(script)) == [("danger", 43.0, "said")]


def test_the_second_p0_lets_the_first_be_read() -> None:
    advice = play(Script().words(30, "danger").words(31, "gas"))
    assert shown(advice) == [("danger", 30.0), ("gas", 36.0)]
    assert ("danger", 36.0, "replaced") in left(advice)


def test_the_upper_of_two_cards_goes_first_and_the_other_expires() -> None:
    advice = play(lively().words(40, "pears and apples"))
    assert shown(advice) == [("apples", 42.0)]
    assert ("pears", 52.0, "expired") in left(advice)


def test_shadow_mode_computes_the_same_and_shows_nothing() -> None:
    script = lively().words(40, "apples").words(100, "pears").words(200, "danger")
    real, shadow = play(script), play(script, shadow=True)
    assert shown(shadow) == []
    assert [(e.card_id, e.known_at_s) for e in of(CueWithheld, shadow)] == shown(real)
    assert left(shadow) == left(real)
    assert {event.reason for event in of(CueWithheld, shadow)} == {"shadow"}


def test_holdout_withholds_the_seeded_share_and_never_p0() -> None:
    facts = lively().words(40, "apples").words(200, "danger").all_facts(300)

    def play_call(number: int, share: float = 0.25) -> list[Advice]:
        return replay(
            facts, ROLES, "en", BOOK, Thresholds(), call_id=f"call-{number}", holdout=share
        )

    results = [play_call(number) for number in range(200)]
    withheld = [bool(of(CueWithheld, advice)) for advice in results]
    assert 30 <= sum(withheld) <= 70  # a binomial of 200 and 0.25 is 50 with an SD of 6.1
    assert all(("danger", 200.0) in shown(advice) for advice in results)
    assert [bool(of(CueWithheld, play_call(number))) for number in range(20)] == withheld[:20]
    assert shown(play_call(0, share=1.0)) == [("danger", 200.0)]


def test_a_withheld_card_takes_its_time_as_if_shown() -> None:
    script = lively().words(40, "apples").words(70, "pears")
    advice = play(script, holdout=1.0)
    assert [event.card_id for event in of(CueWithheld, advice)] == ["apples"]
    assert ("pears", 82.0, "expired") in left(advice)


def test_a_key_cannot_take_away_what_is_not_seen() -> None:
    script = lively().words(40, "apples").press(43, "wrong")
    assert ("apples", 55.0, "cause_gone") in left(play(script, shadow=True))


def test_a_quiet_console_shows_urgent_cards_only_and_none_counts_as_shown() -> None:
    script = lively().press(30, "quiet_on").words(40, "apples").words(100, "danger")
    advice = play(script.press(170, "quiet_off").words(200, "pears"))
    assert [(e.card_id, e.reason) for e in of(CueWithheld, advice)] == [("apples", "quiet")]
    assert [card for card, _ in shown(advice)] == ["danger", "pears"]


def test_going_quiet_takes_the_card_away() -> None:
    script = lively().words(40, "apples").press(43, "quiet_on")
    assert ("apples", 43.0, "quiet") in left(play(script))
    urgent = play(lively().words(40, "danger").press(43, "quiet_on"))
    assert ("danger", 43.0, "quiet") not in left(urgent)


def test_the_end_of_the_call_takes_everything_away() -> None:
    script = lively().words(40, "apples").words(41, "pears")
    advice = play(script, end_s=44.0)
    assert left(advice)[-2:] == [("apples", 44.0, "ended"), ("pears", 44.0, "ended")]


def test_settings_change_the_rules() -> None:
    quick = Thresholds.from_toml("cue_gap_s = 10\ncue_dwell_s = 0")
    script = lively().words(40, "apples").words(45, "pears")
    advice = play(script, thresholds=quick)
    assert shown(advice) == [("apples", 40.0), ("pears", 55.0)]
    assert ("apples", 55.0, "cause_gone") in left(advice)  # one slot: pears had to wait for it


streams = st.lists(
    st.one_of(
        st.tuples(
            st.just("words"),
            st.integers(0, 1200),
            st.sampled_from(["apples", "pears", "plums", "figs", "danger", "angry", "forget it"]),
        ),
        st.tuples(st.just("voice"), st.integers(0, 1200), st.sampled_from([0.0, 1.0])),
        st.tuples(st.just("agent"), st.integers(0, 1200), st.integers(1, 30)),
        st.tuples(st.just("hold"), st.integers(0, 1200), st.booleans()),
        st.tuples(st.just("silence"), st.integers(0, 1200), st.integers(1, 30)),
        st.tuples(st.just("press"), st.integers(0, 1200), st.sampled_from(["not_now", "wrong"])),
    ),
    max_size=60,
)


def any_script(stream: list[tuple[str, int, Any]]) -> Script:
    script = Script()
    for kind, at_s, value in stream:
        if kind == "words":
            script.words(at_s, value)
        elif kind == "voice":
            script.voice(at_s, at_s + 6, value)
        elif kind == "agent":
            script.agent(at_s, at_s + value)
        elif kind == "hold":
            script.add(Hold(at_s=at_s, known_at_s=at_s, on=value))
        elif kind == "silence":
            script.silence(at_s, at_s + value)
        else:
            script.press(at_s, value)
    return script


@given(streams)
@settings(max_examples=60, deadline=None)
def test_rules_hold_for_any_stream_of_facts(stream: list[tuple[str, int, Any]]) -> None:
    advice = play(any_script(stream), end_s=1300)
    normal_s = [event.known_at_s for event in of(CueShown, advice) if event.priority == "normal"]
    for place, at_s in enumerate(normal_s):
        assert at_s >= 20.0
        assert place < 1 or at_s - normal_s[place - 1] >= 45.0
        assert place < 3 or at_s - normal_s[place - 3] >= 300.0
    raised = {event.cue_id: event for event in of(CueRaised, advice)}
    seen = {event.cue_id: event for event in of(CueShown, advice)}
    gone = of(CueLeft, advice)
    assert sorted(event.cue_id for event in gone) == sorted(raised)  # each leaves, once
    for event in of(CueShown, advice):
        if event.priority == "normal":
            assert event.known_at_s - raised[event.cue_id].at_s < 12.0
    for gone_event in gone:
        cue = seen.get(gone_event.cue_id)
        if cue is not None and cue.priority == "normal":
            assert gone_event.known_at_s - cue.known_at_s <= 25.0
            if gone_event.reason in ("said", "cause_gone", "timeout"):
                assert gone_event.known_at_s - cue.known_at_s >= 6.0 - 1e-6
