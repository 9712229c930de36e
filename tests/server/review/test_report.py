from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from coaching.review import bundled_form
from server.errors import Refused
from server.review.assessment import Assessment, HumanAnswer
from server.review.blind import blinded
from server.review.folder import call_name, folder_for
from server.review.report import (
    MOST_POINTS,
    CallInfo,
    Versions,
    as_json,
    effective,
    for_page,
    json_schema,
    report_of,
)
from server.serve import read_forms
from tests.coaching.review.talks import reviewed, sample

REVIEW = reviewed("en", sample("en-gives-up"))
VERSIONS = Versions(
    calmline="0", engine="e", playbook="p", review_playbook="p", thresholds="t",
    form=REVIEW.scorecard.form, model=None,
)  # fmt: skip


def report(assessment: Assessment | None = None) -> dict[str, Any]:
    call = CallInfo(
        id="c", name="c.wav", files=(), duration_s=1.0, language="en",
        roles=("caller", "agent"), made_at="x",
    )  # fmt: skip
    log = sample("en-gives-up")
    return as_json(report_of(REVIEW, log, call=call, versions=VERSIONS, assessment=assessment))


def answered(criterion_id: str, answer: Any, **fields: Any) -> HumanAnswer:
    given = {"by": "anna", "at": "x", "form": REVIEW.scorecard.form} | fields
    return HumanAnswer(criterion_id=criterion_id, answer=answer, **given)


def test_what_it_is_of_stands_first_and_nothing_is_missing() -> None:
    found = report()
    assert list(found)[:3] == ["schema", "call", "versions"]
    assert set(found) == set(json_schema()["properties"])
    json.dumps(found, allow_nan=False)


def test_without_people_the_score_is_the_machines() -> None:
    found = effective(REVIEW, Assessment())
    assert found.score == REVIEW.scorecard.score
    assert found.assessed_share == REVIEW.scorecard.assessed_share
    assert found.by_people == 0


def test_a_persons_answer_takes_the_place_of_the_machines() -> None:
    (one, *_) = [a for a in REVIEW.scorecard.answers if a.answer == "no"]
    weights = sum(a.weight for a in REVIEW.scorecard.answers)
    before = effective(REVIEW, Assessment())
    assert before.score is not None
    better = effective(REVIEW, Assessment(answers=(answered(one.criterion_id, "yes"),)))
    gain = 100 * one.weight / (before.assessed_share * weights)
    assert better.score == pytest.approx(before.score + gain, abs=0.3)
    away = effective(REVIEW, Assessment(answers=(answered(one.criterion_id, None),)))
    assert away.assessed_share == pytest.approx(
        before.assessed_share - one.weight / weights, abs=1e-3
    )
    other_form = answered(one.criterion_id, "yes", form="another")
    assert effective(REVIEW, Assessment(answers=(other_form,))) == before


def test_what_only_suggests_counts_once_a_person_has_answered() -> None:
    (one, *_) = [a for a in REVIEW.scorecard.answers if a.answer is not None]
    alone = effective(REVIEW, Assessment(), [one.criterion_id])
    assert alone.assessed_share < REVIEW.scorecard.assessed_share
    said = Assessment(answers=(answered(one.criterion_id, one.answer),))
    assert effective(REVIEW, said, [one.criterion_id]).score == REVIEW.scorecard.score


def test_blind_hides_what_a_person_has_not_answered() -> None:
    ids = [answer.criterion_id for answer in REVIEW.scorecard.answers]
    said = Assessment(answers=(answered(ids[0], "yes"), answered(ids[1], "no", by="bo")))
    found = blinded(report(said), "anna")
    assert found["blind"]["hidden"] == ids[1:]
    by_id = {answer["criterion_id"]: answer for answer in found["scorecard"]["answers"]}
    assert by_id[ids[0]] == report()["scorecard"]["answers"][0]
    assert all(by_id[name]["answer"] is None for name in ids[1:])
    assert [answer["by"] for answer in found["assessment"]["answers"]] == ["anna"]
    everything = Assessment(answers=tuple(answered(name, "yes") for name in ids))
    whole = report(everything)
    assert blinded(whole, "anna") == {**whole, "blind": {"by": "anna", "hidden": []}}


def test_a_page_draws_few_points_and_no_peak_is_lost() -> None:
    points = [{"at_s": n / 2, "index": n % 50, "leaning": "unclear"} for n in range(40_000)]
    points[12_345]["index"] = 99
    points[20_001]["index"] = None
    voice = [{"at_s": n / 2} for n in range(12_001)]
    found = for_page({"index": points, "voice": voice, "other": 1})
    assert found["other"] == 1
    for name in ("index", "voice"):
        times = [point["at_s"] for point in found[name]]
        assert MOST_POINTS / 3 < len(times) <= MOST_POINTS
        assert times == sorted(set(times))
    assert points[12_345] in found["index"]
    assert points[20_001] in found["index"]
    few = for_page({"index": points[:100], "voice": voice[:100]})
    assert (few["index"], few["voice"]) == (points[:100], voice[:100])
    assert for_page({"index": [], "voice": []}) == {"index": [], "voice": []}


@pytest.mark.parametrize(
    ("stem", "name", "plain"),
    [
        ("a call (1)", "a-call-1", "a-call-1"),
        ("..", "call", "call"),
        ("电话 07", "电话-07", "07"),
        ("x" * 99, "x" * 64, "x" * 64),
    ],
)
def test_a_call_has_a_name_that_every_system_takes(stem: str, name: str, plain: str) -> None:
    assert call_name(stem) == name
    assert call_name(stem, ascii_only=True) == plain


def test_the_folder_of_a_recording_stays_its_own(tmp_path: Path) -> None:
    assert folder_for(tmp_path, "call", ["aa" * 32]) == tmp_path / "call"
    (tmp_path / "call").mkdir()
    assert folder_for(tmp_path, "call", ["aa" * 32]) == tmp_path / "call"
    text = json.dumps({"call": {"files": [{"sha256": "aa" * 32}]}})
    (tmp_path / "call" / "report.json").write_text(text, "utf-8")
    assert folder_for(tmp_path, "call", ["aa" * 32]) == tmp_path / "call"
    assert folder_for(tmp_path, "call", ["bb" * 32]) == tmp_path / "call-bbbbbbbb"


def test_a_servers_own_forms(tmp_path: Path) -> None:
    text = resources.files("coaching.review.forms").joinpath("zh.yaml").read_text("utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(text, "utf-8")
    assert read_forms((own,)) == {"zh": bundled_form("zh")}
    with pytest.raises(Refused, match="two forms in zh"):
        read_forms((own, own))
    own.write_text("criteria: []", "utf-8")
    with pytest.raises(Refused, match=r"own\.yaml: "):
        read_forms((own,))
