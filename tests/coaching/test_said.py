"""Sentences, quotes, and when a word was said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coaching.said import alike, clause, folded, sentences, starts_s
from tests.coaching.script import Script
from voice.events import WordsFinal


@pytest.mark.parametrize(
    ("token", "form"), [("DON’T", "dont"), ("您", "你"), ("ＡＢ", "ab"), ("地", "的")]
)
def test_folded(token: str, form: str) -> None:
    assert folded(token) == form


def test_a_token_knows_where_it_stands() -> None:
    text = "No, it isn't! 太贵了。"
    first, second = sentences(text)
    place = first.line.index("isnt")
    start, end = first.span(place, place + 5)
    assert text[start:end] == "isn't"
    assert text[slice(*second.span(0, len(second.line)))] == "太贵了"


@pytest.mark.parametrize(
    ("text", "about", "quote"),
    [
        ("Hello. My flight is today, so hurry.", "flight", "My flight is today"),
        ("my flight is today", "flight", "my flight is today"),
        ("昨天坏了，我很着急。", "坏", "昨天坏了"),
        (
            "well you know the thing is that my flight to see my sister who lives in another town "
            "far away leaves at six and I have to be there early",
            "leaves at six",
            "who lives in another town far away leaves at six and I have to be there early",
        ),
    ],
)
def test_a_quote_is_the_clause_or_as_much_as_fits(text: str, about: str, quote: str) -> None:
    start = text.index(about)
    assert clause(text, start, start + len(about)) == quote
    assert len(quote) <= 80


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("my flight is today", "the flight is today", True),
        ("my flight is today", "my charger is dead", False),
        ("洗衣机昨天坏了", "洗衣机坏了", True),
        ("洗衣机坏了", "我明天出差", False),
        ("it", "it", True),
        ("", "today", False),
    ],
)
def test_alike(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same


def test_when_a_word_was_said() -> None:
    script = Script().words(10.0, "my flight leaves today", start_s=5.0)
    fact = script.facts[0]
    assert isinstance(fact, WordsFinal)
    later = [
        replace(word, start_s=5.0 + place, text=f" {word.text}")
        for place, word in enumerate(fact.words)
    ]
    spoken = replace(fact, words=tuple(later))
    assert starts_s(spoken, fact.text.index("flight")) == 6.0
    assert starts_s(spoken, fact.text.index("today")) == 8.0
    assert starts_s(spoken, 0) == 5.0
