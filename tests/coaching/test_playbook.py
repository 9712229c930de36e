"""Playbooks: both bundled ones are good, and a broken one is refused in one clear line."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from coaching.conduct import IN_WORDS
from coaching.conversation import RISKS
from coaching.objections import SUBJECTS
from coaching.phases import PHASES
from coaching.playbook import DETECTED, LISTS, Playbook, PlaybookError, bundled
from coaching.review.log import NOTE_READS, NOTE_READS_OF_AGENT
from coaching.stages import POINTS
from coaching.told import KINDS as TOLD
from voice.events import Language

from .book import YAML

KINDS = {
    "safety", "legal", "abuse", "say-instead", "escalation", "withdrawal", "stage", "tension",
    "deadlock", "hand-over", "turn-taking", "trust", "complaint", "objection", "worry", "what-else",
    "closing",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bundled_playbooks_cover_the_same_situations(language: Language) -> None:
    book, other = bundled(language), bundled("zh" if language == "en" else "en")
    assert book.language == language
    assert len(book.cards) >= 10
    assert [(c.id, c.kind, c.priority, c.topic, c.way, c.done_by, c.when) for c in book.cards] == [
        (c.id, c.kind, c.priority, c.topic, c.way, c.done_by, c.when) for c in other.cards
    ]
    assert {card.kind for card in book.cards} == KINDS
    assert book.cards[0].priority == "P0"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_text_for_the_agent_holds_a_number_or_a_score(language: Language) -> None:
    for card in bundled(language).cards:
        text = " ".join([card.why, card.say, card.next, card.avoid])
        assert not re.search(r"\d|index|score|percent|指数|分数|得分", text.lower()), card.id


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_list_of_phrases_is_read_by_somebody_and_none_is_missing(language: Language) -> None:
    book = bundled(language)
    by_cards = {when.heard for card in book.cards for when in card.when if when.heard}
    by_code = {f"objection_{subject}" for subject in SUBJECTS} | {f"told_{kind}" for kind in TOLD}
    by_code |= {*LISTS, *RISKS, *POINTS, "question", "hesitates", "changes_subject", "accepts"}
    by_code |= NOTE_READS
    by_code -= {"repeated_question", "barge_in", "tense"}  # not heard in words
    assert set(book.phrases) == (by_cards | by_code) - set(DETECTED)
    said = {when.said for card in book.cards for when in card.when if when.said}
    said |= {name for card in book.cards for name in card.done_by}
    said |= {card.way for card in book.cards if card.way}
    by_code = {f"phase_{phase}" for phase in PHASES} | {"promise", "due", "compensation", *IN_WORDS}
    by_code |= {"question", "asks_to_wait", "gives_name", "states_reason", "asks_good_time"}
    by_code |= NOTE_READS_OF_AGENT
    assert set(book.agent) == (said | by_code) - {"over_limit"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sixty_cards_and_more_in_each_language(language: Language) -> None:
    cards = bundled(language).cards
    assert len(cards) >= 60
    assert len({card.say for card in cards}) == len(cards)  # each says something of its own


def test_chinese_cards_are_polite_and_name_the_trouble() -> None:
    for card in bundled("zh").cards:
        text = card.why + card.say + card.next + card.avoid
        assert not re.search("冷静|别急|别着急|生气了|你们", text), card.id
        assert "你" not in card.say, card.id  # 您
        assert not re.search(r"[a-zA-Z]", card.say), card.id


def test_the_driver_in_plain_words_fills_why() -> None:
    book = bundled("en")
    card = next(card for card in book.cards if card.id == "tension-rises")
    assert book.why(card, "articulation_rate") == "Speaking faster than when calm"
    assert book.why(book.cards[0], "articulation_rate") == book.cards[0].why


def change(path: list[Any], value: Any) -> str:
    data = yaml.safe_load(YAML)
    place = data
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    text: str = yaml.safe_dump(data)
    return text


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["cards", 3, "say"], None, "card apples, say: Field required"),
        (["cards", 3, "say"], 7, "card apples, say: Input should be a valid string"),
        (["cards", 3, "says"], "x", "card apples, says: Unexpected keyword argument"),
        (["cards", 3, "priority"], "P1", "card apples, priority: Input should be 'P0' or 'normal'"),
        (["cards", 3, "when", 0, "herd"], "x", "card apples, when.0.herd: Unexpected keyword"),
        (["cards", 3, "when", 0, "heard"], "x", "card apples, when: there is no list of phrases"),
        (["cards", 3, "when"], [], "card apples, when: is empty"),
        (["cards", 3, "when"], [{}], "card apples, when: an empty line would always hold"),
        (["cards", 3, "when"], [{"for_s": 3}], "card apples, when: for_s needs state"),
        (["cards", 3, "when"], [{"barge_ins": 0}], "card apples, when: a count is less than 1"),
        (["cards", 3, "id"], "pears", "card pears, id: used twice"),
        (["cards", 3, "why"], "w" * 43, "card apples, why: 43 characters, at most 42"),
        (["cards", 3, "why"], "{drivers} x", "card apples, why: knows no field but {driver}"),
        (["cards", 3, "why"], "{driver", "card apples, why: knows no field but {driver}"),
        (["cards", 8, "why"], "{driver}" + "x" * 36, "card tense, why: 44 characters, at most 42"),
        (["cards", 3, "say"], "word " * 25, "card apples, say: 25 words, at most 24"),
        (["cards", 3, "say"], "a\nb\nc", "card apples, say: 3 lines, at most 2"),
        (["cards", 3, "say"], " ", "card apples, say: is empty"),
        (["cards", 3, "next"], "a\nb", "card apples, next: more than one line"),
        (["cards", 3, "avoid"], "", "card apples, avoid: is empty"),
        (["drivers", "f0_median"], None, "playbook, drivers: must name f0_median, "),
        (["phrases", "angry"], None, "playbook, phrases: angry is missing"),
        (["phrases", "apples"], ["?!"], "playbook, phrases, apples: '?!' has a ? behind nothing"),
        (["phrases", "apples"], [False], "playbook, phrases.apples.0: Input should be a valid"),
        (["language"], "de", "playbook, language: Input should be 'en' or 'zh'"),
    ],
)
def test_a_broken_playbook_gives_one_line_with_card_and_field(
    path: list[Any], value: Any, message: str
) -> None:
    with pytest.raises(PlaybookError) as caught:
        Playbook.from_yaml(change(path, value))
    line, _, said = str(caught.value).partition(": ")
    assert re.fullmatch(r"line \d+", line)
    assert said.startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["cards: [", "", "just text", "- 1"])
def test_what_is_no_playbook_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        Playbook.from_yaml(text)
    assert re.match(r"(line \d+: )?playbook", str(caught.value))
    assert "\n" not in str(caught.value)


def test_hanzi_are_counted_in_a_chinese_playbook() -> None:
    data = yaml.safe_load(YAML)
    data["language"] = "zh"
    data["cards"][3]["why"] = "这" * 19
    with pytest.raises(PlaybookError, match="card apples, why: 19 Hanzi, at most 18"):
        Playbook.from_yaml(yaml.safe_dump(data))
    data["cards"][3].update(why="这" * 18, say="那" * 41)
    with pytest.raises(PlaybookError, match="card apples, say: 41 Hanzi, at most 40"):
        Playbook.from_yaml(yaml.safe_dump(data))
