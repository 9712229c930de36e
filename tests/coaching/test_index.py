"""The index: exact contributions, measured anchors, the caller's own calm voice as the norm."""

from __future__ import annotations

from itertools import pairwise
from math import exp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.advice import Driver
from coaching.baseline import FEATURES
from coaching.index import AnxietyIndex, Reading
from coaching.thresholds import Thresholds

from .script import window

T = Thresholds()


def read(index: AnxietyIndex, start_s: float, end_s: float, **how: Any) -> list[Reading]:
    steps = range(round(start_s * 2), round(end_s * 2))
    readings = [index.read(window(step / 2, **how)) for step in steps]
    return [reading for reading in readings if reading is not None]


def test_calm_speech_scores_zero_and_tense_speech_saturates() -> None:
    index = AnxietyIndex("en", T)
    assert {abs(reading.score) < 0.001 for reading in read(index, 5, 30)} == {True}
    assert read(index, 30, 45, tense=1.0)[-1].level == 100.0
    assert read(index, 45, 75)[-1].level < T.state_off


def test_contributions_add_up_to_the_score_and_are_sorted() -> None:
    index = AnxietyIndex("en", T)
    for reading in read(index, 5, 20) + read(index, 20, 40, tense=0.7):
        parts = [driver.contribution for driver in reading.drivers]
        assert sum(parts) == pytest.approx(reading.score, abs=1e-9)
        assert parts == sorted(parts, reverse=True)
        assert reading.level == index.from_score(reading.score)


def test_a_driver_names_value_and_baseline_in_its_unit() -> None:
    index = AnxietyIndex("en", T)
    read(index, 5, 60)
    (reading,) = read(index, 60, 60.5, tense=1.0)
    rate = next(d for d in reading.drivers if d.name == "articulation_rate")
    assert (rate.value, rate.baseline, rate.unit) == (6.6, 4.6, "syl/s")


def test_smoothing_follows_its_time_constant() -> None:
    index = AnxietyIndex("en", Thresholds(index_smooth_s=3))
    read(index, 5, 60)
    rates = [
        next(d.contribution for d in reading.drivers if d.name == "articulation_rate")
        for reading in read(index, 60, 90, tense=1.0)
    ]
    after_3_s = rates[5]  # six steps of half a second
    assert after_3_s / rates[-1] == pytest.approx(1 - exp(-1), abs=0.01)


def test_a_gap_between_windows_moves_the_smoothing_no_further_than_its_limit() -> None:
    after: dict[float, float] = {}
    for gap_s in (T.index_gap_s, T.index_gap_s + 60.0):
        index = AnxietyIndex("en", T)
        read(index, 5, 60)
        reading = index.read(window(59.5 + gap_s, tense=1.0))
        assert reading is not None
        after[gap_s] = reading.score
    assert len(set(after.values())) == 1


def test_windows_of_little_speech_are_not_scored() -> None:
    index = AnxietyIndex("en", T)
    assert index.read(window(5.0, speech_s=T.index_min_speech_s - 0.01)) is None
    assert index.read(window(5.5, speech_s=T.index_min_speech_s)) is not None


@pytest.mark.parametrize("field", [feature.field for feature in FEATURES])
def test_a_window_without_a_feature_is_not_scored(field: str) -> None:
    missing: dict[str, Any] = {field: None}
    assert AnxietyIndex("en", T).read(window(5.0, **missing)) is None


def test_tension_does_not_become_the_norm() -> None:
    index = AnxietyIndex("en", T)
    read(index, 5, 30)
    learned_s = index.baseline.voiced_s
    readings = read(index, 30, 330, tense=1.0)
    assert index.baseline.voiced_s == learned_s
    assert readings[-1].level == 100.0


def test_loudness_alone_changes_nothing() -> None:
    """A 6 dB jump is the handset's or the gain control's."""
    calm, louder = AnxietyIndex("en", T), AnxietyIndex("en", T)
    assert [r.score for r in read(calm, 5, 30)] == [r.score for r in read(louder, 5, 30)]
    loud = read(louder, 30, 40, level_db=-24.0)
    assert [r.score for r in read(calm, 30, 40)] == [r.score for r in loud]


def test_no_feature_but_pitch_can_make_a_caller_tense_alone() -> None:
    for field, value in (("articulation_rate_hz", 12.0), ("tilt_db", -9.0), ("f0_spread_st", 20.0)):
        index = AnxietyIndex("en", T)
        read(index, 5, 60)
        changed: dict[str, Any] = {field: value}
        assert 0 < max(r.level for r in read(index, 60, 90, **changed)) < T.state_on


def test_what_words_add_counts_exactly_and_is_not_learned_from() -> None:
    plain, worded = AnxietyIndex("en", T), AnxietyIndex("en", T)
    said = Driver(name="angry_words", contribution=0.25, value=2, baseline=0, unit="phrases")
    for step in range(10, 60):
        without, with_it = plain.read(window(step / 2)), worded.read(window(step / 2), [said])
        assert without is not None
        assert with_it is not None
        assert with_it.score == pytest.approx(without.score + 0.25, abs=1e-9)
        assert with_it.moment == without.moment
    assert plain.baseline.voiced_s == worded.baseline.voiced_s


def test_a_caller_tense_from_the_first_second_is_seen_through_the_prior() -> None:
    readings = read(AnxietyIndex("en", T), 2, 12, tense=1.0)
    assert readings[-1].level >= T.state_on


def test_a_high_fast_voice_that_stays_so_becomes_the_norm() -> None:
    index = AnxietyIndex("en", T)
    own = {"f0_median_st": 15.0, "articulation_rate_hz": 5.4}  # 238 Hz
    readings = read(index, 2, 120, **own)
    assert max(reading.level for reading in readings) < T.state_on
    calm = index.from_score(0.0)
    assert readings[-1].level - calm < (max(r.level for r in readings) - calm) / 2


def test_a_voice_that_always_sounds_tense_is_learned_in_the_end() -> None:
    index = AnxietyIndex("en", T)
    own = {"f0_median_st": 18.0, "articulation_rate_hz": 7.5, "tilt_db": 0.0}
    readings = read(index, 2, 200, **own)
    told = [place for place, reading in enumerate(readings) if reading.accepted]
    assert len(told) == 1
    assert min(reading.level for reading in readings[10 : told[0]]) >= T.state_on
    assert max(reading.level for reading in readings[told[0] + 20 :]) < T.state_off
    patience = T.baseline_patience_s / (3.0 / 5)  # the script voices 3 s of each 5
    assert readings[told[0]].speech_s == 0.5
    assert told[0] / 2 == pytest.approx(patience, abs=8.0)


def test_in_mandarin_the_spread_of_f0_does_not_matter() -> None:
    calm, lively = AnxietyIndex("zh", T), AnxietyIndex("zh", T)
    scores = [reading.score for reading in read(calm, 5, 30)]
    assert scores == [reading.score for reading in read(lively, 5, 30, f0_spread_st=12.0)]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("f0_median_st", 3.0),
        ("f0_spread_st", 4.0),
        ("articulation_rate_hz", 1.5),
        ("pause_ratio", -0.15),
        ("tilt_db", -6.0),
    ],
)
def test_each_feature_moves_the_score_in_its_direction(field: str, change: float) -> None:
    index = AnxietyIndex("en", T)
    read(index, 5, 30)
    value = getattr(window(30.0), field)
    more = read(index, 30, 33, **{field: value + change})[-1].score
    index = AnxietyIndex("en", T)
    read(index, 5, 30)
    less = read(index, 30, 33, **{field: value - change})[-1].score
    assert more > 0.0 > less


def test_evidence_counts_features_that_are_far_out() -> None:
    index = AnxietyIndex("en", T)
    read(index, 5, 60)
    assert read(index, 60, 75, f0_median_st=9.0)[-1].strong == 1
    index = AnxietyIndex("en", T)
    read(index, 5, 60)
    assert read(index, 60, 75, f0_median_st=9.0, articulation_rate_hz=7.0)[-1].strong == 2


def test_anchors_are_met_exactly() -> None:
    index = AnxietyIndex("en", T)
    scores = (T.index_score_at_0, T.index_score_at_50, T.index_score_at_75, T.index_score_at_100)
    assert [index.from_score(score) for score in scores] == [0.0, 50.0, 75.0, 100.0]
    assert index.from_score(-9.0) == 0.0
    assert index.from_score(9.0) == 100.0


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=20))
def test_the_map_never_falls(scores: list[float]) -> None:
    index = AnxietyIndex("en", T)
    levels = [index.from_score(score) for score in sorted(scores)]
    assert all(a <= b for a, b in pairwise(levels))
    assert all(0.0 <= level <= 100.0 for level in levels)
