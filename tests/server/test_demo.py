from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize(
    ("call", "said", "card", "caller"),
    [
        ("en-rising", "Good morning, Riverside service", "This matters", "soothed"),
        ("zh-gives-up", "", "", "withdrew"),
        ("en-calm", "", "", "calm throughout"),
    ],
)
def test_a_bundled_call_is_played_through_a_server(
    call: str, said: str, card: str, caller: str, tmp_path: Path
) -> None:
    ran = CliRunner().invoke(main, ["demo", "--call", call, "--speed", "40", "--no-browser"])
    assert ran.exit_code == 0, ran.output
    assert said in ran.output
    assert card in ran.output
    assert caller in ran.output
    assert "http://127.0.0.1" in ran.output
    assert "DEMO WORDS" not in ran.output
    assert list(tmp_path.glob("calmline-*")) == []


def test_a_call_that_is_not_there_is_refused() -> None:
    ran = CliRunner().invoke(main, ["demo", "--call", "fr-rising"])
    assert ran.exit_code == 2
    assert "there is no bundled call fr-rising: try en-calm" in ran.output
