"""The same call, live in lockstep and from its recording: one log, one review, words included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from click.testing import CliRunner

from server.cli import main
from server.serving import Server
from server.settings import ServeSettings
from server.stream import stream
from tests.files import speech, write_wav

OF_THE_RUN = ("call", "versions", "assessment")


def get(url: str) -> Any:
    with urlopen(url, timeout=60) as answer:
        return answer.read().decode()


def test_live_and_review_tell_the_same(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a-call.wav", speech(20))
    options = ["--caller", "left", "--language", "en", "--demo-words", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, ["review", str(wav), *options])
    assert done.exit_code == 0, done.output
    log = (tmp_path / "a-call" / "events.jsonl").read_text("utf-8")
    report = json.loads((tmp_path / "a-call" / "report.json").read_text("utf-8"))
    settings = ServeSettings(
        data=tmp_path / "data", media_port=0, web_port=0, consent="off", demo_words=True
    )
    with Server(settings) as server:
        stream(
            [wav], server.media_url, caller="left", speed=0, language="en", call_id="a-call",
            progress=False,
        )  # fmt: skip
        call = f"{server.web_url}/v1/calls/a-call"
        live_log = get(f"{call}/log")
        live = json.loads(get(f"{call}/review"))
        note = json.loads(get(f"{call}/note"))
    assert '"type":"words_final"' in log
    assert live_log == log
    for name in report:
        if name not in OF_THE_RUN:
            assert live[name] == report[name], name
    assert note["note"] == report["note"]
    for name, version in report["versions"].items():
        assert live["versions"][name] == version
