"""Grades only rise, each reason for help counts once, and a date makes it urgent."""

from __future__ import annotations

import pytest

from coaching.advice import Escalated, HelpWanted
from coaching.escalation import GRADES, HELP, RULES, Escalation
from voice.events import Language

from .script import Script, of


def test_grades_only_rise() -> None:
    escalation = Escalation()
    found = [e for rule in ("asks", "objects", "asks_again", "asks", "legal", "asks_again")
             for e in escalation.because(rule, 1.0, 2.0)]  # fmt: skip
    assert [e.grade for e in of(Escalated, found)] == ["L1", "L2", "L4"]
    assert [e.reason for e in of(HelpWanted, found)] == ["legal"]


def test_help_for_a_reason_is_wanted_once() -> None:
    escalation = Escalation()
    assert len(of(HelpWanted, escalation.because("abuse", 1.0, 2.0))) == 1
    assert of(HelpWanted, escalation.because("abuse", 3.0, 4.0)) == []
    assert len(of(HelpWanted, escalation.because("danger", 3.0, 4.0))) == 1


def test_every_rule_has_a_grade() -> None:
    assert set(RULES.values()) == set(GRADES)
    assert HELP.keys() <= RULES.keys()


@pytest.mark.parametrize(
    ("language", "texts", "grades"),
    [
        ("en", ["When will it come?"], [("L1", False)]),
        ("en", ["I need it by Friday.", "When will it come?"], [("L1", True)]),
        ("en", ["I restarted it twice.", "The router is dead."], [("L3", False)]),
        (
            "en",
            ["It is too expensive.", "I have to ask my boss.", "I need to think about it."],
            [("L1", False), ("L2", False)],
        ),
        ("zh", ["什么时候能到货？"], [("L1", False)]),
        ("zh", ["我重启了好几次。", "还是黑屏了，开不了机。"], [("L3", False)]),
    ],
)
def test_what_leads_to_which_grade(
    language: Language, texts: list[str], grades: list[tuple[str, bool]]
) -> None:
    script = Script(language)
    for place, text in enumerate(texts):
        script.words(10.0 + 10 * place, text)
    told = of(Escalated, script.play(60))
    assert [(event.grade, event.urgent) for event in told] == grades
