from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from server.errors import Refused
from tests.conftest import ROOT

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize(
    ("call", "said", "least_cards", "caller"),
    [
        ("en-rising", "Good morning, Riverside service", 1, "soothed"),
        ("zh-gives-up", "您好", 1, "withdrew"),
        ("en-calm", "Good afternoon", 0, "calm throughout"),
    ],
)
def test_a_bundled_call_is_played_through_a_server(
    call: str, said: str, least_cards: int, caller: str, tmp_path: Path
) -> None:
    ran = CliRunner().invoke(main, ["demo", "--call", call, "--speed", "40", "--no-browser"])
    assert ran.exit_code == 0, ran.output
    assert said in ran.output
    shown = re.search(r"cards +(\d+) shown", ran.output)
    assert shown is not None
    assert ran.output.count("  card ─") == int(shown[1]) >= least_cards
    assert caller in ran.output
    assert "http://127.0.0.1" in ran.output
    assert "DEMO WORDS" not in ran.output
    assert list(tmp_path.glob("calmline-*")) == []


def test_a_call_that_is_not_there_is_refused() -> None:
    ran = CliRunner().invoke(main, ["demo", "--call", "fr-rising"])
    assert ran.exit_code == 2
    assert "there is no bundled call fr-rising: try en-calm" in ran.output


def test_ctrl_c_ends_it_before_the_call_does(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "server.cli", "demo", "--no-browser"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Good morning" in line:  # the call has 110 s to go
                break
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()
        assert running.wait(PATIENCE_S) != 0
    assert "cards" not in rest
    assert list(tmp_path.glob("calmline-*")) == []


def test_a_server_that_does_not_take_the_call_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise Refused("it is not taken")

    monkeypatch.setattr("server.stream.stream", refused)
    ran = CliRunner().invoke(main, ["demo", "--no-browser"])
    assert ran.exit_code == 2
    assert "it is not taken" in ran.output
