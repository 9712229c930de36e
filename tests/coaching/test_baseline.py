"""The own calm voice: robust, shrunk to the prior while short, exact where it can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.baseline import Baseline, semitones
from coaching.thresholds import Thresholds

from .script import window

T = Thresholds()


def learn(baseline: Baseline, values: list[float], name: str = "articulation_rate") -> None:
    for place, value in enumerate(values):
        baseline.learn(window(5.0 + 5.0 * place), {name: value})


def test_before_anything_was_heard_the_prior_is_all() -> None:
    norm = Baseline("en", T).norm("articulation_rate", 7.0)
    assert norm == (T.prior_articulation_rate_en_hz, T.prior_scale_articulation_rate_hz, 1.0)


def test_the_own_voice_weighs_n_over_n_plus_k() -> None:
    baseline = Baseline("en", T)
    learn(baseline, [6.0, 6.0])  # 3 s of voiced speech each
    assert baseline.voiced_s == pytest.approx(6.0)
    trust = 6.0 / (6.0 + T.baseline_prior_s)
    norm = baseline.norm("articulation_rate", 6.0)
    expected = trust * 6.0 + (1 - trust) * T.prior_articulation_rate_en_hz
    assert norm.median == pytest.approx(expected)
    scale = trust * T.floor_articulation_rate_hz + (1 - trust) * T.prior_scale_articulation_rate_hz
    assert norm.scale == pytest.approx(scale)


def test_spread_is_the_median_absolute_deviation() -> None:
    baseline = Baseline("en", Thresholds(baseline_prior_s=0.1))
    learn(baseline, [1.0, 2.0, 4.0, 7.0, 11.0] * 20)
    norm = baseline.norm("articulation_rate", 4.0)  # deviations 3, 2, 0, 3, 7: median 3
    assert norm.median == pytest.approx(4.0, abs=0.01)
    assert norm.scale == pytest.approx(3.0 * 1.4826, rel=0.01)


def test_one_outlier_changes_little() -> None:
    baseline = Baseline("en", Thresholds(baseline_prior_s=0.1))
    learn(baseline, [5.0] * 30 + [50.0])
    norm = baseline.norm("articulation_rate", 5.0)
    assert norm.median == pytest.approx(5.0, abs=0.01)
    assert norm.scale == pytest.approx(T.floor_articulation_rate_hz, rel=0.01)


def test_overlapping_windows_count_their_new_speech_only() -> None:
    baseline = Baseline("en", T)
    for half_seconds in range(40):
        baseline.learn(window(5.0 + half_seconds / 2), {"level": -30.0})
    # 3 s of the first window, then 20 windows less one, each with 1 s of 5 s that is new
    assert baseline.voiced_s == pytest.approx(3.0 + 19 * 3.0 / 5)


def test_the_prior_of_f0_is_the_nearer_of_two_voices() -> None:
    baseline = Baseline("en", T)
    low, high = semitones(T.prior_low_voice_hz), semitones(T.prior_high_voice_hz)
    assert baseline.norm("f0_median", low + 3).median == pytest.approx(low)
    assert baseline.norm("f0_median", high - 3).median == pytest.approx(high)


def test_level_and_tilt_have_no_prior_and_are_not_trusted_at_first() -> None:
    baseline = Baseline("en", T)
    assert baseline.norm("level", -12.0)[::2] == (-12.0, 0.0)
    learn(baseline, [-30.0] * 10, "level")
    norm = baseline.norm("level", -12.0)
    assert norm.median == -30.0
    assert norm.trust == pytest.approx(30 / (30 + T.baseline_prior_s))


def test_reset_forgets() -> None:
    baseline = Baseline("en", T)
    fresh = baseline.norm("articulation_rate", 6.0)
    learn(baseline, [6.0] * 9)
    baseline.reset()
    assert baseline.voiced_s == 0.0
    assert baseline.norm("articulation_rate", 6.0) == fresh


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=60))
def test_the_oldest_windows_go(values: list[float]) -> None:
    short = Thresholds(baseline_windows=10)
    all_of_them, last_ten = Baseline("en", short), Baseline("en", short)
    learn(all_of_them, values, "level")
    learn(last_ten, values[-10:], "level")
    assert all_of_them.norm("level", 0.0).median == last_ten.norm("level", 0.0).median
