"""Conversations as scripts: who speaks from when to when, and the turns in it."""

import pytest

from voice.turns import Finding, Floor, Overlapped, Silent, Turn

CALLER, AGENT = 0, 1
Script = list[tuple[int, float, float]]


def run(script: Script, end_s: float | None = None) -> list[Finding]:
    edges = sorted(
        [(start, 1, who, "start") for who, start, _ in script]
        + [(end, 0, who, "end") for who, _, end in script]
    )
    floor = Floor()
    found: list[Finding] = []
    for at_s, order, who, _ in edges:
        found += floor.edge(who, "start" if order else "end", at_s)
    return found + floor.finish(end_s if end_s is not None else edges[-1][0])


def turns(found: list[Finding]) -> list[tuple[int, float, float, float | None]]:
    return [
        (t.track, t.start_s, t.end_s, None if t.response_s is None else round(t.response_s, 3))
        for t in found
        if isinstance(t, Turn)
    ]


def test_two_take_turns() -> None:
    found = run([(AGENT, 0, 2), (CALLER, 2.5, 6), (AGENT, 6.2, 8)])
    assert turns(found) == [(AGENT, 0, 2, None), (CALLER, 2.5, 6, 0.5), (AGENT, 6.2, 8, 0.2)]
    assert not [f for f in found if not isinstance(f, Turn)]


def test_a_pause_belongs_to_the_turn_and_is_no_speech() -> None:
    (turn,) = [f for f in run([(CALLER, 1, 3), (CALLER, 4.5, 6)]) if isinstance(f, Turn)]
    assert (turn.start_s, turn.end_s, turn.speech_s) == (1, 6, 3.5)


def test_a_long_pause_ends_the_turn() -> None:
    found = run([(CALLER, 1, 3), (CALLER, 6.5, 8)])
    assert turns(found) == [(CALLER, 1, 3, None), (CALLER, 6.5, 8, None)]


def test_an_answer_after_a_long_pause_is_still_an_answer() -> None:
    found = run([(AGENT, 0, 2), (CALLER, 7, 8)])
    assert turns(found)[1] == (CALLER, 7, 8, 5)


def test_a_short_mm_hm_is_an_overlap_and_no_turn() -> None:
    found = run([(AGENT, 0, 6), (CALLER, 2, 2.5)])
    assert turns(found) == [(AGENT, 0, 6, None)]
    assert [f for f in found if isinstance(f, Overlapped)] == [
        Overlapped(track=CALLER, start_s=2, end_s=2.5, barge_in=False)
    ]


def test_a_barge_in_takes_the_floor_from_where_it_began() -> None:
    found = run([(AGENT, 0, 4), (CALLER, 3, 8)])
    assert turns(found) == [(AGENT, 0, 4, None), (CALLER, 3, 8, -1)]
    assert [f for f in found if isinstance(f, Overlapped)] == [
        Overlapped(track=CALLER, start_s=3, end_s=4, barge_in=True)
    ]


def test_a_click_of_two_turns_into_each_other_is_no_overlap() -> None:
    found = run([(AGENT, 0, 4), (CALLER, 3.9, 8)])
    assert not [f for f in found if isinstance(f, Overlapped)]
    assert turns(found)[1][3] == -0.1


def test_a_silence_is_told_when_it_is_long_and_when_it_is_over() -> None:
    floor = Floor()
    floor.edge(AGENT, "start", 0)
    floor.edge(AGENT, "end", 2)
    assert floor.advance(4.9) == []
    told = floor.advance(5.0)
    assert Silent(track=AGENT, start_s=2, end_s=5.0, over=False) in told
    assert floor.advance(6) == []
    (over,) = floor.edge(CALLER, "start", 9)
    assert over == Silent(track=AGENT, start_s=2, end_s=9, over=True)


def test_no_silence_goes_on_across_an_interruption() -> None:
    floor = Floor()
    floor.edge(AGENT, "start", 0)
    floor.edge(AGENT, "end", 2)
    assert [type(f) for f in floor.interrupt(3)] == [Turn]
    assert floor.advance(30) == []


def test_both_start_at_once() -> None:
    found = run([(AGENT, 0, 3), (CALLER, 0, 5)])
    # of equals the first channel has the floor; the other came in and did not take it
    assert turns(found) == [(CALLER, 0, 5, None)]
    assert sum(isinstance(f, Overlapped) for f in found) == 1


def test_finish_ends_what_is_open() -> None:
    floor = Floor()
    floor.edge(CALLER, "start", 1)
    (turn,) = floor.finish(4)
    assert isinstance(turn, Turn)
    assert turn.speech_s == pytest.approx(3)
    assert floor.finish(4) == []
