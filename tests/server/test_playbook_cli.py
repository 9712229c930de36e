from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from server.playbook_cli import playbook
from tests.coaching.book import YAML


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


@pytest.mark.parametrize("text", [None, "", "cards: [", f"cards: {'[' * 3000}{']' * 3000}"])
def test_what_is_no_playbook_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "own.yaml").write_text(text, "utf-8")
    code, said = check(tmp_path)
    assert code != 0
    assert len(said.strip().splitlines()) == 1


def test_a_file_is_a_whole_playbook(tmp_path: Path) -> None:
    file = tmp_path / "whole.yaml"
    file.write_text(YAML, "utf-8")
    code, said = check(file)
    assert (code, said.startswith(f"{file}: good: ")) == (0, True)
    file.write_text("cards: []\n", "utf-8")
    code, said = check(file)
    assert code != 0
    assert "Field required" in said
    code, said = check(tmp_path / "none")
    assert code != 0
    assert "there is no such file or folder" in said


def test_alone_a_playbook_must_be_whole(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("language: en\n", "utf-8")
    code, said = check(tmp_path, "--alone")
    assert code != 0
    assert "Field required" in said


def test_the_schema_is_one() -> None:
    result = CliRunner().invoke(playbook, ["schema"])
    jsonschema.Draft202012Validator.check_schema(json.loads(result.output))
