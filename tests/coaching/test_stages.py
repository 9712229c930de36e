"""Four stages: up by points, down by time, one at a time, never by the voice alone."""

from __future__ import annotations

import pytest

from coaching.stages import POINTS, STAGES, StageTracker
from coaching.thresholds import Thresholds

T = Thresholds(
    stage_memory_s=60, stage_dissatisfied=1, stage_angry=4, stage_confrontational=6,
    stage_slack=0.5, stage_dwell_s=10,
)  # fmt: skip


def run(heard: list[tuple[float, str]], end_s: float = 300) -> list[tuple[float, str]]:
    """Give when which stage was reached, asking each 0.1 s."""
    tracker = StageTracker(T)
    found: list[tuple[float, str]] = []
    by_tick: dict[int, list[str]] = {}
    for at_s, name in heard:
        by_tick.setdefault(round(at_s * 10), []).append(name)
    for tick in range(round(end_s * 10)):
        if tick in by_tick:
            tracker.heard(by_tick[tick], tick / 10)
        if tracker.judge(tick / 10):
            found.append((tick / 10, tracker.stage))
    return found


def test_points_make_stages_and_time_takes_them_back_one_by_one() -> None:
    assert run([(10, "complains"), (20, "angry"), (30, "angry")]) == [
        (10, "dissatisfied"),
        (30, "angry"),
        (80, "dissatisfied"),
        (90, "calm"),
    ]


def test_a_stage_lasts_for_a_while() -> None:
    assert run([(10, "complains"), (12, "accepts")]) == [(10, "dissatisfied"), (20, "calm")]


def test_what_is_accepted_does_not_outweigh_what_comes_later() -> None:
    assert run([(10, "complains"), (12, "accepts"), (14, "complains")]) == [
        (10, "dissatisfied"),
        (74, "calm"),
    ]


@pytest.mark.parametrize("hard", ["refuses", "demands", "legal", "abuse"])
def test_confrontation_needs_more_than_anger(hard: str) -> None:
    angry = [(10.0 + place, "angry") for place in range(8)]
    assert [stage for _, stage in run(angry, 40)] == ["dissatisfied", "angry"]
    assert [stage for _, stage in run([*angry, (30, hard)], 40)][-1] == "confrontational"


def test_the_voice_alone_makes_no_stage() -> None:
    assert run([(10.0 + place, "tense") for place in range(20)]) == []
    beside = [(10.0, "angry"), (11.0, "complains"), (12.0, "tense"), (13.0, "tense")]
    assert [stage for _, stage in run(beside, 40)] == ["dissatisfied", "angry"]


def test_names_without_points_do_not_matter() -> None:
    assert run([(10, "objection_price"), (11, "nonsense")]) == []
    assert {"told_you", "abuse"} < POINTS.keys()
    assert STAGES[0] == "calm"


def test_why_it_is_so_newest_first() -> None:
    tracker = StageTracker(T)
    tracker.heard(["complains"], 1.0)
    tracker.heard(["angry", "complains"], 2.0)
    assert tracker.judge(2.0)
    assert tracker.reasons == ("complains", "angry")
