"""Amounts in what an agent offers, and what happens beyond the limit."""

from __future__ import annotations

import pytest
import yaml

from coaching.advice import CueShown, HelpWanted
from coaching.limits import amounts
from coaching.playbook import Playbook, bundled_sheets

from .script import Script, of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I can refund you 1,200.50 dollars", [1200.5]),
        ("a voucher of $30 and 5 dollars", [30, 5]),
        ("I will give you two hundred and fifty euros", [250]),
        ("one thousand two hundred dollars", [1200]),
        ("sixty-five pounds off", [65]),
        ("赔您两百五十块", [250]),
        ("给您两百五块", [250]),
        ("补偿一万二千元", [12000]),
        ("送您一百零五元", [105]),
        ("减免十块", [10]),
        ("five people called", []),
    ],
)
def test_amounts(text: str, found: list[float]) -> None:
    assert amounts(text) == found


def limited(language: str) -> Playbook:
    limit = yaml.safe_dump({"limits": {"compensation": 50}})
    base = bundled_sheets("en" if language == "en" else "zh")
    return Playbook.from_files(base, {"company.yaml": limit})


@pytest.mark.parametrize(
    ("language", "text", "beyond"),
    [
        ("en", "I can give you a credit of 80 dollars", True),
        ("en", "I can give you a credit of 50 dollars", False),
        ("en", "Your order of 900 dollars was sent", False),
        ("zh", "我给您补偿八十块钱", True),
        ("zh", "我给您补偿五十块钱", False),
        ("zh", "您的订单是九百块钱", False),
    ],
)
def test_beyond_the_limit_somebody_else_decides(language: str, text: str, beyond: bool) -> None:
    script = Script("en" if language == "en" else "zh").words(30, text, "agent")
    told = script.play(60, playbook=limited(language))
    assert [event.reason for event in of(HelpWanted, told)] == ["over_limit"] * beyond
    cards = [event.card_id for event in of(CueShown, told)]
    assert ("say-instead-over-limit" in cards) is beyond


def test_without_a_limit_nothing_is_beyond_it() -> None:
    script = Script().words(30, "I can give you a credit of 8000 dollars", "agent")
    assert not of(HelpWanted, script.play(60))
