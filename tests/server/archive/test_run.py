"""`calmline archive` as a user types it."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from server.archive.ledger import LEDGER
from server.archive.pseudonyms import KEY_FILE
from server.archive.record import clean

from .made import archived, clip, clips, rows, same


def failures(out: Path) -> dict[str, str]:
    with (out / "failures.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["reason"] for row in csv.DictReader(file) if row["what_to_do"]}


def refused(*arguments: Any) -> str:
    result = archived(*arguments)
    assert result.exit_code == 2, result.output
    return result.stderr.splitlines()[-1]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a night of recordings, and its archive."""
    folder = tmp_path_factory.mktemp("night")
    calls = folder / "calls"
    clip(calls / "Wang Li_2026-11-21_c1.wav", 0)
    clip(calls / "Wang Li_2026-11-22_c2.wav", 1)
    clip(calls / "again" / "Zhao_2026-11-22_c2.wav", 2)
    clip(calls / "Zhao_2026-11-22_c3.wav", 3)
    clip(calls / "silent" / "Zhao_2026-11-22_c4.wav").write_bytes(b"RIFF")
    clip(calls / "nameless.wav", 0)
    clip(calls / "Zhao_2026-11-22_c5.wav", 4)
    (folder / "metadata.csv").write_text(
        "file,queue,started_at,consent\n"
        "Wang Li_2026-11-21_c1.wav,billing,2026-11-21T18:15:00,announced\n"
        "Zhao_2026-11-22_c5.wav,billing,,refused\n",
        "utf-8",
    )
    (folder / "outcomes.csv").write_text("call_id,csat,churn\nc1,4.5,no\nc9,1,yes\n", "utf-8")
    result = archived(
        calls, folder / "out", "--json",
        "--name-pattern", "{agent}_{date}_{call_id}.wav",
        "--metadata", folder / "metadata.csv", "--outcomes", folder / "outcomes.csv",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    (folder / "summary.json").write_text(result.stdout, "utf-8")
    return folder


def test_what_names_metadata_and_outcomes_tell(night: Path) -> None:
    one, two, three = rows(night / "out")["calls"]
    assert (one["call_id"], two["call_id"], three["call_id"]) == ("c1", "c2", "c3")
    assert one["date"] == date(2026, 11, 21)
    assert one["started_at"].hour == 18
    assert (one["queue"], one["consent"]) == ("billing", "announced")
    assert (one["csat"], one["churn"], one["sale"]) == (4.5, False, None)
    assert (two["queue"], two["started_at"], two["csat"]) == (None, None, None)


def test_agents_are_pseudonyms(night: Path) -> None:
    calls = rows(night / "out")["calls"]
    one, two, three = (row["agent"] for row in calls)
    assert one == two != three
    assert one.startswith("agent-")
    assert (night / "out" / KEY_FILE).stat().st_mode & 0o077 == 0
    for file in (night / "out").rglob("*"):
        if file.is_file() and file.name != "failures.csv":
            assert b"Wang" not in file.read_bytes()


def test_each_bad_recording_costs_one_row(night: Path) -> None:
    assert failures(night / "out") == {
        "again/Zhao_2026-11-22_c2.wav": "its call id 'c2' is that of Wang Li_2026-11-22_c2.wav",
        "silent/Zhao_2026-11-22_c4.wav": "it is not audio that can be read",
        "nameless.wav": "its name is not of the pattern {agent}_{date}_{call_id}.wav",
        "Zhao_2026-11-22_c5.wav": "no consent: it was not listened to",
    }


def test_the_summary_and_the_record(night: Path) -> None:
    summary = json.loads((night / "summary.json").read_text("utf-8"))
    assert (summary["scored"], summary["failed"], summary["joined"]) == (3, 4, 1)
    assert summary["audio_s"] == 12.0
    assert summary["hours_an_hour"] > 0
    record = (night / "out" / "run.json").read_text("utf-8")
    (run,) = json.loads(record)["runs"]
    assert run["run_id"] == summary["run_id"]
    assert run["state"] == "done"
    assert run["counts"]["scored"] == 3
    assert {"calmline", "engine", "python"} <= {*run["versions"]}
    assert len(run["settings"]["files"]["metadata"]["sha256"]) == 64
    assert "| `snr_db` |" in (night / "out" / "data_dictionary.md").read_text("utf-8")


def test_a_command_is_kept_without_its_secrets() -> None:
    line = ["calmline", "archive", "s3://k:hush@b/x", "--db", "postgresql://u:hush@h/d?x=hush"]
    assert clean([*line, "--db=postgresql://u:hush@h/d"]) == [
        "calmline", "archive", "s3://b/x", "--db", "postgresql://h/d", "--db=postgresql://h/d",
    ]  # fmt: skip


def test_nothing_is_done_twice_and_nights_append(tmp_path: Path) -> None:
    calls, out = clips(tmp_path / "calls", 2), tmp_path / "out"
    (calls / "bad.wav").write_bytes(b"")
    assert archived(calls, out).exit_code == 0
    first = {path: path.read_bytes() for path in out.rglob("part-*")}
    clip(calls / "new.wav", 5)
    (calls / "bad.wav").unlink()
    clip(calls / "bad.wav", 6)
    told = archived(calls, out, "--json")
    summary = json.loads(told.stdout)
    assert (summary["scored"], summary["failed"], summary["done_before"]) == (1, 0, 3)
    for path, content in first.items():
        assert path.read_bytes() == content
    assert [row["call_id"] for row in rows(out)["calls"]] == ["call-00", "call-01", "new"]
    assert list(failures(out)) == ["bad.wav"]
    assert json.loads(archived(calls, out, "--json", "--retry-failed").stdout)["scored"] == 1
    assert failures(out) == {}
    assert len(json.loads((out / "run.json").read_text("utf-8"))["runs"]) == 3


def test_the_same_rows_whatever_the_workers_and_the_parts(tmp_path: Path) -> None:
    calls = clips(tmp_path / "calls", 4)
    assert archived(calls, tmp_path / "one").exit_code == 0
    two = archived(calls, tmp_path / "two", "--workers", 2, "--part-calls", 1, pool=True)
    assert two.exit_code == 0
    assert len(list((tmp_path / "two" / "calls").glob("part-*"))) == 4
    assert same(tmp_path / "one", tmp_path / "two")


def test_two_mono_files_are_one_call(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    clip(calls / "c1-rx.wav", 0, tracks=1)
    clip(calls / "c1-tx.wav", 1, seconds=3, tracks=1)
    clip(calls / "c2-rx.wav", 2, tracks=1)
    clip(calls / "c3-both.wav", 3, tracks=1)
    result = archived(
        calls, tmp_path / "out", "--name-pattern", "{call_id}-{party}.wav", "--parties", "rx,tx",
        caller=False,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    (row,) = rows(tmp_path / "out")["calls"]
    assert (row["call_id"], row["roles"], row["channels"]) == ("c1", "caller+agent", 2)
    assert row["lost_share"] == pytest.approx(1 / 8)
    assert failures(tmp_path / "out") == {
        "c2-rx.wav": "the other party's file is missing",
        "c3-both.wav": "its party 'both' is neither rx nor tx",
    }


def test_a_dry_run_says_what_it_would_take(tmp_path: Path) -> None:
    calls = clips(tmp_path / "calls", 3)
    (calls / "bad.wav").write_bytes(b"RIFF")
    result = archived(calls, tmp_path / "out", "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["calls"], told["looked_at"], told["measured"]) == (4, 3, 3)
    assert told["audio_s"] == pytest.approx(12, rel=0.01)
    assert told["time_s"] > 0
    assert told["disk_bytes"] > 1000
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_used_is_told_before_anything_is_done(tmp_path: Path) -> None:
    calls, out = clips(tmp_path / "calls", 1), tmp_path / "out"
    assert "no such file or folder" in refused(tmp_path / "nowhere", out)
    assert "is unknown" in refused(calls, out, "--name-pattern", "{x}.wav")
    assert "two names" in refused(calls, out, "--parties", "one")
    assert "no model is called" in refused(calls, out, "--words", "--model", "nonsense")
    assert not out.exists()
    assert "--db: " in refused(calls, out, "--db", "nonsense://u:hush@x")
    out.mkdir(exist_ok=True)
    with FileLock(out / ".lock"):
        assert "another run is at work in it" in refused(calls, out)


def test_a_lost_key_is_told(tmp_path: Path) -> None:
    calls, out = clips(tmp_path / "calls", 1), tmp_path / "out"
    assert archived(calls, out).exit_code == 0
    (out / KEY_FILE).unlink()
    assert "put it back" in refused(calls, out)


def test_outcomes_that_come_later(tmp_path: Path) -> None:
    calls, out = clips(tmp_path / "calls", 2), tmp_path / "out"
    database = f"sqlite:///{tmp_path}/archive.db"
    assert archived(calls, out, "--db", database).exit_code == 0
    ledger = (out / LEDGER).read_bytes()
    outcomes = tmp_path / "outcomes.csv"
    outcomes.write_text("call_id,solved\ncall-01,no\n", "utf-8")
    told = archived(calls, out, "--outcomes", outcomes, "--db", database, "--json")
    assert json.loads(told.stdout)["joined"] == 1
    assert [row["solved_given"] for row in rows(out)["calls"]] == [None, False]
    assert (out / LEDGER).read_bytes() == ledger
