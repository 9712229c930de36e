"""The condition language: what holds, how much speaks for it, and when it changes by itself."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.conditions import When, check
from coaching.signals import Signals, lasting, recent
from coaching.thresholds import Thresholds

T = Thresholds(heard_memory_s=15, leaning_memory_s=60, barge_in_memory_s=60)


def signals(**values: object) -> Signals:
    made = Signals(T)
    for name, value in values.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("when", "values", "drivers"),
    [
        (When(state="tense"), {"state": "calm", "strong": 3}, 0),
        (When(state="tense"), {"state": "tense", "strong": 3}, 3),
        (When(state="tense"), {"state": "tense", "strong": 0}, 1),
        (When(state="calm"), {"state": "calm"}, 1),
        (When(state="calm", for_s=8), {"state_since_s": 95.0}, 0),
        (When(state="calm", for_s=8), {"state_since_s": 92.0}, 1),
        (
            When(state="tense", for_s=45),
            {"state": "tense", "state_since_s": 40.0, "last_tense_s": 84.0},
            0,
        ),
        (
            When(state="tense", for_s=45),
            {"state": "tense", "state_since_s": 40.0, "last_tense_s": 85.0},
            1,
        ),
        (When(was_tense=True), {}, 0),
        (When(was_tense=True), {"last_tense_s": 50.0}, 1),
        (When(withdrawal=True), {"withdrawal": True}, 1),
        (When(withdrawal=True), {"withdrawal": False}, 0),
        (When(withdrawal=False), {"withdrawal": True}, 0),
        (When(silence_s=6), {"silence_after_agent_s": None}, 0),
        (When(silence_s=6), {"silence_after_agent_s": 94.5}, 0),
        (When(silence_s=6), {"silence_after_agent_s": 94.0}, 1),
        (When(barge_ins=2), {"barge_ins_s": [30.0, 90.0]}, 0),
        (When(barge_ins=2), {"barge_ins_s": [41.0, 90.0]}, 1),
        (When(heard="x"), {"heard_s": {"x": [80.0]}}, 0),
        (When(heard="x"), {"heard_s": {"x": [86.0]}}, 1),
        (When(heard="x"), {"heard_s": {"y": [86.0]}}, 0),
        (When(heard="x", times=2), {"heard_s": {"x": [30.0, 90.0]}}, 0),
        (When(heard="x", times=2), {"heard_s": {"x": [50.0, 90.0]}}, 2),
        (When(leaning="angry"), {"heard_s": {"angry": [90.0]}}, 1),
        (When(leaning="angry"), {"heard_s": {"angry": [90.0], "worried": [80.0]}}, 0),
        (When(leaning="unclear"), {"heard_s": {"angry": [90.0], "worried": [80.0]}}, 1),
        (When(leaning="worried"), {"heard_s": {"angry": [30.0], "worried": [80.0]}}, 1),
        (
            When(state="tense", leaning="angry"),
            {"state": "tense", "strong": 1, "heard_s": {"angry": [90.0]}},
            2,
        ),
    ],
)
def test_check_at_100_s(when: When, values: dict[str, object], drivers: int) -> None:
    assert check(when, signals(**values), T, 100.0).drivers == drivers


times = st.lists(st.integers(0, 900), max_size=6).map(lambda ds: sorted(d / 10 for d in ds))


@given(
    st.builds(
        When,
        state=st.sampled_from([None, "calm"]),
        for_s=st.sampled_from([None, 8.0]),
        leaning=st.sampled_from([None, "angry", "worried", "unclear"]),
        silence_s=st.sampled_from([None, 6.0]),
        barge_ins=st.sampled_from([None, 1, 2]),
        heard=st.sampled_from([None, "x"]),
        times=st.sampled_from([1, 2]),
    ),
    st.tuples(times, times, times, times),
    st.integers(900, 1100),
)
def test_an_answer_stays_until_it_is_due(
    when: When, heard: tuple[list[float], ...], tick: int
) -> None:
    known = signals(
        barge_ins_s=heard[0],
        heard_s={"x": heard[1], "angry": heard[2], "worried": heard[3]},
        silence_after_agent_s=heard[0][-1] if heard[0] else None,
        state_since_s=heard[1][-1] if heard[1] else 0.0,
    )
    answer = check(when, known, T, tick / 10)
    assert answer.due_s > tick / 10
    for later in range(tick, tick + 700):
        if later / 10 < answer.due_s - 1e-6:
            assert check(when, known, T, later / 10).drivers == answer.drivers


def test_lasting_and_recent_at_their_edges() -> None:
    assert lasting(10.0, 6.0, 15.9) == (False, 16.0)
    assert lasting(10.0, 6.0, 16.0) == (True, inf)
    assert lasting(None, 6.0, 16.0) == (False, inf)
    assert recent([10.0], 1, 15.0, 24.9) == (True, 25.0)
    assert recent([10.0], 1, 15.0, 25.0) == (False, inf)
    assert recent([10.0], 2, 15.0, 11.0) == (False, inf)
