"""Reading calls: rows, pages, filters, logs, recordings."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from server.live.rows import row_dict
from server.store.rows import CallRow
from server.web import WebSettings
from server.web.calls import recording
from server.wire import read_log

from .conftest import Serve, Site
from .stage import START, FakeFloor, row, speech


@pytest.fixture(scope="module")
def rows(floor: FakeFloor) -> list[CallRow]:
    """Calls that are over, oldest first, a minute apart."""
    made = []
    for number in range(7):
        call = floor.begin(
            f"old-{number}",
            started_at=START + timedelta(minutes=number),
            agent_id=["anna", "bob"][number % 2],
            context={"name": "王女士 👩‍💼", "order": 8841, "tags": ["vip", None]},
            consent={"basis": "announcement", "announced": True},
        )
        call.speak(3)
        floor.end(call)
        found = floor.store.call(call.call_id)
        assert found is not None
        made.append(found)
    return made


def test_a_call_is_told_as_on_the_socket(site: Site, rows: list[CallRow]) -> None:
    answer = site.client.get("/v1/calls/old-3")
    assert answer.json() == json.loads(json.dumps(row_dict(rows[3])))
    assert answer.json()["started_at"] == "2026-11-22T18:03:00.000Z"
    assert answer.headers["Cache-Control"] == "no-store"


def test_calls_by_page_newest_first(site: Site, rows: list[CallRow]) -> None:
    seen, before = [], None
    while True:
        params = {"limit": 3} | ({"before": before} if before else {})
        page = site.client.get("/v1/calls", params=params).json()
        seen += [call["call_id"] for call in page["calls"]]
        before = page["next_before"]
        if before is None:
            break
    assert seen == [found.call_id for found in reversed(rows)]


def test_calls_are_filtered(site: Site, rows: list[CallRow]) -> None:
    def found(**params: str) -> list[str]:
        page = site.client.get("/v1/calls", params=params).json()
        return [call["call_id"] for call in page["calls"]]

    assert found(agent_id="bob") == ["old-5", "old-3", "old-1"]
    assert found(state="live") == []
    assert found(state="ended", agent_id="anna", before="2026-11-22T18:02:00Z") == ["old-0"]
    # the same moment elsewhere
    assert found(agent_id="anna", before="2026-11-23T02:02:00+08:00") == ["old-0"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=501", "state=dead", "before=yesterday", "before=2026-11-22T18:00:00",
        "agent_id=a%20b", "agent_id=" + "a" * 65,
    ],
)  # fmt: skip
def test_questions_that_mean_nothing(site: Site, query: str) -> None:
    assert site.client.get("/v1/calls?" + query).status_code == 422


@pytest.mark.parametrize("rest", ["", "/events", "/cues", "/log", "/audio", "/feedback"])
def test_no_such_call(site: Site, rest: str) -> None:
    answer = site.client.get("/v1/calls/nobody" + rest)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "there is no call nobody"}


@pytest.mark.parametrize("name", ["a%20b", "%2e%2e%2fsecret", "a" * 65, "%00", "caf%C3%A9"])
def test_what_no_call_is_called(site: Site, name: str) -> None:
    assert site.client.get("/v1/calls/" + name).status_code in (404, 422)


def test_the_log_by_page(site: Site, rows: list[CallRow]) -> None:
    first = site.client.get("/v1/calls/old-0/events", params={"limit": 2}).json()
    assert [one["event"]["seq"] for one in first["events"]] == [1, 2]
    assert first["events"][0]["stamped_at"] == "2026-11-22T18:00:01.000Z"
    second = site.client.get("/v1/calls/old-0/events", params={"from": first["next_from"]}).json()
    assert [one["event"]["id"] for one in second["events"]] == ["old-0/3"]
    assert second["next_from"] is None


def test_the_log_by_type(site: Site, rows: list[CallRow]) -> None:
    kinds = {"type": ["speech_started", "cue_shown"]}
    page = site.client.get("/v1/calls/old-0/events", params=kinds).json()
    assert len(page["events"]) == 3
    page = site.client.get("/v1/calls/old-0/events", params={"type": "cue_shown"}).json()
    assert page == {"events": [], "next_from": None}
    answer = site.client.get("/v1/calls/old-0/events", params={"type": "cue_shwon"})
    assert answer.status_code == 422
    assert "'cue_shwon'" in answer.json()["detail"]


def test_the_log_as_a_file(site: Site, floor: FakeFloor) -> None:
    call = floor.begin("file:1@pbx", started_at=START - timedelta(days=1))
    call.speak(2300)  # more than is read at a time
    floor.end(call)
    answer = site.client.get("/v1/calls/file:1@pbx/log")
    assert answer.headers["Content-Type"] == "application/jsonlines"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="file_1@pbx.events.jsonl"'
    )
    assert list(read_log(answer.text.splitlines())) == [speech(seq) for seq in range(1, 2301)]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    (folder / "heard.wav").write_bytes(bytes(range(256)) * 40)
    (folder.parent / "secret.wav").write_bytes(b"secret")
    (folder / "link.wav").symlink_to(folder.parent / "secret.wav")
    return folder


def test_a_recording_whole_and_in_parts(serve: Serve, floor: FakeFloor, recordings: Path) -> None:
    floor.end(floor.begin("heard", audio="heard.wav"))
    client = serve(WebSettings(recordings=recordings)).client
    whole = client.get("/v1/calls/heard/audio")
    assert whole.content == bytes(range(256)) * 40
    assert whole.headers["Content-Type"] == "audio/x-wav"
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get("/v1/calls/heard/audio", headers={"Range": "bytes=250-259"})
    assert part.status_code == 206
    assert part.content == bytes([250, 251, 252, 253, 254, 255, 0, 1, 2, 3])
    assert part.headers["Content-Range"] == "bytes 250-259/10240"
    beyond = client.get("/v1/calls/heard/audio", headers={"Range": "bytes=20000-"})
    assert beyond.status_code == 416


def test_a_recording_that_is_not_there(serve: Serve, floor: FakeFloor, recordings: Path) -> None:
    floor.end(floor.begin("gone", audio="gone.wav"))
    floor.end(floor.begin("silent"))
    client = serve(WebSettings(recordings=recordings)).client
    for call_id in ("gone", "silent"):
        answer = client.get(f"/v1/calls/{call_id}/audio")
        assert answer.status_code == 404
        assert answer.json() == {"detail": f"there is no recording of call {call_id}"}


@pytest.mark.parametrize(
    "name", ["../secret.wav", "link.wav", "", ".", "..", "sub/../../secret.wav", None]
)
def test_no_recording_lies_outside_its_folder(recordings: Path, name: str | None) -> None:
    assert recording(recordings, name) is None
    assert recording(recordings, str(recordings.parent / "secret.wav")) is None
    assert recording(None, "heard.wav") is None


def test_the_store_in_trouble(
    site: Site, rows: list[CallRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.store.errors import StoreError

    def fail(call_id: str) -> CallRow:
        raise StoreError("cannot read the store: disk I/O error")

    monkeypatch.setattr(site.floor.store, "call", fail)
    answer = site.client.get("/v1/calls/old-0")
    assert answer.status_code == 503
    assert answer.json() == {"detail": "cannot read the store: disk I/O error"}


def test_a_row_has_the_fields_of_the_store() -> None:
    from dataclasses import fields

    from server.web.shapes import Call

    assert list(Call.model_fields) == [field.name for field in fields(CallRow)]
    assert Call.model_validate(row("x")).model_dump(mode="json") == json.loads(
        json.dumps(row_dict(row("x")))
    )


def test_a_seq_beyond_all_numbers_is_refused(site: Site) -> None:
    assert site.client.get("/v1/calls/a/events?from=1").status_code in (200, 404)
    assert site.client.get(f"/v1/calls/a/events?from={10**30}").status_code == 422
