"""Written calls give the note and the answers that they say; see ``notes.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from coaching.review import Review
from coaching.review.values import Line
from voice.events import Language

from . import talks

CALLS = yaml.safe_load((Path(__file__).parent / "notes.yaml").read_text("utf-8"))


def _language(call: dict[str, Any]) -> Language:
    return "zh" if "zh" in call else "en"


def _words(line: Line | None) -> str | None:
    return line.text if line else None


def _found(review: Review, key: str, wanted: Any) -> Any:
    note, cause = review.note, review.note.root_cause
    answers = {a.criterion_id: a.answer or a.not_assessable for a in review.scorecard.answers}
    found: dict[str, Any] = {
        "request": _words(note.request),
        "problem": _words(note.problem),
        "agreed": _words(note.agreed),
        "answer": _words(note.answer),
        "solved": note.solved,
        "outcome": note.suggested_outcome,
        "promises": [[promise.what.text, promise.due] for promise in note.promises],
        "grade": note.grade,
        "state": cause.state,
        "objection": cause.surface_objection.subject if cause.surface_objection else None,
        "need": _words(cause.deeper_need),
        "answers": {name: answers[name] for name in wanted} if key == "answers" else None,
        "auto_fail": [a.criterion_id for a in review.scorecard.answers if a.auto_fail_proposed],
    }
    return found[key]


def _meant(wanted: Any) -> Any:
    """YAML takes yes and no for truth."""
    if isinstance(wanted, dict):
        return {key: _meant(value) for key, value in wanted.items()}
    return {True: "yes", False: "no"}.get(wanted, wanted) if isinstance(wanted, bool) else wanted


@pytest.mark.parametrize("call", [pytest.param(call, id=call[_language(call)]) for call in CALLS])
def test_call(call: dict[str, Any]) -> None:
    language = _language(call)
    review = talks.reviewed(language, talks.call(language, *call["call"]))
    assert call["expect"], "a call that expects nothing cannot fail"
    wanted = {key: _meant(value) for key, value in call["expect"].items()}
    assert {key: _found(review, key, value) for key, value in wanted.items()} == wanted


def test_both_languages_are_there() -> None:
    languages = [_language(call) for call in CALLS]
    assert min(languages.count("en"), languages.count("zh")) >= 10


def test_an_expectation_can_fail() -> None:
    review = talks.reviewed("en", talks.call("en", {"caller": "I want to change my address."}))
    assert _found(review, "request", None) == "I want to change my address"
    assert _found(review, "solved", None) is None
