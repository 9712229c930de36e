"""Facts told, promises made and phases reached, in the words of both languages."""

from __future__ import annotations

import pytest

from coaching.advice import FactHeard, PhaseReached, PromiseMade
from voice.events import Degraded, Hold, Language, Role

from .script import Script, of


def facts(language: Language, *texts: str) -> list[tuple[str, str]]:
    script = Script(language)
    for place, text in enumerate(texts):
        script.words(10.0 + 5 * place, text)
    return [(event.kind, event.quote) for event in of(FactHeard, script.play(100))]


def promises(language: Language, *texts: str) -> list[tuple[str, str | None]]:
    script = Script(language)
    for place, text in enumerate(texts):
        script.words(10.0 + 5 * place, text, "agent")
    return [(event.quote, event.due) for event in of(PromiseMade, script.play(100))]


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "The charger is dead.", [("what", "The charger is dead")]),
        ("en", "It is like that since Monday.", [("when", "It is like that since Monday")]),
        ("en", "My flight leaves at 6 pm today", [("deadline", "My flight leaves at 6 pm today")]),
        ("en", "I need it by Friday, please.", [("deadline", "I need it by Friday")]),
        ("en", "I already tried another cable.", [("tried", "I already tried another cable")]),
        ("en", "So now we can't work.", [("consequence", "So now we can't work")]),
        ("en", "I want to cancel my contract", [("what", "I want to cancel my contract")]),
        ("en", "Thank you, that is all. Do I have to pay for that?", []),
        ("en", "It works well now, nothing is broken.", []),
        ("zh", "洗衣机昨天开始漏水了。", [("what", "洗衣机昨天开始漏水了")]),
        ("zh", "我上个星期买的。", [("when", "我上个星期买的")]),
        ("zh", "我明天要出差，今天下午五点前必须拿到。", [("deadline", "今天下午五点前必须拿到")]),
        ("zh", "已经打了三次电话", [("tried", "已经打了三次电话")]),
        ("zh", "现在没法上班。", [("consequence", "现在没法上班")]),
        ("zh", "好的，谢谢，不用了。", []),
    ],
)  # fmt: skip
def test_what_the_caller_told(language: Language, text: str, told: list[tuple[str, str]]) -> None:
    assert set(told) <= set(facts(language, text))
    assert bool(told) is bool(facts(language, text))


def test_each_thing_is_told_once() -> None:
    once = facts("en", "The charger is dead.", "As I said, the charger is dead!", "Since Monday.")
    assert [kind for kind, _ in once] == ["what", "when"]
    assert len(facts("zh", "洗衣机漏水了", "我的洗衣机漏水了")) == 1


def test_a_fact_knows_when_it_was_said_and_known() -> None:
    (event,) = of(FactHeard, Script().words(12.0, "The charger is dead", start_s=8.0).play(30))
    assert (event.start_s, event.at_s, event.known_at_s) == (8.0, 11.0, 12.0)
    assert (event.role, event.track, event.utterance_id) == ("caller", 0, "caller-12.0")


@pytest.mark.parametrize(
    ("language", "text", "made"),
    [
        ("en", "I will call you at five.", [("I will call you at five", "at five")]),
        ("en", "We'll send a new one today, and the driver will call before six.",
         [("We'll send a new one today", "today"),
          ("and the driver will call before six", "before six")]),
        ("en", "You will have your money within 3 days.",
         [("You will have your money within 3 days", "within 3 days")]),
        ("en", "I'll make sure of it.", [("I'll make sure of it", None)]),
        ("en", "Could you tell me your number? I will need it.", []),
        ("en", "You called us on Monday.", []),
        ("zh", "我今天下午五点前给您回电话。", [("我今天下午五点前给您回电话", "今天下午五点前")]),
        ("zh", "我们会在二十四小时内处理。", [("我们会在二十四小时内处理", "二十四小时内")]),
        ("zh", "我马上给您安排。", [("我马上给您安排", "马上")]),
        ("zh", "请问您的订单号是多少？", []),
    ],
)  # fmt: skip
def test_what_the_agent_promised(
    language: Language, text: str, made: list[tuple[str, str | None]]
) -> None:
    assert promises(language, text) == made


def test_a_promise_is_told_once_and_is_the_agents_alone() -> None:
    assert len(promises("en", "I will call you at five.", "Yes, I will call you at five.")) == 1
    assert of(PromiseMade, Script().words(10, "I will call you at five").play(30)) == []
    assert of(FactHeard, Script().words(10, "The charger is dead", "agent").play(30)) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Good morning, my name is Anna, how can I help?",
                "So you are saying it never came?",
                "I can send a new one, or would you prefer a refund?", "Is there anything else?"]),
        ("zh", ["您好，我是客服小李，请问有什么可以帮您？", "我跟您核对一下，是什么情况？",
                "有两个方案，您看哪个更合适？", "请问还有其他问题吗？"]),
    ],
)  # fmt: skip
def test_phases_are_reached_once_and_in_their_time(language: Language, said: list[str]) -> None:
    script = Script(language).words(5, said[3], "agent")  # too early to be the closing
    for place, text in enumerate([*said, *said]):
        script.words(10.0 + 5 * place, text, "agent")
    reached = [(e.phase, e.known_at_s) for e in of(PhaseReached, script.play(100))]
    assert reached == [("opening", 10), ("problem", 15), ("options", 20), ("closing", 25)]


@pytest.mark.parametrize(
    "script",
    [
        Script(roles=("unknown", "unknown")).words(10, "The charger is dead", "unknown"),
        Script()
        .add(Degraded(at_s=5.0, known_at_s=5.0, reason="demo_words"))
        .words(10, "The charger is dead"),
        Script()
        .add(Degraded(at_s=5.0, known_at_s=5.0, reason="identical_channels"))
        .words(10, "The charger is dead"),
        Script().add(Hold(at_s=5.0, known_at_s=5.0, on=True)).words(10, "The charger is dead"),
    ],
)
@pytest.mark.parametrize("role", ["caller", "agent"])
def test_nothing_is_taken_from_words_that_do_not_count(script: Script, role: Role) -> None:
    script.words(15, "I will call you at five. The charger is dead", "agent")
    assert not of(FactHeard, script.play(30)) + of(PromiseMade, script.play(30))
