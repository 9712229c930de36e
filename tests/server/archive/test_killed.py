"""Whatever ends a run, the next one goes on, and the rows are those of an undisturbed one."""

from __future__ import annotations

import errno
import json
import signal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from server.archive.columns import DATASETS
from server.archive.ledger import LEDGER

from .killed import Run, killed, noted
from .made import archived, clips, same

CALLS = 10


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of short calls."""
    return clips(tmp_path_factory.mktemp("killed") / "calls", CALLS)


@pytest.fixture(scope="module")
def undisturbed(calls: Path) -> Path:
    """Their archive."""
    out = calls.parent / "undisturbed"
    assert archived(calls, out).exit_code == 0
    return out


def test_killed_thrice(calls: Path, undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert killed(calls, out, times=3, seed=9, calls=CALLS) == 3
    assert same(out, undisturbed)
    for dataset in DATASETS:  # nothing half is left
        parts = sorted(path.name for path in (out / dataset).iterdir())
        assert parts == [f"part-{number:06d}.parquet" for number in range(1, CALLS + 1)]


def test_what_was_being_written_is_removed(calls: Path, undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert archived(calls, out, "--part-calls", 3).exit_code == 0
    ledger = out / LEDGER
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:-1]) + lines[-1][:40])  # killed before it was noted
    (out / "calls" / ".part-000009.parquet.writing").write_bytes(b"half")
    assert archived(calls, out, "--part-calls", 3).exit_code == 0
    assert same(out, undisturbed)
    assert not list(out.rglob("*.writing"))


def test_a_full_disk_ends_the_run_and_costs_nothing(
    calls: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    written = pq.write_table

    def full(table: Any, file: Path, **named: Any) -> None:
        if file.parent.name == "windows" and noted(out) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        written(table, file, **named)

    with patch("pyarrow.parquet.write_table", full):
        result = archived(calls, out, "--part-calls", 2)
    assert result.exit_code == 2
    assert "no space left on device; what was scored before stays" in result.stderr
    assert noted(out) == 2
    assert archived(calls, out, "--part-calls", 2).exit_code == 0
    assert same(out, undisturbed)


def test_ctrl_c_writes_what_is_done_and_says_how_to_go_on(
    calls: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run = Run(calls, out)
    run.wait_for(2)
    assert run.end(signal.SIGINT) == 130
    assert 2 <= noted(out) < CALLS
    (told,) = json.loads((out / "run.json").read_text("utf-8"))["runs"]
    assert told["state"] == "stopped"
    assert told["counts"]["left"] == CALLS - noted(out)
    assert archived(calls, out).exit_code == 0
    assert same(out, undisturbed)
