"""The one seam where words become labels: phrases, and a classifier where there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from coaching.advice import CueRaised, CueShown, ObjectionHeard, RiskHeard
from coaching.coach import Coach
from coaching.playbook import bundled
from coaching.thresholds import Thresholds
from coaching.understanding import AGENT, CALLER
from coaching.understood import BY_PHRASES_ONLY, Reader, understood_by
from voice.events import Fact, Language, Meaning, WordsFinal

from .script import ROLES, Script, every_tick, of


class Knows:
    """A classifier that knows one paraphrase."""

    language: Language = "en"
    engine = "test/1"

    def meanings(self, text: str, speaker: Literal["caller", "agent"]) -> tuple[Meaning, ...]:
        """Give what the text says."""
        start = text.find("an arm")
        labels = ["evasion", "objection_price"] if speaker == "agent" else []
        if start >= 0:
            labels = ["objection_price", "no_such_class", "danger", "legal", "abuse"]
        end = start + len("an arm and a leg") if start >= 0 else len(text)
        return tuple(
            Meaning(label=label, score=0.9, start=max(0, start), end=end) for label in labels
        )


TEXT = "Well, that costs an arm and a leg. Bye."


def understood(facts: list[Fact]) -> list[Fact]:
    """Put behind all words what the classifier takes them to mean."""
    meant = [understood_by(Knows(), fact) for fact in facts if isinstance(fact, WordsFinal)]
    return sorted(
        [*facts, *(fact for fact in meant if fact is not None)], key=lambda fact: fact.known_at_s
    )


def read(text: str, role: Literal["caller", "agent"] = "caller") -> tuple[set[str], list[str]]:
    (fact,) = Script().words(10, text, role).facts
    assert isinstance(fact, WordsFinal)
    understood = Reader(bundled("en")).read(fact, understood_by(Knows(), fact))
    quotes = [understood.quote(hits[0]) for hits in understood.hits.values()]
    return set(understood.labels), quotes


def test_a_classifier_adds_what_no_phrase_knows_and_the_words_to_quote() -> None:
    assert read(TEXT) == ({"objection_price"}, ["that costs an arm and a leg"])
    assert read("Good morning")[0] == set()


def test_labels_of_the_other_speaker_do_not_count() -> None:
    assert read("The weather is fine", "agent")[0] == {"evasion"}


def test_what_it_knows_is_counted_but_alone_is_no_reason_for_a_card() -> None:
    facts = understood(Script().words(30, TEXT).all_facts(60))
    told = every_tick(Coach(ROLES, "en", bundled("en"), Thresholds(), call_id="x"), facts)
    assert [event.source for event in of(ObjectionHeard, told)] == ["model"]
    assert not of(CueShown, told)


SUPPORT = {
    "an offer": lambda: Script().words(25, "I can offer you a new one.", "agent"),
    "the same before": lambda: Script().words(25, TEXT),
    "anger": lambda: Script().words(22, "This is outrageous! This is unacceptable!"),
}


@pytest.mark.parametrize("support", SUPPORT)
def test_with_something_else_it_leads_to_a_card(support: str) -> None:
    facts = understood(SUPPORT[support]().words(30, TEXT).all_facts(90))
    told = every_tick(Coach(ROLES, "en", bundled("en"), Thresholds(), call_id="x"), facts)
    assert "price" in [event.card_id for event in of(CueRaised, told)]


def test_it_says_where_an_objection_came_from() -> None:
    facts = understood(Script().words(30, TEXT).all_facts(60))
    coach = Coach(ROLES, "en", bundled("en"), Thresholds(), call_id="x")
    told = every_tick(coach, facts)
    (objection,) = of(ObjectionHeard, told)
    assert (objection.subject, objection.quote) == ("price", "that costs an arm and a leg")
    assert objection.source == "model"
    assert not of(ObjectionHeard, Script().words(30, TEXT).play(60))


def test_what_a_phrase_knows_comes_from_the_phrase() -> None:
    facts = understood(Script().words(30, "It is too expensive, an arm and a leg.").all_facts(60))
    told = every_tick(Coach(ROLES, "en", bundled("en"), Thresholds(), call_id="x"), facts)
    (objection,) = of(ObjectionHeard, told)
    assert (objection.source, objection.quote) == ("phrases", "It is too expensive")


def test_what_a_phrase_finds_denied_the_classifier_does_not_hear() -> None:
    heard = read("That is not too expensive, an arm and a leg it is not.")[0]
    assert not heard & set(CALLER)


def test_no_protocol_starts_on_the_classifier_alone() -> None:
    facts = understood(Script().words(30, TEXT).all_facts(60))
    told = every_tick(Coach(ROLES, "en", bundled("en"), Thresholds(), call_id="x"), facts)
    assert not of(RiskHeard, told)
    assert BY_PHRASES_ONLY <= bundled("en").phrases.keys()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_card_about_the_agents_own_words_comes_from_the_classifier(language: Language) -> None:
    asked_for = {when.said for card in bundled(language).cards for when in card.when if when.said}
    assert asked_for
    assert not asked_for & set(AGENT)


def test_it_is_asked_only_in_its_language_and_of_known_speakers() -> None:
    (fact,) = Script().words(10, TEXT).facts
    assert isinstance(fact, WordsFinal)
    assert understood_by(Knows(), fact) is not None
    assert understood_by(Knows(), replace(fact, language="zh")) is None
    assert understood_by(Knows(), replace(fact, role="unknown")) is None
    assert understood_by(Knows(), replace(fact, text="Good morning.")) is None


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
