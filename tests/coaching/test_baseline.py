"""The own calm voice: robust, shrunk to the prior while short, exact where it can be."""

from __future__ import annotations

from math import hypot, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.baseline import FEATURES, Baseline, Norm, Values, measured, semitones
from coaching.thresholds import Thresholds

from .script import window

T = Thresholds()
NAMES = [feature.name for feature in FEATURES]
CALM = measured(window(5.0))
assert CALM is not None


def having(**changed: float) -> Values:
    """The calm of the script, some features changed."""
    assert CALM is not None
    return tuple(changed.get(name, value) for name, value in zip(NAMES, CALM, strict=True))


def learn(baseline: Baseline, values: list[float], name: str = "articulation_rate") -> None:
    for place, value in enumerate(values):
        baseline.learn(window(5.0 + 5.0 * place), having(**{name: value}))


def norm(baseline: Baseline, name: str, value: float) -> Norm:
    return baseline.norms(having(**{name: value}))[NAMES.index(name)]


def test_before_anything_was_heard_the_prior_is_all_and_people_differ() -> None:
    found = norm(Baseline("en", T), "articulation_rate", 7.0)
    assert found.median == T.prior_articulation_rate_en_hz
    spread = hypot(T.spread_articulation_rate_hz, T.people_articulation_rate_hz)
    assert found.scale == pytest.approx(spread)


def test_the_own_voice_is_shrunk_as_a_normal_prior_would() -> None:
    baseline = Baseline("en", T)
    learn(baseline, [6.0, 6.0])  # 3 s of voiced speech each
    assert baseline.voiced_s == pytest.approx(6.0)
    own = 6.0 / (6.0 + T.baseline_spread_s)
    within = own * T.floor_articulation_rate_hz + (1 - own) * T.spread_articulation_rate_hz
    people = T.people_articulation_rate_hz
    trust = 6.0 / (6.0 + T.baseline_sample_s * (within / people) ** 2)
    found = norm(baseline, "articulation_rate", 6.0)
    expected = trust * 6.0 + (1 - trust) * T.prior_articulation_rate_en_hz
    assert found.median == pytest.approx(expected)
    assert found.scale == pytest.approx(hypot(within, sqrt(1 - trust) * people))


def test_what_differs_most_between_people_is_believed_soonest() -> None:
    baseline = Baseline("en", T)
    learn(baseline, [20.0], "tilt")
    learn(baseline, [7.0], "articulation_rate")
    tilt = norm(baseline, "tilt", 0.0).median
    assert (tilt - T.prior_tilt_db) / (16.0 - T.prior_tilt_db) > 0.8  # 16: half of 20 and 12
    rate = norm(baseline, "articulation_rate", 0.0).median
    assert rate - T.prior_articulation_rate_en_hz < 0.8 * (5.8 - T.prior_articulation_rate_en_hz)


def test_spread_is_the_median_absolute_deviation() -> None:
    baseline = Baseline("en", Thresholds(baseline_sample_s=0.1, baseline_spread_s=0.1))
    learn(baseline, [1.0, 2.0, 4.0, 7.0, 11.0] * 20)
    found = norm(baseline, "articulation_rate", 4.0)  # deviations 3, 2, 0, 3, 7: median 3
    assert found.median == pytest.approx(4.0, abs=0.03)
    assert found.scale == pytest.approx(3.0 * 1.4826, rel=0.02)


def test_one_outlier_changes_little() -> None:
    baseline = Baseline("en", Thresholds(baseline_sample_s=0.1, baseline_spread_s=0.1))
    learn(baseline, [5.0] * 30 + [50.0])
    found = norm(baseline, "articulation_rate", 5.0)
    assert found.median == pytest.approx(5.0, abs=0.01)
    assert found.scale == pytest.approx(T.floor_articulation_rate_hz, rel=0.02)


def test_overlapping_windows_count_their_new_speech_only() -> None:
    baseline = Baseline("en", T)
    for half_seconds in range(40):
        baseline.learn(window(5.0 + half_seconds / 2), having())
    # 3 s of the first window, then 20 windows less one, each with 1 s of 5 s that is new
    assert baseline.voiced_s == pytest.approx(3.0 + 19 * 3.0 / 5)


def test_the_prior_of_f0_is_the_nearer_of_two_voices() -> None:
    baseline = Baseline("en", T)
    low, high = semitones(T.prior_low_voice_hz), semitones(T.prior_high_voice_hz)
    assert norm(baseline, "f0_median", low + 3).median == pytest.approx(low)
    assert norm(baseline, "f0_median", high - 3).median == pytest.approx(high)


def test_reset_forgets() -> None:
    baseline = Baseline("en", T)
    fresh = baseline.norms(having(articulation_rate=6.0))
    learn(baseline, [6.0] * 9)
    baseline.refuse(window(90.0), having(), 1.0)
    baseline.reset()
    assert baseline.voiced_s == 0.0
    assert baseline.norms(having(articulation_rate=6.0)) == fresh


def test_a_voice_that_never_is_calm_is_learned_after_all_its_calmer_half() -> None:
    baseline = Baseline("en", T)
    needed = int(T.baseline_patience_s / 3.0)  # windows of 3 s of voiced speech, none overlapping
    rates = [7.0, 9.0] * needed
    for place in range(needed - 1):
        at_s, rate = 5.0 + 5.0 * place, rates[place]
        assert not baseline.refuse(window(at_s), having(articulation_rate=rate), score=rate)
    assert baseline.voiced_s == 0.0
    assert baseline.refuse(window(200.0), having(articulation_rate=9.0), score=9.0)
    assert baseline.voiced_s == pytest.approx(3.0 * (needed + 1) // 2, abs=3.0)
    found = norm(baseline, "articulation_rate", 7.0)
    assert abs(found.median - 7.0) < 0.5


def test_once_the_own_calm_is_known_tension_is_never_learned() -> None:
    baseline = Baseline("en", T)
    learn(baseline, [4.6] * 6)
    assert baseline.voiced_s >= T.baseline_settled_s
    learned_s = baseline.voiced_s
    told = [
        baseline.refuse(window(100.0 + 5 * k), having(articulation_rate=9.0), 2.0)
        for k in range(99)
    ]
    assert not any(told)
    assert baseline.voiced_s == learned_s


def test_calm_speech_in_between_starts_the_patience_anew_once_enough_was_heard() -> None:
    baseline = Baseline("en", T)
    for place in range(8):
        baseline.refuse(window(5.0 + 5.0 * place), having(articulation_rate=8.0), 2.0)
    for place in range(3):
        baseline.learn(window(100.0 + 5.0 * place), having())
    assert baseline.voiced_s >= T.baseline_settled_s
    later = [
        baseline.refuse(window(200.0 + 5.0 * k), having(articulation_rate=8.0), 2.0)
        for k in range(20)
    ]
    assert not any(later)


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=60))
def test_the_oldest_windows_go(values: list[float]) -> None:
    short = Thresholds(baseline_windows=10, baseline_sample_s=0.1)
    all_of_them, last_ten = Baseline("en", short), Baseline("en", short)
    learn(all_of_them, values, "level")
    learn(last_ten, values[-10:], "level")
    last_ten.voiced_s = all_of_them.voiced_s
    assert norm(all_of_them, "level", 0.0) == norm(last_ten, "level", 0.0)


@pytest.mark.parametrize("field", [feature.field for feature in FEATURES])
def test_a_window_without_a_feature_has_no_values(field: str) -> None:
    assert measured(window(5.0)) is not None
    missing: dict[str, Any] = {field: None}
    assert measured(window(5.0, **missing)) is None
