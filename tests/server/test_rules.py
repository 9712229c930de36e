"""Cards and thresholds are read again when their files change: for new calls, and only if sound."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from server.errors import Refused
from server.rules import RuleFiles, Rules, RuleWatch
from tests.files import speech, write_wav
from tests.server.processes import PATIENCE_S, server_process

SHEET = 'phrases:\n  widget: ["{}"]\n'


class Floor:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.used: list[Rules] = []
        self.problems: list[str | None] = []


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "own.yaml").write_text(SHEET.format("my widget"), "utf-8")
    return folder / "own.yaml"


def watch(files: RuleFiles) -> tuple[RuleWatch, Floor]:
    floor = Floor()
    return RuleWatch(files, floor.used.append, floor.problems.append), floor


def write(path: Path, text: str) -> None:
    """Write, with a time of change that differs however coarse the clock of the disk."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, "utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_what_does_not_change_is_not_read(sheet: Path) -> None:
    watching, floor = watch(RuleFiles(playbooks=(sheet.parent,)))
    for _ in range(4):
        watching.look()
    assert (floor.used, floor.problems) == ([], [])


def test_a_change_counts_once_the_files_rest(sheet: Path) -> None:
    watching, floor = watch(RuleFiles(playbooks=(sheet.parent,)))
    write(sheet, SHEET.format("your gadget"))
    watching.look()
    assert not floor.used  # it may be half written
    watching.look()
    watching.look()
    (rules,) = floor.used
    assert rules.playbooks["en"].phrases["widget"] == ("your gadget",)
    assert floor.problems == []


def test_a_broken_file_changes_nothing_until_it_is_mended(
    sheet: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watching, floor = watch(RuleFiles(playbooks=(sheet.parent,)))
    write(sheet, "phrases:\n  widget: [")
    for _ in range(4):
        watching.look()
    assert not floor.used
    (problem,) = floor.problems
    assert problem is not None
    assert "own.yaml:" in problem
    assert len([r for r in caplog.records if "keep the old rules" in r.message]) == 1
    write(sheet, SHEET.format("your gadget"))
    watching.look()
    watching.look()
    assert len(floor.used) == 1
    assert floor.problems[-1] is None


def test_a_new_sheet_and_thresholds_count_too(sheet: Path, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.toml"
    write(numbers, "cue_gap_s = 60")
    watching, floor = watch(RuleFiles(playbooks=(sheet.parent,), thresholds=numbers))
    write(sheet.with_name("more.yaml"), 'phrases:\n  gizmo: ["a gizmo"]\n')
    write(numbers, "cue_gap_s = 70\n[language.zh]\ncue_gap_s = 80\n")
    watching.look()
    watching.look()
    (rules,) = floor.used
    assert {"widget", "gizmo"} <= rules.playbooks["en"].phrases.keys()
    assert [rules.profiles.of(tag).cue_gap_s for tag in ("en", "zh", "zh-TW")] == [70, 80, 80]


def test_files_that_are_gone_are_broken(sheet: Path) -> None:
    watching, floor = watch(RuleFiles(playbooks=(sheet.parent,)))
    sheet.unlink()
    watching.look()
    watching.look()
    assert not floor.used
    assert floor.problems[0] is not None
    assert "there is no sheet" in floor.problems[0]


def test_two_playbooks_of_one_language_are_refused(sheet: Path) -> None:
    with pytest.raises(Refused, match="two playbooks in en"):
        RuleFiles(playbooks=(sheet.parent, sheet.parent)).read()


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        text = answer.read().decode()
    return json.loads(text) if answer.headers["content-type"] == "application/json" else text


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_server_coaches_new_calls_by_new_cards(sheet: Path, tmp_path: Path) -> None:
    call = write_wav(tmp_path / "call.wav", speech())
    options = ["--no-words", "--playbook", str(sheet.parent)]
    with server_process(tmp_path / "data", *options) as server:

        def cards_of(name: str) -> str:
            run(
                "stream", str(call), "--to", server.media_url, "--caller", "left",
                "--speed", "0", "--call-id", name, "--language", "en",
            )  # fmt: skip
            return str(get(f"{server.web_url}/v1/calls/{name}")["playbook"])

        def metric(line: str) -> bool:
            return line in get(f"{server.web_url}/metrics").splitlines()

        first = cards_of("first")
        write(sheet, SHEET.format("your gadget"))
        until(lambda: metric("calmline_rules_taken_total 1.0"))
        second = cards_of("second")
        assert second != first
        write(sheet, "cards: 3")
        until(lambda: metric("calmline_rules_refused 1.0"))
        ready = get(f"{server.web_url}/readyz")
        assert ready["ready"] is True
        (note,) = [one for one in ready["notes"] if "old rules" in one]
        assert "own.yaml:1: playbook, cards" in note
        assert cards_of("third") == second
        # why a card came is told from what the server keeps, by its address or its database
        store = f"sqlite:///{tmp_path / 'data' / 'calls.db'}"
        told = [
            run("explain", "third", "--at", "3", "--store", where)
            for where in (server.web_url, store)
        ]
        assert told[0] == told[1]
        assert "speech_started (caller)" in told[0]
        assert "coached by other cards" in told[0]
        result = CliRunner().invoke(
            main, ["explain", "nobody", "--at", "3", "--store", server.web_url]
        )
        assert (result.exit_code, "there is no call nobody" in result.output) == (2, True)
        assert server.terminate() == 0
    assert server.output.count("new calls keep the old rules") == 1


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "calls.db"
    result = CliRunner().invoke(
        main, ["explain", "x", "--at", "3", "--store", f"sqlite:///{missing}"]
    )
    assert (result.exit_code, "there is no database" in result.output) == (2, True)
    assert not missing.exists()
