"""Sheets added up and laid over each other; every fault is told with its file and line."""

from __future__ import annotations

import pytest

from coaching.playbook import (
    Playbook,
    PlaybookError,
    bundled,
    bundled_sheets,
    fingerprint,
    json_schema,
)

from .book import YAML
from .script import Script, shown

CARD = """cards:
  - {id: late, kind: objection, when: [{heard: apples}], why: late, say: sooner rather than later,
     next: n, avoid: a}
"""


def over(text: str, base: str = YAML) -> Playbook:
    return Playbook.from_files({"base.yaml": base}, {"company.yaml": text})


def ids(book: Playbook) -> list[str]:
    return [card.id for card in book.cards]


def test_several_sheets_are_one_playbook() -> None:
    head, cards = YAML.split("cards:", 1)
    whole = Playbook.from_files({"a.yaml": head, "b.yaml": "cards:" + cards})
    assert whole == Playbook.from_yaml(YAML)


def test_a_company_changes_a_card_and_leaves_the_rest() -> None:
    book = over("cards:\n  - {id: apples, say: red apples taste sweet}\n")
    card = next(card for card in book.cards if card.id == "apples")
    assert (card.say, card.why) == ("red apples taste sweet", "apples")
    assert ids(book) == ids(Playbook.from_yaml(YAML))


def test_new_cards_come_first_behind_those_about_safety() -> None:
    assert ids(over(CARD))[:4] == ["danger", "gas", "late", "gone"]


def test_cards_may_be_taken_away() -> None:
    assert "apples" not in ids(over("remove: [apples]"))


def test_phrases_and_words_are_added() -> None:
    book = over("phrases: {apples: [<product>]}\nwords: {product: [golden delicious]}\n")
    found = {hit.name for hit in book.caller_finder.find("Golden Delicious, and apples")}
    assert found == {"apples"}
    assert len(book.caller_finder.find("Golden Delicious, and apples")) == 2


def test_a_list_with_unless_is_added_to_one_without() -> None:
    book = over("phrases: {apples: {any: [cider], unless: [cider house]}}\n")
    assert book.caller_finder.find("apples")
    assert book.caller_finder.find("cider")
    assert not book.caller_finder.find("the cider house")


def test_a_forbidden_claim_is_answered_with_what_to_say_instead() -> None:
    company = """
forbidden:
  - {id: cures, claim: [(cures|heals) everything], why: Nobody may say so,
     instead: It helps many people with this., next: Name the study, avoid: No promise of healing}
"""
    book = Playbook.from_files(bundled_sheets("en"), {"company.yaml": company})
    told = Script().words(30, "This cures everything", "agent").play(60, playbook=book)
    assert shown(told)[0][0] == "say-instead-cures"
    assert shown(Script().words(30, "This cures everything", "agent").play(60)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cards:\n  - {say: x}\n", "company.yaml:2: a card needs an id"),
        ("remove:\n  - nothing\n", "company.yaml:2: there is no card 'nothing'"),
        ("cards:\n  - id: apples\n    say: ''\n", "company.yaml:3: card apples, say: is empty"),
        (
            "cards:\n  - id: apples\n    when: [{heard: none}]\n",
            "company.yaml:3: card apples, when: there is no list of phrases 'none'",
        ),
        (
            "phrases:\n  apples:\n    - fine\n    - (open\n",
            "playbook, phrases, apples: '(open' has a bracket that is not closed",
        ),
        ("cards: {}\n", "company.yaml:1: playbook, cards: should be a list"),
        ("limits: {compensation: much}\n", "playbook, limits.compensation: Input should be"),
        ("colour: red\n", "company.yaml:1: playbook, colour: Unexpected keyword argument"),
        ("cards: [\n", "company.yaml:2: playbook: not YAML"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        over(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_can_be_there_once_only() -> None:
    with pytest.raises(PlaybookError, match=r"b.yaml:1: playbook, phrases: apples is there twice"):
        Playbook.from_files({"a.yaml": YAML, "b.yaml": "phrases: {apples: [x]}"})


def test_a_fingerprint_changes_with_any_letter() -> None:
    sheets = bundled_sheets("en")
    assert fingerprint(sheets) == fingerprint(dict(reversed(list(sheets.items()))))
    assert fingerprint({**sheets, "x.yaml": ""}) != fingerprint(sheets)


def test_editors_get_a_schema_that_the_bundled_sheets_satisfy() -> None:
    import jsonschema
    import yaml

    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for language in ("en", "zh"):
        assert bundled("en").language == "en"
        for name, text in bundled_sheets("en" if language == "en" else "zh").items():
            assert list(check.iter_errors(yaml.safe_load(text))) == [], name
    assert list(check.iter_errors({"cards": [{"id": "x", "sya": "y"}]}))
