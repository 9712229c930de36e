"""Forms: both bundled ones are good, and a broken one is refused in one clear line."""

from __future__ import annotations

import json
from typing import get_args

import jsonschema
import pytest
import yaml

from coaching.conduct import IN_TURNS, IN_WORDS
from coaching.playbook import bundled
from coaching.review.form import Form, FormError, Occasion, bundled_form, json_schema
from voice.events import Language

YAML = """
title: Ours
language: en
phrases:
  recorded: [(call|line) (is|may be) recorded]
criteria:
  - id: notice
    title: Says it is recorded
    question: Is the recording announced?
    weight: 2
    evidence: {shows: [recorded], by_s: 20}
  - id: calm
    title: No brush-off
    question: Is nothing brushed aside?
    weight: 1
    evidence: {faults: [dismisses]}
    auto_fail: true
"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bundled_form_asks_for_what_can_be_found(language: Language) -> None:
    form, book = bundled_form(language), bundled(language)
    assert form.language == language
    assert len(form.criteria) >= 14
    known = {*IN_WORDS, *IN_TURNS, *book.agent}
    for criterion in form.criteria:
        assert {*criterion.evidence.shows, *criterion.evidence.faults} <= known, criterion.id
        assert criterion.question.endswith(("?", "？"))
    assert any(criterion.auto_fail for criterion in form.criteria)
    assert {criterion.when for criterion in form.criteria} <= set(get_args(Occasion))


def test_both_languages_ask_the_same_in_words_of_their_own() -> None:
    en, zh = bundled_form("en").criteria, bundled_form("zh").criteria
    assert [(c.id, c.weight, c.when, c.auto_fail, c.evidence) for c in en] == [
        (c.id, c.weight, c.when, c.auto_fail, c.evidence) for c in zh
    ]
    assert not {c.title for c in en} & {c.title for c in zh}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_question_is_about_how_the_agent_felt(language: Language) -> None:
    words = ("emotion", "mood", "feels", "sounds", "friendly", "情绪稳定", "心情", "语气", "热情")
    for criterion in bundled_form(language).criteria:
        text = f"{criterion.id} {criterion.title} {criterion.question}".lower()
        assert not [word for word in words if word in text], criterion.id


def test_the_fingerprint_is_of_the_criteria_and_not_of_the_layout() -> None:
    form = Form.from_yaml(YAML)
    assert Form.from_yaml("# a comment\n" + YAML.replace("weight: 2", "weight: 2.0")) == form
    assert Form.from_yaml("# a comment\n" + YAML).fingerprint == form.fingerprint
    assert Form.from_yaml(YAML.replace("by_s: 20", "by_s: 21")).fingerprint != form.fingerprint
    assert bundled_form("en").fingerprint != bundled_form("zh").fingerprint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight: 2", "weight: 0", "line 10: criterion notice, weight: 0.0 is not above 0"),
        ("weight: 2", "weight: many", "line 10: criterion notice, weight: Input should be"),
        ("weight: 2", "wait: 2", "line 7: criterion notice, weight: Field required"),
        ("id: calm", "id: notice", "line 12: criterion notice, id: used twice"),
        ("id: calm", "id: 'so calm'", "line 12: criterion so calm, id: holds more than"),
        (
            "{faults: [dismisses]}",
            "{faults: [empathy]}",
            "line 16: criterion calm, evidence.faults: 'empathy' is good conduct",
        ),
        ("{shows: [recorded], by_s: 20}", "{}", "line 11: criterion notice, evidence: give one of"),
        ("by_s: 20", "by_s: -1", "line 11: criterion notice, evidence.by_s: is a time above 0"),
        (
            "{faults: [dismisses]}",
            "{faults: [dismisses], tolerates: -1}",
            "line 16: criterion calm, evidence.tolerates: is a number",
        ),
        ("(is|may be)", "(is|may be", "line 5: form, phrases, recorded: "),
        ("auto_fail: true", "auto_fail: true\n    when: sunday", "line 18: criterion calm, when: "),
        ("auto_fail: true", "fails: true", "line 17: criterion calm, fails: Unexpected keyword"),
        ("title: Ours", "title: [", "line 4: form: not YAML"),
        ("language: en", "language: fr", "line 3: form, language: "),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(old: str, new: str, said: str) -> None:
    assert YAML.count(old) == 1
    with pytest.raises(FormError) as error:
        Form.from_yaml(YAML.replace(old, new))
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_the_file_is_named_where_there_is_one() -> None:
    with pytest.raises(FormError, match=r"^ours\.yaml:10: criterion notice, weight"):
        Form.from_yaml(YAML.replace("weight: 2", "weight: -2"), "ours.yaml")
    with pytest.raises(FormError, match=r"^ours\.yaml: form: is not a mapping"):
        Form.from_yaml("- 1", "ours.yaml")
    with pytest.raises(FormError, match="form, criteria: is empty"):
        Form.from_yaml("{title: x, language: en, criteria: []}")


def test_the_schema_takes_the_bundled_forms_and_refuses_a_broken_one() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for text in (YAML, json.dumps({"title": "t", "language": "en", "criteria": []})):
        check.validate(yaml.safe_load(text))
    assert not check.is_valid(yaml.safe_load(YAML.replace("weight: 2", "weight: many")))
    assert not check.is_valid(yaml.safe_load(YAML.replace("auto_fail: true", "fails: true")))
