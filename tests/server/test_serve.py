"""The server as its users run it, and ``calmline stream`` against it."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.bundled import bundled_calls
from server.cli import main
from tests.files import speech, write_wav
from tests.server.processes import server_process

CALL = str(bundled_calls()["en-rising"].path)


def get(url: str, token: str | None = None) -> Any:
    request = urllib.request.Request(url)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read().decode()
    return json.loads(text) if answer.headers["content-type"] == "application/json" else text


def stream(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["stream", *arguments])


def test_what_is_streamed_at_any_speed_is_what_a_review_gives(tmp_path: Path) -> None:
    runner = CliRunner()
    log = tmp_path / "review.jsonl"
    reviewed = runner.invoke(
        main,
        ["run", CALL, "--caller", "left", "--language", "en", "--no-words", "--events", str(log)],
    )
    assert reviewed.exit_code == 0, reviewed.output
    wanted = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    with server_process(tmp_path / "data", "--no-words") as server:
        for call_id, speed in (("as-fast-as-it-goes", "0"), ("fast", "30")):
            sent = stream(
                CALL, "--to", server.media_url, "--caller", "left", "--language", "en",
                "--speed", speed, "--call-id", call_id, "--json",
            )  # fmt: skip
            assert sent.exit_code == 0, sent.output
            told = json.loads(sent.output)
            events = get(f"{server.web_url}/v1/calls/{call_id}/log").splitlines()
            found = [json.loads(line) for line in events]
            assert told["events"] == len(found)
            assert [{**event, "id": 0} for event in found] == [
                {**event, "id": 0} for event in wanted
            ]
        row = get(f"{server.web_url}/v1/calls/fast")
        assert (row["state"], row["pacing"]) == ("ended", "lockstep")
        ready = get(f"{server.web_url}/readyz")
        assert ready["ready"] is True
        assert "calmline_" in get(f"{server.web_url}/metrics")
        assert server.terminate() == 0


def test_two_mono_files_and_a_token(tmp_path: Path) -> None:
    call = speech()
    mine = write_wav(tmp_path / "caller.wav", call[:1])
    theirs = write_wav(tmp_path / "agent.wav", call[1:])
    options = ["--no-words", "--token", "s3cret", "--consent", "required"]
    with server_process(tmp_path / "data", *options) as server:
        refused = stream(str(mine), str(theirs), "--to", server.media_url, "--speed", "0")
        assert refused.exit_code == 2
        assert "token is missing or wrong" in refused.output
        sent = stream(
            str(mine), str(theirs), "--to", server.media_url, "--token", "s3cret", "--speed", "0",
            "--call-id", "two", "--announced", "--offset-s", "0.5",
        )  # fmt: skip
        assert sent.exit_code == 0, sent.output
        assert "two: 8.5 s heard" in sent.output
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(f"{server.web_url}/v1/calls/two")
        row = get(f"{server.web_url}/v1/calls/two", "s3cret")
        assert row["roles"] == ["caller", "agent"]
        assert row["consent"]["announced"] is True
        again = stream(
            str(mine), "--to", server.media_url, "--token", "s3cret", "--speed", "0",
            "--call-id", "two",
        )  # fmt: skip
        assert again.exit_code == 2
        assert "choose another --call-id" in again.output


def test_no_server_is_one_line() -> None:
    sent = stream(CALL, "--to", "ws://127.0.0.1:9", "--caller", "left")
    assert sent.exit_code == 2
    assert "start one with `calmline serve`" in sent.output


def serve(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["serve", *arguments])


def test_what_cannot_be_served_is_one_line(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data"), "--no-words"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for option in ("--web-port", "--media-port"):
            refused = serve(*data, "--media-port", "0", "--web-port", "0", option, port)
            assert (refused.exit_code, refused.output.count("\n")) == (2, 1), refused.output
            assert "in use" in refused.output
    refused = serve(*data, "--host", "0.0.0.0")
    assert refused.exit_code == 2
    assert "--token" in refused.output
    (tmp_path / "no.db").write_bytes(b"this is no database at all" * 100)
    refused = serve(*data, "--store", f"sqlite:///{tmp_path / 'no.db'}")
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1), refused.output
    refused = serve("--data", str(tmp_path / "data"), "--model", "no-such-model")
    assert refused.exit_code == 2
    (tmp_path / "bad.yaml").write_text("language: en\ncards: 7\n")
    refused = serve(*data, "--playbook", str(tmp_path / "bad.yaml"))
    assert refused.exit_code == 2
    assert "bad.yaml" in refused.output
