"""Kinds that occur together: what was planted is found, what is chance is not."""

from __future__ import annotations

import numpy as np
import pytest

from server.archive.analysis.together import rules

KINDS = tuple("abcdefghij")


def drawn(calls: int, share: float = 0.08, seed: int = 4) -> list[set[str]]:
    rng = np.random.default_rng(seed)
    return [{kind for kind in KINDS if rng.random() < share} for _ in range(calls)]


def test_chance_is_no_rule() -> None:
    assert rules(drawn(5000), len(KINDS)) == []


def test_what_comes_with_another_is_found_and_counted() -> None:
    calls = drawn(5000)
    for place, call in enumerate(calls):
        if "a" in call and place % 2:
            call.add("b")
    (rule,) = rules(calls, len(KINDS))
    both = sum({"a", "b"} <= call for call in calls)
    a, b = (sum(kind in call for call in calls) for kind in "ab")
    assert {*rule.given, rule.also} == {"a", "b"}
    assert rule.calls == both
    given = a if rule.given == ("a",) else b
    assert rule.confidence == pytest.approx(both / given)
    assert rule.lift == pytest.approx(both * 5000 / (a * b))
    assert rule.risk.low > 3


def test_a_third_kind_that_adds_nothing_is_left_out() -> None:
    calls = drawn(20_000, 0.2)
    for call in calls:
        if "a" in call:
            call.add("b")
            if "c" in call:
                call.discard("b")
    found = [set(rule.given) | {rule.also} for rule in rules(calls, len(KINDS))]
    assert {"a", "b"} in found
    assert all(len(kinds) == 2 for kinds in found)


def test_a_third_kind_that_matters_is_told() -> None:
    calls = drawn(10_000, 0.15)
    for place, call in enumerate(calls):
        if {"a", "c"} <= call and place % 4:
            call.add("b")
    assert {"a", "b", "c"} in [{*rule.given, rule.also} for rule in rules(calls, len(KINDS))]


def test_few_calls_tell_nothing() -> None:
    assert rules([{"a", "b"}] * 29, len(KINDS)) == []
    assert rules([], len(KINDS)) == []


def test_what_all_calls_have_cannot_be_judged() -> None:
    assert rules([{"a", "b"}] * 100, len(KINDS)) == []
