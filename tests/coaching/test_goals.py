"""Goals by kind of call: told once it is over, from words alone."""

from __future__ import annotations

from typing import Any

from coaching.advice import CueShown, GoalAssessed
from coaching.thresholds import Thresholds

from .script import Script, of

CLEAR = "So you are saying the charger has been dead since Monday, is that right?"
OPTIONS = ("We can send you a new one today.", "Or I can refund the full amount right now.")


def complaint(*agent: str, accepts: bool = True, from_s: float = 10) -> Script:
    script = Script().words(from_s, "My charger is broken and nobody has called me back.")
    at_s = from_s
    for line in agent:
        at_s += 10
        script.words(at_s, line, "agent")
    return script.words(at_s + 10, "Okay, let's do that. Thank you so much.") if accepts else script


def goals(script: Script, until_s: float = 120, **settings: Any) -> dict[str, GoalAssessed]:
    told = script.play(until_s, thresholds=Thresholds(**settings)) if settings else None
    told = told if told is not None else script.play(until_s)
    found = of(GoalAssessed, told)
    assert all(event.known_at_s == told[-1].known_at_s for event in found)
    return {event.goal: event for event in found}


def test_a_complaint_that_came_to_its_goals() -> None:
    found = goals(complaint(CLEAR, *OPTIONS))
    assert {event.kind for event in found.values()} == {"complaint"}
    assert found.keys() == {"problem_clear", "two_options", "agreement"}
    reached = {goal: event.reached_s for goal, event in found.items()}
    assert reached == {"problem_clear": 19.0, "two_options": 39.0, "agreement": 49.0}
    assert all(event.in_time for event in found.values())


def test_what_was_not_reached_is_said_to_be_so() -> None:
    found = goals(complaint(OPTIONS[0], accepts=False))
    assert {goal: event.reached_s for goal, event in found.items()} == {
        "problem_clear": None, "two_options": None, "agreement": None,
    }  # fmt: skip
    assert not any(event.in_time for event in found.values())


def test_the_same_option_twice_is_one() -> None:
    assert goals(complaint(OPTIONS[0], OPTIONS[0]))["two_options"].reached_s is None


def test_thanks_before_any_option_agree_to_nothing() -> None:
    assert goals(complaint())["agreement"].reached_s is None


def test_too_late_is_reached_but_not_in_time() -> None:
    late = goals(complaint(CLEAR, *OPTIONS, from_s=70), until_s=150, goal_complaint_s=60)
    assert late["agreement"].reached_s is not None
    assert not late["agreement"].in_time


def enquiry(*questions: str, answer_last: bool = True) -> Script:
    script = Script()
    for place, question in enumerate(questions):
        script.words(10 + 20 * place, question)
        if answer_last or place + 1 < len(questions):
            script.words(20 + 20 * place, "It is on page four.", "agent")
    return script


ASKED = (
    "What time do you close?",
    "How much is the blue suitcase?",
    "Where can I collect my parcel?",
)


def test_an_enquiry_is_answered_question_by_question() -> None:
    (event,) = goals(enquiry(*ASKED)).values()
    assert (event.kind, event.goal, event.reached_s) == ("enquiry", "questions_answered", 59.0)
    (event,) = goals(enquiry(ASKED[0])).values()
    assert event.reached_s == 19.0


def test_a_question_without_an_answer() -> None:
    (event,) = goals(enquiry(*ASKED[:2], answer_last=False)).values()
    assert event.reached_s is None


def test_a_call_of_neither_kind_has_no_goals() -> None:
    assert goals(Script().words(10, "Good morning.").words(20, "Good morning.", "agent")) == {}


def test_nothing_of_it_is_told_while_the_call_runs() -> None:
    told = complaint(CLEAR, *OPTIONS).play(120)
    first = next(place for place, event in enumerate(told) if isinstance(event, GoalAssessed))
    assert not of(CueShown, told[first:])
