"""Every part comes into the database once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from server.archive.columns import DATASETS
from server.archive.joined import join
from server.archive.sink import PARTS, TABLES, Sink
from server.errors import Refused
from server.store.engine import open_engine

from .made import archived, clips, rows


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three parts."""
    folder = tmp_path_factory.mktemp("archive")
    assert archived(clips(folder / "calls", 3), folder / "out", "--part-calls", 1).exit_code == 0
    return folder / "out"


def stored(address: str) -> dict[str, list[dict[str, Any]]]:
    engine = open_engine(address, connections=1)
    found = {}
    with engine.connect() as connection:
        for dataset, table in TABLES.items():
            every = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            keys = [column.name for column in table.primary_key]
            found[dataset] = sorted(every, key=lambda row: [row[key] for key in keys])
            for row in found[dataset]:
                row.pop("part")
                row.pop("run_id", None)
    engine.dispose()
    return found


def test_the_database_holds_what_the_parts_hold(out: Path, address: str) -> None:
    sink = Sink(address)
    assert sink.follow(out) == 9
    assert sink.follow(out) == 0
    sink.close()
    assert stored(address) == rows(out)
    assert len(stored(address)["events"]) > 30


def test_a_killed_transaction_leaves_nothing_half(out: Path, address: str, tmp_path: Path) -> None:
    out = Path(shutil.copytree(out, tmp_path / "out"))
    sink = Sink(address)
    sink.follow(out)
    engine = open_engine(address, connections=1)
    with engine.begin() as connection:  # as if the last part had never been noted
        connection.execute(sa.delete(PARTS).where(PARTS.c.part == "part-000003"))
    assert sink.follow(out) == len(DATASETS)
    join(out, {"call-01": {"csat": 5.0}})
    assert sink.follow(out) == 1
    engine.dispose()
    sink.close()
    found = stored(address)
    assert found == rows(out)
    assert [row["csat"] for row in found["calls"]] == [None, 5.0, None]


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        Sink(f"postgresql://me:hush@/nowhere?host={tmp_path}")
    assert "hush" not in refused.value.message
    assert refused.value.message.startswith("--db: ")
