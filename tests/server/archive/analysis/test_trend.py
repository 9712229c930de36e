"""Alerts: what rose for certain, and nothing else."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from server.archive.analysis.trend import WEEK, Week, alerts

KINDS = tuple("abcdefghij")
MONDAY = date(2026, 1, 5)


def weeks(*cases: int, calls: int = 1000, kind: str = "a", cut: tuple[int, ...] = ()) -> list[Week]:
    return [
        Week(start=MONDAY + place * WEEK, calls=calls, cases={kind: n}, whole=place not in cut)
        for place, n in enumerate(cases)
    ]


def test_a_clear_rise_is_told_with_its_range() -> None:
    (alert,) = alerts(weeks(200, 205, 290), KINDS)
    assert (alert.kind, alert.week, alert.before, alert.after) == ("a", MONDAY + 2 * WEEK, 205, 290)
    assert alert.ratio.value == pytest.approx(290 / 205)
    assert 1 < alert.ratio.low < alert.ratio.value < alert.ratio.high


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (weeks(29, 120), "too few before"),
        (weeks(120, 29), "it fell"),
        (weeks(30, 40), "33 %, but may be chance"),
        (weeks(20_000, 22_900, calls=100_000), "certain, but not 15 %"),
        (weeks(200, 290, cut=(1,)), "the week is cut off"),
        (weeks(200, 290, cut=(0,)), "the week before is"),
        ([weeks(200)[0], weeks(0, 0, 290)[2]], "a week lies between"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_else_is_told(found: list[Week], why: str) -> None:
    assert alerts(found, KINDS) == [], why


def test_more_calls_are_no_rise() -> None:
    before, after = weeks(200)[0], weeks(0, 300, calls=1500)[1]
    assert alerts([before, after], KINDS) == []


def test_just_above_the_limits_it_is_told() -> None:
    assert alerts(weeks(20_000, 23_100, calls=100_000), KINDS)
    assert alerts(weeks(30, 90), KINDS)


def test_the_range_is_corrected_for_all_kinds_that_are_watched() -> None:
    found = weeks(100, 140)
    assert alerts(found, KINDS[:1])
    assert not alerts(found, KINDS)


def test_weeks_without_any_change_give_hardly_an_alert() -> None:
    rng = np.random.default_rng(3)
    drawn = rng.binomial(1000, 0.08, (301, len(KINDS)))
    found = [
        Week(
            start=MONDAY + place * WEEK,
            calls=1000,
            cases={kind: int(n) for kind, n in zip(KINDS, row, strict=True)},
        )
        for place, row in enumerate(drawn)
    ]
    assert len({alert.week for alert in alerts(found, KINDS)}) <= 300 / 40


def test_the_newest_and_largest_come_first() -> None:
    found = [
        Week(start=MONDAY + place * WEEK, calls=1000, cases={"a": a, "b": b})
        for place, (a, b) in enumerate([(100, 100), (200, 100), (320, 400)])
    ]
    assert [(one.kind, one.after) for one in alerts(found, KINDS)] == [
        ("b", 400),
        ("a", 320),
        ("a", 200),
    ]
