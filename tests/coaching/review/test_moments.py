"""Three moments of three kinds, and what the agent did after each card."""

from __future__ import annotations

from itertools import combinations
from typing import Any, get_args

import pytest

from coaching.advice import CueShown
from coaching.conduct import IN_TURNS, IN_WORDS
from coaching.playbook import bundled
from coaching.review import Review
from coaching.review.candidates import BAD, GOOD, candidates
from coaching.review.log import CallLog
from coaching.review.moments import BEFORE_S, LONGEST_S
from coaching.review.values import MomentKind
from tests.coaching.script import Script

from . import talks

OPENING = {"agent": "Good morning, my name is Anna, how can I help?"}


def reviewed(*lines: dict[str, Any], language: Any = "en", **setup: Any) -> Review:
    return talks.reviewed(language, talks.call(language, *lines, **setup))


@pytest.mark.parametrize("name", talks.SAMPLES)
def test_a_clip_begins_before_its_moment_and_none_holds_another(name: str) -> None:
    moments = talks.reviewed(talks.language_of(name), talks.sample(name)).moments
    assert moments
    assert len({moment.kind for moment in moments}) == len(moments)
    for moment in moments:
        assert moment.from_s == pytest.approx(max(0.0, moment.at_s - BEFORE_S), abs=0.002)
        assert moment.at_s <= moment.to_s <= moment.from_s + LONGEST_S
    for one, other in combinations(moments, 2):
        assert not one.from_s <= other.at_s <= one.to_s


def test_the_worst_the_trouble_and_what_was_left_open() -> None:
    review = reviewed(
        OPENING,
        {"at": 30},
        {"caller": "When will my refund come?"},
        {"agent": "Please calm down. You must fill in a form first."},
        {"at": 60},
        {"caller": "But when will the refund be here? You promised it. This is ridiculous."},
        {"at": 80},
        {"caller": "I am fed up, this is unacceptable, you are not listening to me."},
        {"at": 100},
        {"agent": "I am sorry. I will call you tomorrow at nine."},
        {"caller": "All right, thank you."},
    )
    assert [moment.kind for moment in review.moments] == ["stage", "conduct_bad", "broken_promise"]
    assert review.moments[1].quote == "Please calm down"
    assert review.moments[1].title_key == "conduct.dismisses"
    assert review.moments[2].quote == "You promised it"


def test_a_risk_goes_before_everything() -> None:
    review = reviewed(OPENING, {"at": 25}, {"caller": "I smell gas in the kitchen."})
    assert review.moments[0].kind == "danger"


def test_good_conduct_after_which_the_caller_was_calmer_weighs_more() -> None:
    log = talks.sample("zh-rising")
    call = CallLog(log, bundled("zh"))
    review = talks.reviewed("zh", log)
    found = list(candidates(call, review.note, review.cards))
    good = {c.line.at_s: c for c in found if c.kind == "conduct_good"}
    followed = [c for c in good.values() if c.why.values["then"] == "calmer"]
    assert followed
    for one in followed:
        alone = [c for c in good.values() if c.title_key == one.title_key and c is not one]
        assert all(c.weight < one.weight for c in alone if c.why.values["then"] == "none")


def test_a_long_silence_is_a_moment_when_nothing_else_is() -> None:
    review = reviewed({"caller": "Hello."}, {"agent": "Hello."}, {"pause": 14}, {"caller": "Yes."})
    (silence,) = [moment for moment in review.moments if moment.kind == "silence"]
    assert silence.why.values["seconds"] == 14
    assert silence.quote is None


def test_the_tables_name_conduct_that_there_is() -> None:
    conduct = {**IN_WORDS, **IN_TURNS}
    assert not [name for name in GOOD if conduct[name] is not True]
    assert not [name for name in BAD if conduct[name] is not False]
    assert "wanted" in get_args(MomentKind)


# What the agent did after a card

PRICE: list[dict[str, Any]] = [
    OPENING,
    {"at": 25},
    {"caller": "That is too expensive for me."},
    {"pause": 4},
]


def price_card(*answer: dict[str, Any], **setup: Any) -> Any:
    log = talks.call("en", *PRICE, *answer, {"pause": 20}, **setup)
    review = talks.reviewed("en", log)
    return next(card for card in review.cards if card.kind == "objection"), log


def said() -> str:
    """The text of the card itself."""
    _, log = price_card({"agent": "Hm."})
    return next(e.event.say for e in log if isinstance(e.event, CueShown))


def test_the_agent_said_the_card() -> None:
    card, _ = price_card({"agent": said().replace("\n", " ")})
    assert (card.did, card.said_share) == ("said", 1.0)
    assert card.agent[0].text == said().replace("\n", " ")


def test_the_agent_went_its_way_in_other_words() -> None:
    card, _ = price_card({"agent": "It comes with five years of service and it covers parts."})
    assert card.did == "similar"
    assert card.said_share is not None
    assert card.said_share < 0.5


def test_the_agent_did_something_else_or_said_nothing() -> None:
    card, _ = price_card({"agent": "Nobody else has complained."})
    assert (card.did, [line.text for line in card.agent]) == (
        "other", ["Nobody else has complained."],
    )  # fmt: skip
    card, _ = price_card()
    assert (card.did, card.agent) == ("silent", ())


def test_a_withheld_card_is_reviewed_as_well() -> None:
    card, log = price_card({"agent": "It comes with five years of service."}, shadow=True)
    assert card.withheld == "shadow"
    assert card.did == "similar"
    assert card.say
    assert not [e for e in log if isinstance(e.event, CueShown)]


def test_the_caller_before_a_card_and_after_it() -> None:
    script = Script().voice(5, 25).voice(30, 40, 1.0).voice(40, 110)
    script.agent(41, 45, "I understand that this is annoying. What is most urgent for you?")
    review = talks.reviewed("en", talks.logged(script.all_facts(120.0)))
    card = review.cards[0]
    assert (card.before.state, card.after.state) == ("tense", "calm")
    assert card.before.index is not None
    assert card.after.index is not None
    assert card.before.index > card.after.index
