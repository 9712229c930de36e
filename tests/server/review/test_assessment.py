from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import Refused
from server.review.assessment import (
    NAME,
    Assessment,
    HumanAnswer,
    Response,
    parsed,
    read_assessment,
    written,
)


def answer(criterion_id: str, said: str | None, **fields: object) -> HumanAnswer:
    given = {"by": "anna", "at": "2026-11-22T18:00:00Z", "form": "f1"} | fields
    return HumanAnswer(criterion_id=criterion_id, answer=said, **given)  # type: ignore[arg-type]


SAID = Assessment(
    answers=(
        answer("empathy", "no", machine="yes", comment="她没有道歉"),
        answer("empathy", "partly", machine="yes", by="bo", blind=True),
        answer("pace", None, form="f0"),
    ),
    responses=(Response(kind="dispute", criterion_id="empathy", comment="?", by="c", at="x"),),
)


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    assert read_assessment(tmp_path) == Assessment()
    (tmp_path / NAME).write_text(written(SAID), "utf-8")
    assert read_assessment(tmp_path) == SAID


def test_the_last_answer_to_a_form_counts() -> None:
    assert {k: v.answer for k, v in SAID.latest("f1").items()} == {"empathy": "partly"}
    assert {k: v.answer for k, v in SAID.latest("f0").items()} == {"pace": None}
    assert SAID.latest("f2") == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "JSON"),
        ("[]", "should be an object"),
        ('{"schema":2}', "schema"),
        ('{"answers":[{"criterion_id":"a","answer":"maybe: secret"}]}', r"answers\.0\.answer"),
        ('{"more":1}', "more"),
    ],
)
def test_what_is_none_is_refused_and_left_alone(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        parsed(text)
    assert "secret" not in str(caught.value)
    (tmp_path / NAME).write_text(text, "utf-8")
    with pytest.raises(Refused, match="correct it, or move it away"):
        read_assessment(tmp_path)
    assert (tmp_path / NAME).read_text("utf-8") == text
