"""Every written conversation ends as it says; see README.md in this folder."""

from __future__ import annotations

from typing import Any

import pytest

from voice.events import Language

from .play import advice_of, differences, scenarios

ALL = list(scenarios())


@pytest.mark.parametrize(
    ("language", "scenario"),
    [pytest.param(language, scenario, id=name) for name, language, scenario in ALL],
)
def test_scenario(language: Language, scenario: dict[str, Any]) -> None:
    assert scenario["expect"], "a scenario that expects nothing cannot fail"
    assert differences(scenario["expect"], advice_of(language, scenario["call"])) == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_are_enough_of_them(language: Language) -> None:
    assert sum(each == language for _, each, _ in ALL) >= 40


def test_an_expectation_can_fail() -> None:
    call = [{"caller": "Good morning."}]
    wrong = differences({"cards": ["price"], "conduct": ["empathy"]}, advice_of("en", call))
    assert wrong.keys() == {"cards", "conduct"}
