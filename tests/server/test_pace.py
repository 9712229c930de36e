from __future__ import annotations

import pytest

from server.pace import Pace


def test_a_burst_is_free_and_the_rest_comes_at_its_pace() -> None:
    now = 100.0
    pace = Pace(3, 10.0, lambda: now)
    assert [pace.wait_s() for _ in range(3)] == [0.0, 0.0, 0.0]
    assert pace.wait_s() == pytest.approx(0.1)
    assert pace.wait_s() == pytest.approx(0.2)
    now += 0.3
    assert pace.wait_s() == pytest.approx(0.0)
    assert pace.wait_s() == pytest.approx(0.1)


def test_who_was_silent_gets_one_burst_and_no_more() -> None:
    now = 0.0
    pace = Pace(2, 1.0, lambda: now)
    now += 3600
    assert [pace.wait_s() for _ in range(3)] == [0.0, 0.0, pytest.approx(1.0)]
