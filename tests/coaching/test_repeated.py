"""The same question again: in other words, with an answer in between, not too long ago."""

from __future__ import annotations

import pytest

from coaching.advice import QuestionRepeated
from coaching.repeated import kernel
from voice.events import Language

from .script import Script, of


def asked(
    language: Language, first: str, second: str, *, answer: bool = True, later_s: float = 20
) -> int:
    script = Script(language).words(20, first)
    if answer:
        script.agent(22, 24, "Well." if language == "en" else "嗯。")
    return len(of(QuestionRepeated, script.words(20 + later_s, second).play(60 + later_s)))


@pytest.mark.parametrize(
    ("language", "first", "second", "times"),
    [
        ("en", "When will my refund arrive?", "So when is the refund arriving?", 1),
        ("en", "How long does the repair take?", "And how long will that repair take?", 1),
        ("en", "When will my refund arrive?", "Where is my refund arriving?", 0),
        ("en", "When will my refund arrive?", "When does the shop open?", 0),
        ("en", "Really?", "Really?", 0),
        ("en", "I ordered a laptop.", "I ordered a laptop.", 0),
        ("zh", "我的退款什么时候到账？", "那退款到底什么时候能到账呢？", 1),
        ("zh", "维修要多长时间？", "这个维修要多长时间啊？", 1),
        ("zh", "我的退款什么时候到账？", "你们几点下班？", 0),
        ("zh", "是吗？", "是吗？", 0),
    ],
)
def test_what_is_the_same_question(language: Language, first: str, second: str, times: int) -> None:
    assert asked(language, first, second) == times


def test_without_an_answer_nothing_was_asked_again() -> None:
    assert (
        asked("en", "When will my refund arrive?", "When will my refund arrive?", answer=False) == 0
    )


def test_long_ago_is_forgotten() -> None:
    question = "When will my refund arrive?"
    assert asked("en", question, question, later_s=290) == 1
    assert asked("en", question, question, later_s=310) == 0


def test_each_time_is_counted_from_the_first() -> None:
    script = Script()
    for place in range(3):
        script.words(20 + 20 * place, "When will my refund arrive?")
        script.agent(22 + 20 * place, 24 + 20 * place, "Soon.")
    told = of(QuestionRepeated, script.play(100))
    assert [(event.times, event.first_s) for event in told] == [(2, 18.0), (3, 18.0)]


def test_what_a_question_is_about() -> None:
    assert kernel("When will my refunds be arriving?") == {"when", "refund", "arriv"}
