"""Quantiles of what was usual lately: against numpy's, and what is forgotten."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.recent import Recent, RecentLevel


def test_recent_remembers_about_as_many_values_as_asked() -> None:
    recent = Recent(bins=10, memory=100)
    recent.add(np.full(1000, 2, np.int64))
    assert recent.quantile(0.5) == 2
    recent.add(np.full(300, 7, np.int64))
    assert [recent.quantile(share) for share in (0.02, 0.5, 0.99)] == [2, 7, 7]
    assert recent.weight < 1000


@given(values=st.lists(st.integers(0, 9), min_size=1), share=st.floats(0.01, 1))
def test_a_quantile_is_that_of_the_values_while_none_is_forgotten(
    values: list[int], share: float
) -> None:
    recent = Recent(bins=10, memory=1e12)
    recent.add(np.array(values, np.int64))
    found = recent.quantile(share)
    at_most = np.count_nonzero(np.array(values) <= found) / len(values)
    under = np.count_nonzero(np.array(values) < found) / len(values)
    assert under - 1e-9 <= share <= at_most + 1e-9


def test_loud_is_what_was_loud_lately_and_not_lost() -> None:
    loud, none = RecentLevel(), np.zeros(100, np.bool_)
    levels = np.linspace(-60, -10.5, 100).astype(np.float32)
    assert loud.add(levels, none) == -11.0  # the last but one, in whole dB
    lost = np.zeros(100, np.bool_)
    lost[:] = True
    assert loud.add(np.full(100, 3, np.float32), lost) == -11.0
    for _ in range(100):
        loud.pass_over(100)
    assert loud.add(np.full(1, -40, np.float32), none[:1]) == -120.0


def test_levels_beyond_the_scale_count_at_its_ends() -> None:
    loud = RecentLevel()
    assert loud.add(np.array([np.inf, 90], np.float32), np.zeros(2, np.bool_)) == 20.0
    assert loud.add(np.full(900, -300, np.float32), np.zeros(900, np.bool_)) == pytest.approx(-120)
