"""The endpoint is a real HTTP server on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from coaching.review.note import CallNote, Promise, RootCause
from coaching.review.values import Line
from server.review.make import polished
from server.review.polish import LONGEST, Endpoint, PolishError, note_lines, polish
from tests.coaching.review.talks import reviewed, sample

Answering = Callable[[BaseHTTPRequestHandler, bytes], None]


@contextmanager
def endpoint(answer: Answering) -> Iterator[tuple[str, list[tuple[str, Any, Any]]]]:
    """Run a server; give its address and what it was asked: path, headers, body."""
    asked: list[tuple[str, Any, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, dict(self.headers), json.loads(body)))
            answer(self, body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", asked
        finally:
            server.shutdown()
            thread.join()


def says(body: bytes, status: int = 200, **headers: str) -> Answering:
    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def completion(text: Any, **also: Any) -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}}], **also}).encode()


def line(text: str) -> Line:
    return Line(text=text, utterance_id="0-1", at_s=1.0, role="caller", probability=0.9)


NOTE = CallNote(
    request=line("Pay for it with card [card]"),
    problem=line("It stopped <working>"),
    agreed=None,
    accepted=None,
    promises=(Promise(who="agent", what=line("I will send a new one"), due="today"),),
    solved=None,
    asked=None,
    answer=None,
    grade="L2",
    grade_reason="secret-reason",
    urgent=False,
    root_cause=RootCause(
        surface_objection=None, deeper_need=line("not sent"), product_point=None, state=None
    ),
    suggested_outcome=None,
)
EMPTY = CallNote(
    **{
        name: None
        for name in (
            "request", "problem", "agreed", "accepted", "solved", "asked", "answer", "grade",
            "grade_reason", "suggested_outcome",
        )
    },
    promises=(),
    urgent=False,
    root_cause=NOTE.root_cause,
)  # fmt: skip


def test_it_is_sent_the_redacted_lines_and_nothing_else() -> None:
    with endpoint(says(completion(" Two sentences. ", model="m-7"))) as (url, asked):
        found = polish(NOTE, "en", Endpoint(url=url, model="wanted", key="k-1"))
    assert found is not None
    assert (found.text, found.model, found.host) == ("Two sentences.", "m-7", "127.0.0.1")
    ((path, headers, body),) = asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer k-1"
    assert (body["model"], body["temperature"]) == ("wanted", 0)
    system, user = body["messages"]
    assert "English" in system["content"]
    assert user["content"].split("\n") == [
        "request: Pay for it with card [card]",
        "problem: It stopped <working>",
        "promise: I will send a new one (due: today)",
    ]
    assert set(body) == {"model", "temperature", "messages"}


def test_without_a_key_none_is_sent_and_chinese_is_asked_for_in_chinese() -> None:
    with endpoint(says(completion("好"))) as (url, asked):
        found = polish(NOTE, "zh", Endpoint(url=url + "/chat/completions"))
    assert found is not None
    assert found.model == "default"
    ((path, headers, body),) = asked
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers
    assert "中文" in body["messages"][0]["content"]


def test_nobody_is_asked_about_nothing() -> None:
    assert list(note_lines(EMPTY)) == []
    assert polish(EMPTY, "en", Endpoint(url="http://127.0.0.1:9")) is None


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (says(b"no", 500), "it answers 500"),
        (says(b"", 302, Location="http://127.0.0.1:9/elsewhere"), "it answers 302"),
        (says(b"", 307, Location="/v1/elsewhere"), "it answers 307"),
        (says(b"<html>"), "not JSON"),
        (says(b"{}"), "no chat completion"),
        (says(b"[]"), "no chat completion"),
        (says(completion(None)), "no chat completion"),
        (says(completion("  ")), "no note: 0 characters"),
        (says(completion("x" * (LONGEST + 1))), "no note"),
        (says(b" " * 1_000_001), "too long"),
    ],
)
def test_what_is_no_note_is_one_line(answer: Answering, complaint: str) -> None:
    with endpoint(answer) as (url, asked), pytest.raises(PolishError, match=complaint) as caught:
        polish(NOTE, "en", Endpoint(url=url))
    assert "\n" not in str(caught.value)
    assert "card" not in str(caught.value)
    assert len(asked) == 1  # nobody else was asked


def test_nobody_there() -> None:
    with pytest.raises(PolishError, match=r"127\.0\.0\.1: connection refused"):
        polish(NOTE, "en", Endpoint(url="http://127.0.0.1:9/v1"))


def test_a_review_goes_on_without_it() -> None:
    review = reviewed("en", sample("en-gives-up"))
    complaints: list[str] = []
    assert polished(review, Endpoint(url="http://127.0.0.1:9/v1"), complaints) is None
    (line,) = complaints
    assert line.startswith("the note is as extracted: 127.0.0.1: ")


def test_it_waits_so_long_and_no_longer() -> None:
    over = threading.Event()

    def silent(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        over.wait(20)

    with endpoint(silent) as (url, _):
        with pytest.raises(PolishError, match="no answer within"):
            polish(NOTE, "en", Endpoint(url=url, timeout_s=0.2))
        over.set()


def test_an_answer_in_drops_is_not_waited_for_either() -> None:
    over = threading.Event()

    def dripping(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not over.wait(0.02):
                handler.wfile.write(b" ")
        except OSError:
            pass

    with endpoint(dripping) as (url, _):
        begun = time.monotonic()
        with pytest.raises(PolishError, match="no answer within"):
            polish(NOTE, "en", Endpoint(url=url, timeout_s=0.5))
        assert time.monotonic() - begun < 10
        over.set()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/v1",
        "file:///etc/passwd",
        "x",
        "http://",
        "http://a:b/",
        "http://[::1",
        "http://me:secret@x/v1",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="no http:// or https:// address"):
        Endpoint(url=url)
