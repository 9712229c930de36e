"""The house: what may import what, what is imported when, and whose names these are."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("server", "coaching", "voice", "models")
ALLOWED = {*ROOMS, "samples", "tests", "pyproject.toml", "README.md", "Makefile", "CHANGELOG.md"}
ALLOWED |= {"LICENSE"}
HEAVY = (
    "numpy librosa faster_whisper onnxruntime av scipy pydantic rich "
    "sqlalchemy alembic fastapi uvicorn websockets plotly pyarrow fsspec ray"
).split()


@pytest.mark.parametrize("room", ROOMS)
def test_our_generic_names_are_ours(room: str) -> None:
    spec = find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)
    assert set(packages_distributions().get(room, ["calmline"])) == {"calmline"}


def test_nothing_else_lies_at_the_top() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    top = {line.split("/")[0] for line in listed.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= ALLOWED


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_what_it_is(room: str) -> None:
    assert len((ROOT / room / "README.md").read_text("utf-8").splitlines()) > 10


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from server.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "Usage:" in out
    assert out.splitlines()[-1] == "HEAVY []"


def test_no_file_holds_two_ideas() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    lengths = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name in tracked}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
