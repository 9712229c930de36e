"""One card of a topic: not twice, not a way tried or turned down, not what is done already."""

from __future__ import annotations

import pytest

from coaching.advice import CueLeft, CueShown
from coaching.coach import Coach, replay
from coaching.playbook import Playbook
from coaching.thresholds import Thresholds
from coaching.verdicts import written

from .book import YAML
from .script import ROLES, Script, of, shown

TOPIC = """
agent:
  discount: [discount]
  parts: [monthly parts]
  sorry: [sorry]
phrases: {refuses: [not good enough]}
cards:
  - {id: first, kind: word, topic: cost, way: discount, when: [{heard: figs}], why: w,
     say: a discount, next: n, avoid: a}
  - {id: second, kind: word, topic: cost, way: parts, done_by: [sorry], when: [{heard: figs}],
     why: w, say: several parts, next: n, avoid: a}
  - {id: third, kind: word, topic: cost, way: discount, when: [{heard: figs, times: 2}], why: w,
     say: another discount, next: n, avoid: a}
remove: [figs]
"""
BOOK = Playbook.from_files({"base.yaml": YAML}, {"topic.yaml": TOPIC})


def lively() -> Script:
    return Script().voice(2, 7, 1.0).voice(8, 16, 0.0)


def cards(script: Script, end_s: float = 400) -> list[str]:
    return [card for card, _ in shown(script.play(end_s, playbook=BOOK))]


def test_one_card_for_a_cause_and_another_the_next_time() -> None:
    assert cards(lively().words(40, "figs")) == ["first"]
    assert cards(lively().words(40, "figs").words(45, "figs")) == ["first"]
    assert cards(lively().words(40, "figs").words(100, "figs")) == ["first", "second"]
    thrice = lively().words(40, "figs").words(100, "figs").words(160, "figs")
    assert cards(thrice) == ["first", "second"]


def test_a_way_that_the_agent_has_gone_is_not_proposed() -> None:
    script = lively().agent(20, 22, "Would a discount help?").words(40, "figs")
    assert cards(script) == ["second"]


def test_a_way_that_was_turned_down_does_not_come_in_other_words() -> None:
    twice = lively().words(40, "figs").words(100, "figs").words(150, "figs").words(155, "figs")
    assert cards(twice) == ["first", "second", "third"]
    assert cards(twice.words(50, "that is not good enough")) == ["first", "second"]


def test_silent_while_the_agent_is_doing_it() -> None:
    tried = lively().agent(20, 22, "a discount")
    assert cards(tried.words(60, "figs")) == ["second"]
    assert cards(tried.agent(50, 52, "I am sorry").words(60, "figs")) == []
    # long ago is not now
    assert cards(lively().agent(20, 22, "a discount, sorry").words(60, "figs")) == ["second"]


def test_a_card_leaves_when_its_thing_is_done_in_other_words() -> None:
    script = lively().agent(20, 22, "a discount").words(40, "figs").agent(44, 46, "So sorry")
    advice = script.play(100, playbook=BOOK)
    left = [(e.card_id, e.reason) for e in of(CueLeft, advice) if e.shown_s is not None]
    assert left == [("second", "said")]


def test_a_new_caller_is_met_afresh_but_no_card_twice() -> None:
    facts = lively().words(40, "figs").words(100, "figs").all_facts(200)
    told = replay(facts, ROLES, "en", BOOK, Thresholds(), call_id="x")
    assert len({event.card_id for event in of(CueShown, told)}) == len(of(CueShown, told))


@pytest.mark.parametrize(
    ("at_s", "standing"),
    [(41.0, {"first": "waits", "second": "waits"}), (43.0, {"first": "shown_before"})],
)
def test_the_verdict_on_each_card_that_applies(at_s: float, standing: dict[str, str]) -> None:
    coach = Coach(ROLES, "en", BOOK, Thresholds(), call_id="x")
    facts = lively().words(40, "figs").all_facts(100)
    for now_s in sorted({fact.known_at_s for fact in facts if fact.known_at_s < at_s}):
        coach.tick(now_s, [fact for fact in facts if fact.known_at_s == now_s])
    coach.tick(at_s, ())
    found = {v.card_id: v for v in coach.verdicts()}
    assert {name: found[name].standing for name in standing} == standing
    assert found["first"].lines == ("heard: figs",)
    assert written(BOOK.cards[0].when[0]) == "heard: danger"
