"""Before and after: what differs for certain, what may be chance, and what is too little."""

from __future__ import annotations

import numpy as np

from server.archive.analysis.compare import FEWEST, Change, clear, compare
from server.archive.analysis.intervals import Sample


def shares(n: int, share: float) -> Sample:
    return Sample(n, round(n * share) / n, share * (1 - share))


def of(changes: list[Change], by: str, name: str) -> Change:
    (one,) = [change for change in changes if (change.by, change.figure.name) == (by, name)]
    return one


def test_a_change_of_one_queue_is_found_and_no_other() -> None:
    before = {queue: {"repeat": shares(800, 0.3)} for queue in "abc"}
    after = {queue: {"repeat": shares(800, 0.15 if queue == "a" else 0.31)} for queue in "abc"}
    changes = compare(before, after)
    assert [change.by for change in clear(changes)] == ["a"]
    found = of(changes, "a", "repeat")
    assert found.difference is not None
    assert found.difference.low < -0.15 < found.difference.high < 0
    assert found.figure.group == "derived"


def test_means_are_compared_by_their_spread() -> None:
    calm = compare(
        {"": {"duration_s": Sample(500, 300.0, 100.0**2)}},
        {"": {"duration_s": Sample(500, 250.0, 100.0**2)}},
    )
    wild = compare(
        {"": {"duration_s": Sample(500, 300.0, 900.0**2)}},
        {"": {"duration_s": Sample(500, 250.0, 900.0**2)}},
    )
    assert [change.verdict for change in calm + wild] == ["clear", "not_clear"]


def test_too_few_calls_are_shown_without_a_difference() -> None:
    (found,) = compare(
        {"a": {"solved": shares(FEWEST - 1, 0.0)}}, {"a": {"solved": shares(5000, 1.0)}}
    )
    assert (found.verdict, found.difference) == ("too_few", None)
    assert found.after.n == 5000


def test_a_group_of_one_side_and_a_figure_of_nobody() -> None:
    changes = compare({"new": {}}, {"new": {"solved": shares(100, 0.5), "csat": Sample(0, 0.0, 0)}})
    assert [(change.figure.name, change.verdict) for change in changes] == [("solved", "too_few")]


def test_nothing_changed_is_hardly_ever_clear() -> None:
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(60):
        groups = [
            {
                name: {
                    figure: shares(400, rng.binomial(400, 0.3) / 400)
                    for figure in ("solved", "repeat", "withdrew")
                }
                for name in "abcde"
            }
            for _ in range(2)
        ]
        wrong += bool(clear(compare(*groups)))
    assert wrong <= 60 * 0.05 + 3
