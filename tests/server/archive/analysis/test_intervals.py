"""Intervals against published examples, scipy on the raw data, and how often they are right."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from server.archive.analysis.intervals import (
    Interval,
    Sample,
    corrected,
    mean_difference,
    rate_ratio,
    share,
    share_difference,
)


def test_a_share_as_newcombe_prints_it() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263, method 3
    found = share(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_a_share_of_none_is_never_below_nothing() -> None:
    found = share(0, 20)
    assert found.value == found.low == 0
    assert 0 < found.high < 0.2


def test_a_difference_of_shares_as_newcombe_prints_it() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, table II: 56/70 - 48/80, method 10
    found = share_difference(48, 80, 56, 70)
    assert found.value == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_a_difference_of_means_as_scipy_has_it_from_the_data() -> None:
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(1)
    before, after = rng.normal(10, 2, 40), rng.normal(11, 5, 60)
    found = mean_difference(_sample(before), _sample(after), 0.9)
    expected = ttest_ind(after, before, equal_var=False).confidence_interval(0.9)
    assert found.low == pytest.approx(expected.low)
    assert found.high == pytest.approx(expected.high)


def test_means_without_any_spread_are_as_they_are() -> None:
    same = Sample(40, 3.0, 0.0)
    assert mean_difference(same, same) == Interval(0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="two in each"):
        mean_difference(Sample(1, 3.0, 0.0), same)


def test_a_ratio_of_rates_minds_what_was_counted() -> None:
    found = rate_ratio(100, 1000, 200, 2000)
    assert found.value == pytest.approx(1.0)
    assert found.low < 1 < found.high
    turned = rate_ratio(200, 2000, 100, 1000)
    assert turned.low == pytest.approx(1 / found.high)


def test_a_ratio_of_rates_as_scipy_has_it_from_the_binomial() -> None:
    from scipy.stats import binomtest

    found = rate_ratio(30, 400, 50, 500, 0.99)
    expected = binomtest(50, 80).proportion_ci(0.99, method="exact")
    for ours, p in ((found.low, expected.low), (found.high, expected.high)):
        assert ours == pytest.approx(0.8 * p / (1 - p))


def test_a_ratio_of_rates_is_right_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    before, after = rng.poisson(40, 400), rng.poisson(60, 400)
    right = [
        not rate_ratio(int(a), 500, int(b), 500, 0.9).leaves_out(1.5)
        for a, b in zip(before, after, strict=True)
    ]
    assert 0.89 <= np.mean(right) <= 0.97  # exact: never less, seldom much more


def test_a_rate_that_was_nothing_rose_beyond_measure() -> None:
    found = rate_ratio(0, 100, 5, 100)
    assert found.value == found.high == inf
    assert found.low > 0
    with pytest.raises(ValueError, match="cases and exposure"):
        rate_ratio(0, 100, 0, 100)


def test_many_figures_share_one_chance_of_error() -> None:
    assert corrected(1) == pytest.approx(0.95)
    assert corrected(10) == pytest.approx(0.995)
    assert corrected(0) == pytest.approx(0.95)


def _sample(values: np.ndarray) -> Sample:
    return Sample(len(values), float(values.mean()), float(values.var(ddof=1)))
