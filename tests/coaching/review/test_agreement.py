"""Kappa as published, and what follows from it for a criterion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.review.agreement import LEAST_PAIRS, Pair, Rating, agreements, kappa
from coaching.review.scorecard import Reply

NAMES: tuple[Reply, ...] = ("yes", "partly", "no")
REPLY = st.sampled_from(NAMES)


def pairs(table: list[list[int]]) -> list[Pair]:
    return [
        (NAMES[row], NAMES[column])
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]


def test_the_example_of_fleiss() -> None:
    """Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, table 18.1.

    Two raters, 100 subjects: kappa 0.68 with a standard error of 0.087.
    """
    found = kappa(pairs([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert found.n == 100
    assert found.agreed == 0.89
    assert found.kappa == pytest.approx(0.68, abs=0.005)
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(0.087, abs=0.001)


def test_no_better_than_chance_is_zero_and_the_opposite_is_negative() -> None:
    chance = kappa(pairs([[25, 0, 25], [0, 0, 0], [25, 0, 25]]))
    assert chance.kappa == 0
    assert chance.low is not None
    assert chance.high is not None
    assert chance.low < 0 < chance.high
    assert kappa(pairs([[0, 0, 10], [0, 0, 0], [10, 0, 0]])).kappa == -1


def test_it_is_not_defined_without_pairs_or_without_two_answers() -> None:
    assert kappa([]).kappa is None
    same = kappa([("yes", "yes")] * 30)
    assert (same.kappa, same.low, same.agreed, same.n) == (None, None, 1.0, 30)


@given(st.lists(st.tuples(REPLY, REPLY), min_size=1, max_size=60))
def test_it_is_symmetric_and_lies_in_its_interval(found: list[Pair]) -> None:
    one, other = kappa(found), kappa([(b, a) for a, b in found])
    assert one.kappa == other.kappa
    if one.kappa is not None:
        assert one.low is not None
        assert one.high is not None
        assert -1 <= one.low <= one.kappa <= one.high <= 1
        assert (one.kappa == 1) == (one.agreed == 1)


def ratings(criterion: str, machine: str, person: str) -> list[Rating]:
    """One letter a call: y, p, n, or - for none."""
    letters: dict[str, Reply | None] = {"y": "yes", "p": "partly", "n": "no", "-": None}
    return [
        Rating(call_id=str(call), criterion_id=criterion, by=by, answer=letters[letter])
        for call, both in enumerate(zip(machine, person, strict=True))
        for by, letter in zip((None, "ann"), both, strict=True)
    ]


def test_a_criterion_under_the_limit_only_suggests_and_too_few_pairs_say_nothing() -> None:
    half = LEAST_PAIRS // 2
    good = ratings("good", "yn" * half, "yn" * half)
    poor = ratings("poor", "yn" * half, "yy" * half)
    few = ratings("few", "yn" * (half - 1), "yy" * (half - 1))
    found = {a.criterion_id: a for a in agreements([*good, *poor, *few])}
    assert {name: a.standing for name, a in found.items()} == {
        "good": "counts", "poor": "suggest_only", "few": "unproven",
    }  # fmt: skip
    assert found["good"].machine.kappa == 1
    assert found["good"].people.n == 0


def test_people_are_set_against_each_other_and_none_is_no_answer() -> None:
    first = ratings("c", "yyn-", "ynny")
    second = [
        Rating(call_id=str(call), criterion_id="c", by="ben", answer="no") for call in range(4)
    ]
    (found,) = agreements([*first, *second])
    assert found.machine.n == 3 + 3  # the machine had no answer for the fourth call
    assert found.people.n == 4
    assert found.people.agreed == 0.5


def test_an_answer_given_in_sight_of_another_does_not_count() -> None:
    seen = [
        Rating(call_id=r.call_id, criterion_id="c", by=r.by, answer=r.answer, blind=False)
        for r in ratings("c", "yn" * 20, "yn" * 20)
    ]
    (found,) = agreements(seen)
    assert (found.machine.n, found.standing) == (0, "unproven")


def test_who_answers_again_means_the_later_answer() -> None:
    again = [*ratings("c", "y", "n"), Rating(call_id="0", criterion_id="c", by="ann", answer="yes")]
    (found,) = agreements(again)
    assert (found.machine.n, found.machine.agreed) == (1, 1.0)
