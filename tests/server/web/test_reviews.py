"""Reviews of stored calls over HTTP, and what people say of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from coaching.review import bundled_form
from coaching.review.scorecard import Reply
from coaching.session import Logged
from server.live.recorder import Recorder
from server.review.report import json_schema
from server.review.stored import StoredReviews
from server.store import Assessed
from server.web import WebSettings
from server.web.reviews import router
from server.web.settings import ANY
from tests.coaching.review.talks import sample
from tests.files import speech

from .conftest import Site, running
from .stage import START, FakeFloor, open_store, stored

CALL = "reviewed"
FORM = bundled_form("en").fingerprint


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with calls that are over; one of them was recorded."""
    recordings = tmp_path_factory.mktemp("recordings")
    recorder = Recorder(recordings / f"{CALL}.wav", 2)
    block = speech(4.0)
    recorder.write(block, np.zeros(block.shape, np.bool_))
    recorder.close()
    with ExitStack() as stack:
        store = stack.enter_context(open_store(tmp_path_factory.mktemp("store")))
        floor = FakeFloor(store)
        for call_id, log in ((CALL, sample("en-gives-up")), ("other", sample("en-rising"))):
            over(floor, call_id, log, audio=f"{CALL}.wav" if call_id == CALL else None)
        yield running(
            stack,
            floor,
            WebSettings(recordings=recordings),
            routers=[router(StoredReviews(store))],
        )


def over(floor: FakeFloor, call_id: str, log: tuple[Logged, ...], **fields: Any) -> None:
    call = floor.begin(call_id, language="en", playbook="en-0123456789ab", **fields)
    call.tell(log)
    floor.end(call)


def get(site: Site, path: str, **query: Any) -> Any:
    answer = site.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def said(site: Site, what: str, call_id: str = CALL, **body: Any) -> Any:
    return site.client.post(f"/v1/calls/{call_id}/review/{what}", json=body)


def test_the_review_of_a_stored_call(site: Site) -> None:
    report = get(site, f"/v1/calls/{CALL}/review")
    Draft202012Validator(json_schema()).validate(report)
    assert report["call"]["id"] == CALL
    assert report["versions"]["playbook"] == "en-0123456789ab"  # as it was heard under
    assert report["versions"]["review_playbook"].startswith("en-")
    assert report["versions"]["form"] == FORM
    assert report["scorecard"]["score"] == report["effective"]["score"] is not None
    assert report["transcript"]
    assert report["outcome"]["left"] == "withdrew"


def test_the_note_alone(site: Site) -> None:
    told = get(site, f"/v1/calls/{CALL}/note")
    assert (told["call_id"], told["over"]) == (CALL, True)
    assert told["note"] == get(site, f"/v1/calls/{CALL}/review")["note"]
    assert told["note"]["request"]["text"]


def test_a_call_that_goes_on_has_a_note_and_no_overrides(site: Site) -> None:
    call = site.floor.begin("going-on", language="en")
    log = sample("en-calm")
    call.tell(log[: len(log) // 2])
    site.floor.store.writer().flush(20)
    assert get(site, "/v1/calls/going-on/note")["over"] is False
    assert get(site, "/v1/calls/going-on/review")["complete"] is False
    answer = said(site, "acknowledge", "going-on", by="anna")
    assert (answer.status_code, answer.json()["detail"]) == (409, "call going-on goes on")
    before = len(get(site, "/v1/calls/going-on/review")["lanes"][0]["speech"])
    call.tell(log[len(log) // 2 :])
    site.floor.end(call)
    # what was made of half of it is not kept
    assert len(get(site, "/v1/calls/going-on/review")["lanes"][0]["speech"]) > before


@pytest.mark.parametrize("path", ["review", "note", "report.html", "assessment"])
def test_no_such_call(site: Site, path: str) -> None:
    assert site.client.get(f"/v1/calls/nobody/{path}").status_code == 404


def test_a_log_of_another_version_cannot_be_read(site: Site) -> None:
    call = site.floor.begin("old", language="en")
    event = stored("old", sample("en-calm")[0])
    other = replace(event, body=event.body.replace('"schema":1', '"schema":99'))
    site.floor.store.writer().append([other])
    site.floor.end(call)
    for path in ("review", "note", "report.html"):
        answer = site.client.get(f"/v1/calls/old/{path}")
        assert (answer.status_code, "cannot be read" in answer.json()["detail"]) == (409, True)


def test_the_page_runs_nothing_but_its_own_scripts(site: Site) -> None:
    page = site.client.get(f"/v1/calls/{CALL}/report.html")
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert f'"/v1/calls/{CALL}/audio"' in page.text
    assert "T2dnU" not in page.text
    whole = site.client.get(f"/v1/calls/{CALL}/report.html", params={"download": 1})
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{CALL}.report.html"'
    assert "T2dnU" in whole.text  # the begin of Ogg, as base64
    assert f"/v1/calls/{CALL}/audio" not in whole.text
    without = site.client.get("/v1/calls/other/report.html", params={"download": 1})
    assert "T2dnU" not in without.text


def test_the_token_guards_all_of_it(site: Site) -> None:
    with ExitStack() as stack:
        routes = [router(StoredReviews(site.floor.store))]
        settings = WebSettings(token="t-1", hosts=frozenset({ANY}))
        shut = running(stack, site.floor, settings, routers=routes)
        for path in (f"/v1/calls/{CALL}/review", f"/v1/calls/{CALL}/note", "/v1/agreement"):
            assert shut.client.get(path).status_code == 401
        answer = said(shut, "acknowledge", by="x")
        assert answer.status_code == 401
        shut.client.headers["Authorization"] = "Bearer t-1"
        assert shut.client.get(f"/v1/calls/{CALL}/note").status_code == 200
        elsewhere = shut.client.post(
            f"/v1/calls/{CALL}/review/acknowledge",
            json={"by": "x"},
            headers={"Origin": "https://elsewhere.example"},
        )
        assert elsewhere.status_code == 403


def test_a_persons_answer_stands_beside_the_machines(site: Site) -> None:
    before = get(site, "/v1/calls/other/review")
    machine = before["scorecard"]["answers"][0]
    other = "no" if machine["answer"] == "yes" else "yes"
    body = {"criterion_id": machine["criterion_id"], "answer": other, "by": "王芳"}
    refused = said(site, "override", "other", **body)
    assert (refused.status_code, "comment" in refused.json()["detail"]) == (422, True)
    kept = said(site, "override", "other", **body, comment="她没有报名字")
    assert kept.status_code == 201
    assert kept.json()["machine"] == machine["answer"]
    assert kept.json()["versions"] == before["versions"]
    after = get(site, "/v1/calls/other/review")
    assert after["scorecard"] == before["scorecard"]  # the machine's stays what it was
    (answer,) = after["assessment"]["answers"]
    assert (answer["answer"], answer["machine"], answer["by"]) == (other, machine["answer"], "王芳")
    assert after["effective"]["by_people"] == 1
    assert after["effective"]["score"] != before["effective"]["score"]
    again = said(site, "override", "other", **{**body, "answer": machine["answer"]})
    assert again.status_code == 201
    last = get(site, "/v1/calls/other/review")
    assert len(last["assessment"]["answers"]) == 2
    assert last["effective"]["score"] == before["effective"]["score"]


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("override", {"criterion_id": "nothing", "answer": "yes", "by": "a"}, 404),
        ("override", {"criterion_id": "empathy", "answer": "perhaps", "by": "a"}, 422),
        ("override", {"criterion_id": "empathy", "answer": "yes"}, 422),
        ("override", {"criterion_id": "empathy", "answer": "yes", "by": ""}, 422),
        ("override", {"criterion_id": "empathy", "answer": "no", "by": "a", "comment": "\0"}, 422),
        ("dispute", {"by": "a"}, 422),
        ("dispute", {"by": "a", "comment": ""}, 422),
        ("dispute", {"by": "a", "comment": "x", "criterion_id": "nothing"}, 404),
        ("acknowledge", {"by": "a", "more": 1}, 422),
    ],
)
def test_what_cannot_be_kept(site: Site, what: str, body: dict[str, Any], status: int) -> None:
    before = get(site, f"/v1/calls/{CALL}/assessment")
    assert said(site, what, **body).status_code == status
    assert get(site, f"/v1/calls/{CALL}/assessment") == before


def test_the_agent_acknowledges_or_disputes(site: Site) -> None:
    assert said(site, "acknowledge", "other", by="anna").status_code == 201
    body = {"by": "anna", "comment": "I did say my name", "criterion_id": "opening_name"}
    assert said(site, "dispute", "other", **body).status_code == 201
    responses = get(site, "/v1/calls/other/assessment")["responses"]
    assert [(one["kind"], one["criterion_id"], one["by"]) for one in responses] == [
        ("acknowledge", None, "anna"),
        ("dispute", "opening_name", "anna"),
    ]


def test_blind_the_machines_answers_come_after_the_reviewers(site: Site) -> None:
    path = f"/v1/calls/{CALL}/review"
    open_ = get(site, path)
    assert site.client.get(path, params={"blind": 1}).status_code == 422
    hidden = get(site, path, blind=1, by="bo")
    ids = [answer["criterion_id"] for answer in open_["scorecard"]["answers"]]
    assert hidden["blind"] == {"by": "bo", "hidden": ids}
    assert all(answer["answer"] is None for answer in hidden["scorecard"]["answers"])
    assert all(answer["evidence"] == [] for answer in hidden["scorecard"]["answers"])
    assert hidden["scorecard"]["score"] is hidden["effective"]["score"] is None
    assert hidden["conduct"] == []
    assert not [m for m in hidden["moments"] if m["kind"].startswith("conduct")]
    page = site.client.get(f"/v1/calls/{CALL}/report.html", params={"blind": 1, "by": "bo"})
    assert '"score":null' in page.text
    assert f'"score":{json.dumps(open_["scorecard"]["score"])}' not in page.text
    first = open_["scorecard"]["answers"][0]
    body = {"criterion_id": first["criterion_id"], "answer": None, "by": "bo", "blind": True}
    assert said(site, "override", **body).status_code == 201
    partly = get(site, path, blind=1, by="bo")
    assert partly["scorecard"]["answers"][0] == first
    assert partly["blind"]["hidden"] == ids[1:]
    # another reviewer sees neither the machine's answer nor this one
    other = get(site, path, blind=1, by="cleo")
    assert other["blind"]["hidden"] == ids
    assert other["assessment"]["answers"] == []


def test_agreement_and_what_only_suggests(site: Site) -> None:
    """Two people answer alike: on one criterion as the machine does, on another as they like."""
    good, bad = "pace", "empathy"
    store = site.floor.store
    for n in range(40):
        over(site.floor, f"many-{n}", ())
        answers: dict[str, tuple[Reply, Reply]] = {good: ("yes", "yes"), bad: ("yes", "yes")}
        if n % 2:
            answers = {good: ("no", "no"), bad: ("yes", "no")}
        for by, blind in (("dan", True), ("eve", True), ("fay", False)):
            for name, (machine, human) in answers.items():
                store.add_assessed(
                    Assessed(
                        call_id=f"many-{n}",
                        kind="override",
                        criterion_id=name,
                        machine=machine,
                        answer=human,
                        by=by,
                        blind=blind,
                        at=START,
                        form=FORM,
                        versions={},
                    )
                )
    found = get(site, "/v1/agreement", language="en")
    assert found["form"] == FORM
    told = {one["criterion_id"]: one for one in found["criteria"]}
    assert (told[good]["machine"]["kappa"], told[good]["standing"]) == (1.0, "counts")
    assert told[bad]["machine"]["n"] == 80  # who did not answer blind does not count
    assert (told[bad]["machine"]["kappa"], told[bad]["standing"]) == (0.0, "suggest_only")
    assert told[bad]["people"]["kappa"] == 1.0
    review = get(site, f"/v1/calls/{CALL}/review")
    assert review["effective"]["suggest_only"] == [bad]
    assert review["effective"]["assessed_share"] < review["scorecard"]["assessed_share"]
    assert get(site, "/v1/agreement", language="zh")["criteria"] == []
    assert get(site, "/v1/agreement", form="0" * 16)["criteria"] == []
