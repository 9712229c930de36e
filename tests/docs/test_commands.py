"""A newcomer types every command of the README, one after the other, and each does its job."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.coaching.book import YAML
from tests.conftest import ROOT
from tests.files import speech, write_coded, write_wav
from tests.models import tiny
from tests.models.hub import serve
from tests.server.processes import PATIENCE_S, ServerProcess, server_process

from .pages import typed

LINES = [line for line in typed(ROOT / "README.md") if not line.startswith("make ")]
"""Targets of make are what runs these tests; the demo is a line of its own."""
STAYS = re.compile(r"^calmline (serve|demo .*--keep)")
"""These go on until somebody stops them."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a newcomer has: calls, and cards and thresholds of their own."""
    desk = tmp_path_factory.mktemp("desk")
    call = speech(12.0)
    write_wav(desk / "call.wav", call)
    write_wav(desk / "caller.wav", call[:1])
    write_wav(desk / "agent.wav", call[1:])
    write_coded(desk / "call.mp3", call, "libmp3lame", rate=16000)
    (desk / "my.toml").write_text("state_on = 80\n")
    bundled = ROOT / "coaching" / "playbooks" / "en"
    (desk / "my.yaml").write_text(YAML)
    copytree(bundled, desk / "my-cards")
    (desk / "recordings").mkdir()
    write_wav(desk / "recordings" / "7_2026-11-20_a.wav", call)
    write_wav(desk / "recordings" / "8_2026-11-21_b.wav", call)
    (desk / "bin").mkdir()
    program = desk / "bin" / "calmline"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m server.cli "$@"\n')
    program.chmod(0o755)
    return desk


@pytest.fixture(scope="module")
def home(desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The surroundings in which the commands run: a home of their own, and a hub to fetch from."""
    home = tmp_path_factory.mktemp("home")
    model = tiny.build(home / "small", [" good", " afternoon"], window_s=10.0)
    with serve("Systran/faster-whisper-small", model) as hub:
        yield {
            **os.environ,
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "CALMLINE_MODELS": str(home / "fetched"),
            "HF_ENDPOINT": hub.url,
            "PYTHONPATH": str(ROOT),
            "PATH": f"{desk / 'bin'}:{os.environ['PATH']}",
        }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The server of the line before, on ports that are free here."""
    with server_process(tmp_path_factory.mktemp("server"), "--no-words") as server:
        yield server


def shell(line: str, desk: Path, home: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=desk, env=home, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip


@pytest.mark.parametrize("line", [line for line in LINES if not STAYS.match(line)])
def test_a_line_of_the_readme_does_its_job(
    line: str, desk: Path, home: dict[str, str], request: pytest.FixtureRequest
) -> None:
    if "8701" in line or "8702" in line:
        server: ServerProcess = request.getfixturevalue("server")
        line = line.replace("ws://127.0.0.1:8701", server.media_url) + " --speed 20"
    done = shell(line, desk, home)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    if (into := re.search(r"> (\S+)$", line)) is not None:
        assert (desk / into[1]).stat().st_size
    elif not line.startswith("source"):
        assert done.stdout + done.stderr


@pytest.mark.parametrize("line", [line for line in LINES if STAYS.match(line)])
def test_a_line_that_stays_comes_up_and_leaves_in_order(
    line: str, desk: Path, home: dict[str, str]
) -> None:
    verb = line.split()[1]
    here = {"serve": " --media-port 0 --web-port 0", "demo": " --speed 30"}[verb]
    last = {"serve": b"console", "demo": b"Ctrl-C"}[verb]
    with subprocess.Popen(
        ["bash", "-c", f"exec {line}{here}"],
        cwd=desk, env=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        told = b""
        while last not in told:
            more = process.stdout.readline()
            assert more, told.decode()
            told += more
        process.send_signal(signal.SIGINT)
        told += process.stdout.read()
        assert process.wait(PATIENCE_S) == 0, told.decode()
    assert b"Traceback" not in told
