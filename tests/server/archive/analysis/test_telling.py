"""Telling words, against the formula and against what must not be shown."""

from __future__ import annotations

from math import log

import pytest

from server.archive.analysis.telling import FEWEST_CALLS, telling


def said(*utterances: str) -> list[tuple[str, list[str]]]:
    return [(f"call-{place}", text.split()) for place, text in enumerate(utterances)]


def test_the_weight_is_that_of_the_formula() -> None:
    found = telling({"price": said(*["too dear"] * 5), "other": said(*["too late today"] * 5)})
    (dear,) = found["price"]
    # 5 of 10 words of the kind; 25 words over 2 kinds; 5 times in all
    assert dear.weight == pytest.approx(5 / 10 * log(1 + (25 / 2) / 5))
    assert (dear.word, dear.calls) == ("dear", 5)


def test_a_word_that_all_say_tells_nothing() -> None:
    found = telling({"price": said(*["really dear"] * 9), "other": said(*["really late"] * 9)})
    assert [one.word for one in found["price"]] == ["dear"]
    assert [one.word for one in found["other"]] == ["late"]


def test_a_word_of_few_calls_may_be_a_name_and_is_not_shown() -> None:
    one_call = [("the-same", ["schmidt"])] * 50
    few = [(f"call-{place}", ["rarely"]) for place in range(FEWEST_CALLS - 1)]
    enough = [(f"call-{place}", ["dear"]) for place in range(FEWEST_CALLS)]
    found = telling({"price": [*one_call, *few, *enough], "other": said("late")})
    assert [one.word for one in found["price"]] == ["dear"]


def test_the_heaviest_come_first_and_only_so_many() -> None:
    utterances = said(*[" ".join(f"w{n}" for n in range(place)) for place in range(40)])
    found = telling({"price": utterances, "other": said("late")}, most=3)
    assert [one.word for one in found["price"]] == ["w0", "w1", "w2"]


def test_nothing_said_tells_nothing() -> None:
    assert telling({}) == {}
    assert telling({"price": []}) == {"price": []}
