from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from server.playbook_cli import playbook


def check(folder: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(playbook, ["check", str(folder), *options])
    return result.exit_code, result.output


def test_a_good_overlay_is_counted(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("cards: [{id: price, next: Show the table}]\n", "utf-8")
    code, said = check(tmp_path)
    assert code == 0
    assert "good: 83 cards" in said


def test_a_fault_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(f"cards:\n  - id: price\n    say: {'word ' * 25}\n", "utf-8")
    code, said = check(tmp_path)
    assert code != 0
    assert "own.yaml:3: card price, say: 25 words, at most 24" in said


@pytest.mark.parametrize("text", [None, "", "cards: ["])
def test_what_is_no_playbook_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "own.yaml").write_text(text, "utf-8")
    code, said = check(tmp_path)
    assert code != 0
    assert len(said.strip().splitlines()) == 1


def test_alone_a_playbook_must_be_whole(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("language: en\n", "utf-8")
    code, said = check(tmp_path, "--alone")
    assert code != 0
    assert "Field required" in said


def test_the_schema_is_one() -> None:
    result = CliRunner().invoke(playbook, ["schema"])
    jsonschema.Draft202012Validator.check_schema(json.loads(result.output))
