"""Pareto, marks, and cues gained and lost."""

from __future__ import annotations

from datetime import date

import pytest

from server.archive.analysis.cues import SAME_S, Cue, changed
from server.archive.analysis.marks import Mark, marks
from server.archive.analysis.pareto import pareto


def test_the_fewest_causes_that_make_most_are_vital() -> None:
    bars = pareto({"b": 50, "a": 25, "c": 10, "d": 10, "e": 5, "never": 0})
    assert [bar.kind for bar in bars] == ["b", "a", "c", "d", "e"]
    assert [bar.vital for bar in bars] == [True, True, True, False, False]
    assert bars[1].cumulative == pytest.approx(0.75)
    assert bars[-1].cumulative == pytest.approx(1.0)


def test_causes_that_make_exactly_most_are_enough() -> None:
    assert [bar.vital for bar in pareto({"a": 80, "b": 20})] == [True, False]
    assert pareto({"a": 0}) == []


def test_a_mark_where_most_calls_have_another_value() -> None:
    first, second, third, fourth = (date(2026, 1, day) for day in (5, 12, 19, 26))
    found = marks(
        [
            (first, {"model": {"a": 90}, "codec": {"x": 50, "y": 49}}),
            (second, {"model": {"a": 50, "b": 40}, "codec": {"x": 60, "y": 1}}),
            (third, {"model": {"a": 5, "b": 80}}),
            (fourth, {"model": {}, "codec": {"x": 1}}),
        ]
    )
    assert found == [Mark(week=third, what="model", before="a", after="b")]


def test_a_cue_that_moved_a_little_is_the_same() -> None:
    found = changed([Cue("a", 30.0)], [Cue("a", 30.0 + SAME_S)])
    assert (len(found.kept), found.gained, found.lost) == (1, [], [])


def test_a_cue_that_moved_far_is_lost_and_gained() -> None:
    found = changed([Cue("a", 30.0)], [Cue("a", 31.0 + SAME_S)])
    assert (found.kept, len(found.gained), len(found.lost)) == ([], 1, 1)


def test_an_old_cue_answers_to_one_new_one() -> None:
    found = changed([Cue("a", 30.0), Cue("b", 99.0)], [Cue("a", 28.0), Cue("a", 35.0)])
    assert found.kept == [Cue("a", 28.0)]
    assert found.gained == [Cue("a", 35.0)]
    assert found.lost == [Cue("b", 99.0)]
