"""The one seam where words become labels: phrases, and a classifier where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from coaching.advice import CueShown, ObjectionHeard
from coaching.coach import Coach
from coaching.playbook import bundled
from coaching.thresholds import Thresholds
from coaching.understood import Reader
from voice.events import WordsFinal

from .script import ROLES, Script, every_tick, of


class Place(NamedTuple):
    """Where it says so."""

    start: int
    end: int


class Knows:
    """A classifier that knows one paraphrase."""

    def heard(self, text: str, speaker: Literal["caller", "agent"]) -> Mapping[str, float]:
        """Give what the text says."""
        if speaker == "agent":
            return {"evasion": 0.9, "objection_price": 0.9}
        known = "arm and a leg" in text
        return {"objection_price": 0.8, "no_such_class": 0.9} if known else {}

    def spans(self, text: str, label: str) -> tuple[Place, ...]:
        """Quote it."""
        start = text.find("an arm")
        return (Place(start, start + len("an arm and a leg")),) if start >= 0 else ()


TEXT = "Well, that costs an arm and a leg. Bye."


def read(text: str, role: Literal["caller", "agent"] = "caller") -> tuple[set[str], list[str]]:
    (fact,) = Script().words(10, text, role).facts
    assert isinstance(fact, WordsFinal)
    understood = Reader(bundled("en"), Knows()).read(fact)
    quotes = [understood.quote(hits[0]) for hits in understood.hits.values()]
    return set(understood.labels), quotes


def test_a_classifier_adds_what_no_phrase_knows_and_the_words_to_quote() -> None:
    assert read(TEXT) == ({"objection_price"}, ["that costs an arm and a leg"])
    assert read("Good morning")[0] == set()


def test_labels_of_the_other_speaker_do_not_count() -> None:
    assert read("The weather is fine", "agent")[0] == {"evasion"}


def test_a_detector_does_not_see_which_of_the_two_it_was() -> None:
    facts = Script().words(30, TEXT).all_facts(60)
    coach = Coach(ROLES, "en", bundled("en"), Thresholds(), call_id="x", understanding=Knows())
    told = every_tick(coach, facts)
    (objection,) = of(ObjectionHeard, told)
    assert (objection.subject, objection.quote) == ("price", "that costs an arm and a leg")
    assert [event.card_id for event in of(CueShown, told)] == ["price"]
    assert not of(ObjectionHeard, Script().words(30, TEXT).play(60))


def labels_zh(text: str) -> frozenset[str]:
    (fact,) = Script().words(10, text, "caller").facts
    assert isinstance(fact, WordsFinal)
    return Reader(bundled("zh")).read(fact).labels


def test_a_doubt_that_is_settled_in_the_same_breath_is_none() -> None:
    doubt = "今天五点之前，真的可以吗？"
    assert "objection_results" in labels_zh(doubt)
    settled = labels_zh(doubt + "好的，那我就放心了。")
    assert "accepts" in settled
    assert "objection_results" not in settled
    assert "objection_results" in labels_zh("好的，那我就放心了。可是真的可以吗？")


def test_thanks_do_not_settle_a_price() -> None:
    assert "objection_price" in labels_zh("这个太贵了，谢谢您。")
