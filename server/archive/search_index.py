"""What was said in an archive, indexed for search: SQLite FTS5 beside the datasets.

SQLite cuts text at spaces, and Chinese has none: it is written into the index with a zero-width
space between its words (rjieba), which is taken out again when a hit is shown. The same characters
can be cut in another way in another sentence, so a second column has them one by one: what is not
found as a word is found as a run of characters, and ranks lower. English is stemmed (Porter), so
that *refund* finds *refunds*.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from voice.simplified import to_simplified
from voice.writing import HAN

from ..errors import Refused
from .tables import parts, require

NAME = "search.sqlite"
SCHEMA = 1
BETWEEN = "\u200b"
"""Zero-width space: no letter to FTS5, nothing to a reader."""
_HAN = re.compile(f"[{HAN}]+")
_TABLES = f"""
CREATE TABLE part (name TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER);
CREATE TABLE kind (call_id TEXT, kind TEXT, PRIMARY KEY (call_id, kind)) WITHOUT ROWID;
CREATE VIRTUAL TABLE said USING fts5(
    text, han, call_id UNINDEXED, at_s UNINDEXED, role UNINDEXED,
    tokenize = "porter unicode61 remove_diacritics 2 tokenchars '[]'"
);
PRAGMA user_version = {SCHEMA};
"""
# brackets belong to words, so that [phone], left by redaction, is not the word phone
_READ = ("call_id", "type", "kind", "role", "text", "body")
_PATIENCE_S = 60.0


def open_index(folder: Path) -> sqlite3.Connection:
    """Open the index of an archive; what was written since is added first.

    Parts are added as they come. Where one has changed or gone, all is built again.

    Raises
    ------
    Refused
        If there is no archive, or the index cannot be written beside it.
    """
    require(folder)
    try:
        index = sqlite3.connect(folder / NAME, timeout=_PATIENCE_S, isolation_level=None)
        index.execute("BEGIN IMMEDIATE")  # one builds, others wait
        try:
            _bring_up(index, folder)
            index.execute("COMMIT")
        except BaseException:
            index.execute("ROLLBACK")
            index.close()
            raise
    except sqlite3.Error as error:
        raise Refused(f"{folder / NAME}: {error}; remove it to have it built again") from error
    return index


def _bring_up(index: sqlite3.Connection, folder: Path) -> None:
    found = {path.name: _stamp(path) for path in parts(folder, "events")}
    known: dict[str, tuple[int, int]] = {}
    if index.execute("PRAGMA user_version").fetchone()[0] == SCHEMA:
        known = {name: (size, at) for name, size, at in index.execute("SELECT * FROM part")}
    if not known or any(found.get(name) != stamp for name, stamp in known.items()):
        known = {}
        for table in ("part", "kind", "said"):
            index.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _TABLES.split(";\n"):
            index.execute(statement)
    for name in sorted(found.keys() - known.keys()):
        _add(index, folder / "events" / name)
        index.execute("INSERT INTO part VALUES (?, ?, ?)", (name, *found[name]))


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _add(index: sqlite3.Connection, path: Path) -> None:
    """Add a part; words of a demo model are nobody's, and are left out."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow.parquet import ParquetFile, read_table

    calls = read_table(
        path.parents[1] / "calls" / path.name,
        columns=["call_id"],
        filters=[("demo_words", "==", False)],
    )
    heard, types = calls["call_id"], pa.array(["words_final", "objection_heard"])
    for batch in ParquetFile(path).iter_batches(columns=list(_READ)):
        wanted = pc.and_(
            pc.is_in(batch["type"], value_set=types), pc.is_in(batch["call_id"], value_set=heard)
        )
        rows = batch.filter(wanted).to_pylist()
        index.executemany(
            "INSERT OR IGNORE INTO kind VALUES (?, ?)",
            ((row["call_id"], row["kind"]) for row in rows if row["type"] == "objection_heard"),
        )
        index.executemany(
            "INSERT INTO said (text, han, call_id, at_s, role) VALUES (?, ?, ?, ?, ?)", _said(rows)
        )


def _said(rows: list[dict[str, str]]) -> Iterator[tuple[str, str | None, str, float, str]]:
    for row in rows:
        if row["type"] == "words_final" and row["text"]:
            start_s: float = json.loads(row["body"])["start_s"]
            text = to_simplified(row["text"])
            han = _HAN.sub(lambda run: BETWEEN.join(run[0]), text) if _HAN.search(text) else None
            yield spaced(text), han, row["call_id"], start_s, row["role"]


def spaced(text: str) -> str:
    """Write Chinese with :data:`BETWEEN` between its words; all else stays."""
    import rjieba

    return _HAN.sub(lambda run: BETWEEN.join(rjieba.cut(run[0], False)), text)
