"""The pattern language: what each form finds, and how a bad pattern is refused."""

from __future__ import annotations

import pytest

from coaching.finder import Finder, Phrases
from coaching.patterns import GAP, PatternError, compiled

WORDS = {"day": ("monday", "the weekend"), "soon": ("by <day>", "today")}


def found(pattern: str, text: str) -> list[str]:
    hits = Finder({"x": [pattern]}, WORDS).find(text)
    return [text[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("forget it", "Oh, forget it. Forget that.", ["forget it"]),
        ("forget it", "Forget. It is late.", []),
        ("no thanks", "No, thanks!", ["No, thanks"]),
        ("don't know", "I don’t know", ["don’t know"]),
        ("too (dear|much money)", "too much money, too dear", ["too much money", "too dear"]),
        ("very? slow", "slow, very slow", ["slow", "very slow"]),
        ("(very very)? slow", "very very slow", ["very very slow"]),
        ("price ... high", "The price is really quite high", ["price is really quite high"]),
        ("price ... high", "The price. It is high", []),
        ("price ... high", "The price is not high", []),
        ("price ... high", f"price {'very ' * (GAP + 1)}high", []),
        ("refund*", "they refunded me", ["refunded"]),
        ("<n> weeks", "two weeks, 3 weeks, many weeks", ["two weeks", "3 weeks"]),
        ("need it <soon>", "I need it by the weekend", ["need it by the weekend"]),
        ("太贵", "太，贵", ["太，贵"]),
        ("您说的是", "你说地是", ["你说地是"]),
        ("一直...没", "一直到今天都没来", ["一直到今天都没"]),
        ("<n>(个)?月", "等了两个月", ["两个月"]),
    ],
)
def test_what_a_pattern_finds(pattern: str, text: str, places: list[str]) -> None:
    assert found(pattern, text) == places


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("too (dear", "a bracket that is not closed"),
        ("too dear)", "a bracket too many"),
        ("<noun> broke", "there are no words <noun>"),
        ("<self>", "stands for itself"),
        ("?!", "has a ?"),
        ("a + b", "holds '+'"),
        ("... high", "begins with a gap"),
        ("very?", "no words that must be said"),
        ("", "no words that must be said"),
        ("re*", "three letters at least"),
    ],
)
def test_a_bad_pattern_is_refused(pattern: str, problem: str) -> None:
    with pytest.raises(PatternError) as caught:
        compiled(pattern, {**WORDS, "self": ("<self>",)})
    assert problem in str(caught.value)


PRICE = Finder({"price": ["too expensive", "can't afford", "太贵", "买不起"]})


@pytest.mark.parametrize(
    "text",
    [
        "It is too expensive.",
        "Why not? It is too expensive.",
        "No, it is too expensive.",
        "I don't understand why it is too expensive",
        "It is not only late, it is too expensive",
        "I can't afford it",
        "这个太贵了",
        "是不是太贵了",
        "不好意思太贵了",
        "对不起太贵了",
        "没有，太贵了",
        "我买不起",
    ],
)
def test_a_denial_elsewhere_does_not_matter(text: str) -> None:
    assert [hit.name for hit in PRICE.find(text)] == ["price"]


@pytest.mark.parametrize(
    "text",
    ["It is not too expensive", "I don't think it's too expensive", "It was never too expensive",
     "不太贵", "我不觉得太贵", "没有说太贵"],
)  # fmt: skip
def test_what_is_denied_is_not_found(text: str) -> None:
    assert PRICE.find(text) == ()


def test_a_list_may_count_although_it_is_denied() -> None:
    finder = Finder({"gas": Phrases(any=("smell gas",), negated=True)})
    assert finder.find("I did not smell gas before, now I smell gas")
    assert finder.find("I never smell gas")


def test_words_inside_an_idiom_do_not_count() -> None:
    idiom = Phrases(any=("heart attack",), unless=("gave me a heart attack",))
    finder = Finder({"danger": idiom})
    assert not finder.find("The bill nearly gave me a heart attack")
    assert finder.find("You gave me a form. My father has a heart attack")


def test_a_list_is_found_once_in_the_same_words() -> None:
    finder = Finder({"x": ["very very slow", "very slow", "slow"], "y": ["slow"]})
    text = "very very slow"
    assert [(h.name, text[h.start : h.end]) for h in finder.find(text)] == [
        ("x", "very very slow"),
        ("y", "slow"),
    ]
