"""Recordings that are uploaded: streamed, heard in a process of their own, stored as calls."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.catalog import Places
from server.hearing import CallFiles, How, hear
from server.review import jobs as jobs_module
from server.review import worker
from server.review.jobs import Jobs, JobSettings
from server.review.stored import StoredReviews
from server.web import WebSettings, reviews
from server.web.uploads import router
from server.wire import to_line
from tests.files import speech, write_coded, write_wav

from .conftest import Site, running
from .stage import PATIENCE_S, FakeFloor, open_store

MOST = 2_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that keeps recordings, and transcribes nothing."""
    folder = tmp_path_factory.mktemp("server")
    with ExitStack() as stack:
        store = stack.enter_context(open_store(folder))
        (folder / "uploads" / "left over").mkdir(parents=True)
        settings = JobSettings(
            how=How(),
            places=Places(fetched=folder, cache=folder),
            model=None,
            demo_words=False,
            uploads=folder / "uploads",
            recordings=folder / "recordings",
        )
        queue = Jobs(settings, store.writer())
        stack.callback(queue.close)
        assert not (folder / "uploads").exists()
        yield running(
            stack,
            FakeFloor(store),
            WebSettings(recordings=folder / "recordings"),
            routers=[
                router(queue, consent_required=False, most_bytes=MOST),
                reviews.router(StoredReviews(store)),
            ],
        )
    assert not (folder / "uploads").exists()


def upload(site: Site, path: Path, **query: Any) -> Any:
    return site.client.post(
        "/v1/reviews", params={"name": path.name, **query}, content=path.read_bytes()
    )


def done(site: Site, call_id: str) -> Any:
    """How an upload ended."""
    deadline = time.monotonic() + 6 * PATIENCE_S
    while True:
        told = site.client.get(f"/v1/reviews/{call_id}").json()
        if told["state"] in ("done", "failed"):
            return told
        assert time.monotonic() < deadline, told
        time.sleep(0.05)


def test_an_upload_becomes_a_call_with_its_log_its_sound_and_its_review(
    site: Site, tmp_path: Path
) -> None:
    path = write_coded(tmp_path / "a call (1).flac", speech(12), "flac")
    taken = upload(site, path, caller="left", language="en", announced=True)
    assert taken.status_code == 202, taken.text
    call_id = taken.json()["call_id"]
    assert call_id.startswith("a-call-1-")
    told = done(site, call_id)
    assert (told["state"], told["file"], told["done_share"]) == ("done", path.name, 1.0)
    row = site.client.get(f"/v1/calls/{call_id}").json()
    assert (row["origin"], row["state"], row["heard_s"]) == ("review", "ended", 12.0)
    assert (row["roles"], row["context"]) == (["caller", "agent"], {"file": path.name})
    assert row["consent"] == {"basis": "announcement", "announced": True}
    # the log is what anybody gets who hears the recording
    heard = hear(CallFiles(paths=(path,), caller="left"), How(language="en"), None, call_id=call_id)
    log = site.client.get(f"/v1/calls/{call_id}/log").text
    assert log.splitlines() == [to_line(call_id, logged) for logged in heard.events]
    sound = site.client.get(f"/v1/calls/{call_id}/audio")
    assert len(sound.content) == 44 + 12 * 8000 * 4
    report = site.client.get(f"/v1/calls/{call_id}/review").json()
    assert report["call"]["name"] == path.name
    assert report["duration_s"] == 12.0
    listed = site.client.get("/v1/reviews").json()["uploads"]
    assert listed[0] == told


@pytest.mark.parametrize(
    ("name", "make", "complaint"),
    [
        ("text.wav", lambda path: path.write_bytes(b"hello\n" * 500), "not audio"),
        (
            "silent.wav",
            lambda path: write_wav(path, np.zeros((2, 80000), np.float32)),
            "no speech is heard",
        ),
    ],
)
def test_what_is_no_recording_says_so_in_one_line_and_leaves_nothing(
    site: Site, tmp_path: Path, name: str, make: Callable[[Path], Any], complaint: str
) -> None:
    path = tmp_path / name
    make(path)
    told = done(site, upload(site, path).json()["call_id"])
    assert told["state"] == "failed"
    assert told["detail"].startswith(f"{name}: ")  # and not where the server kept it
    assert complaint in told["detail"]
    assert site.client.get(f"/v1/calls/{told['call_id']}").status_code == 404
    recordings = list(Path(str(site.floor.store._engine.url.database)).parent.glob("*/*.wav"))
    assert not [path for path in recordings if told["call_id"] in path.name]


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\x.wav", "a\nb.wav"])
def test_a_name_leads_nowhere_else(site: Site, name: str) -> None:
    taken = site.client.post("/v1/reviews", params={"name": name}, content=b"no sound")
    assert taken.status_code == 202
    told = done(site, taken.json()["call_id"])
    assert not set(told["file"]) & {"/", "\\", "\n"}
    assert told["state"] == "failed"


def test_what_is_not_taken(site: Site, tmp_path: Path) -> None:
    before = site.client.get("/v1/reviews").json()
    path = tmp_path / "big.wav"
    path.write_bytes(bytes(MOST + 1))
    told = upload(site, path)
    assert (told.status_code, told.json()["detail"]) == (413, "at most 2 MB are taken")

    def parts() -> Iterator[bytes]:  # without a length that would say so beforehand
        yield from [bytes(MOST // 4)] * 5

    chunked = site.client.post("/v1/reviews", params={"name": "big.wav"}, content=parts())
    assert chunked.status_code == 413
    path.write_bytes(b"")
    assert upload(site, path).status_code == 422
    assert site.client.post("/v1/reviews", content=b"x").status_code == 422  # no name
    wrong = site.client.post("/v1/reviews", params={"name": "a", "caller": "up"}, content=b"x")
    assert wrong.status_code == 422
    assert site.client.get("/v1/reviews/nothing").status_code == 404
    assert site.client.get("/v1/reviews").json() == before


def test_an_upload_that_breaks_off_leaves_nothing(site: Site) -> None:
    before = site.client.get("/v1/reviews").json()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_S)
    connection.putrequest("POST", "/v1/reviews?name=half.wav")
    connection.putheader("Content-Length", "100000")
    connection.endheaders()
    connection.send(bytes(1000))
    uploads = Path(str(site.floor.store._engine.url.database)).parent / "uploads"
    wait_for(lambda: any(uploads.glob("*/half.wav")))
    connection.close()
    wait_for(lambda: not any(uploads.glob("*/half.wav")))
    assert site.client.get("/v1/reviews").json() == before


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_where_consent_is_required_it_has_to_be_said(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(open_store(tmp_path))
        settings = JobSettings(
            how=How(), places=Places(fetched=tmp_path, cache=tmp_path), model=None,
            demo_words=False, uploads=tmp_path / "uploads", recordings=None,
        )  # fmt: skip
        queue = Jobs(settings, store.writer())
        stack.callback(queue.close)
        strict = running(
            stack, FakeFloor(store), WebSettings(), routers=[router(queue, consent_required=True)]
        )
        told = strict.client.post("/v1/reviews", params={"name": "x.wav"}, content=b"x")
        assert (told.status_code, "announced=true" in told.json()["detail"]) == (403, True)
        said = {"name": "x.wav", "announced": "true"}
        assert strict.client.post("/v1/reviews", params=said, content=b"x").status_code == 202
        monkeypatch.setattr(jobs_module, "WAITING", 0)
        many = strict.client.post("/v1/reviews", params=said, content=b"x")
        assert (many.status_code, "try again" in many.json()["detail"]) == (429, True)


def dies(server: Any, task: Any) -> None:
    """A worker that a decoder takes down."""
    import os

    os._exit(11)


def test_a_worker_that_dies_costs_its_upload_only(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_wav(tmp_path / "deadly.wav", speech(10))
    with monkeypatch.context() as patch:
        patch.setattr(worker, "main", dies)
        told = done(site, upload(site, path).json()["call_id"])
    assert told["state"] == "failed"
    assert "broke down" in told["detail"]
    path.write_bytes(b"hello\n" * 500)
    again = done(site, upload(site, path).json()["call_id"])
    assert "not audio" in again["detail"]  # the next one is heard
