"""The lane's figures, from told times."""

from __future__ import annotations

import pytest

from server.lane.meter import LOAD_WINDOW_S, WINDOW_S, Meter


def test_load_is_the_busy_share_of_all_workers() -> None:
    meter = Meter(2)
    meter.began(0, 100.0)
    meter.ended(0, 104.0)
    assert meter.load(105.0) == pytest.approx(4 / 20)
    meter.began(1, 105.0)
    assert meter.busy == 1
    assert meter.load(110.0) == pytest.approx((4 + 5) / 20)
    assert meter.load(113.0) == pytest.approx((1 + 8) / 20)  # the first 3 s have left the window
    assert meter.load(130.0) == pytest.approx(1 / 2)


def test_delays_by_nearest_rank_and_only_of_late() -> None:
    meter = Meter(1)
    assert meter.delays(0.0) is None
    for number in range(1, 101):
        meter.waited(float(number) / 10, number / 100)
    assert meter.delays(10.0) == pytest.approx((0.5, 0.95, 1.0))
    assert meter.delays(WINDOW_S + 9.95) == pytest.approx((1.0, 1.0, 1.0))
    assert meter.delays(WINDOW_S + 11) is None


def test_the_real_time_factor_is_work_over_sound() -> None:
    meter = Meter(1)
    assert meter.real_time_factor(0.0) is None
    meter.worked(0.0, 0.2, 4.0)
    meter.worked(50.0, 0.4, 2.0)
    assert meter.real_time_factor(50.0) == pytest.approx(0.1)
    assert meter.real_time_factor(WINDOW_S + 1) == pytest.approx(0.2)


def test_it_keeps_no_more_than_its_windows() -> None:
    meter = Meter(1)
    for second in range(100_000):
        meter.began(0, second)
        meter.ended(0, second + 0.5)
        meter.worked(second, 0.5, 1.0)
        meter.waited(second, 0.1)
    kept = len(meter._stretches) + len(meter._works) + len(meter._waits)
    assert kept <= 2 * WINDOW_S + LOAD_WINDOW_S + 3
