from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from server.store import Store, StoreError


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("mysql://me:hush@host/db", "mysql:// is no store: give sqlite:///FILE or postgresql://"),
        ("my-hush-calls.db", "is no URL: give sqlite:///FILE or postgresql://"),
        ("sqlite://", "give a file, sqlite:///FILE"),
        ("sqlite:///:memory:", "give a file, sqlite:///FILE"),
        ("postgresql://me:hush@127.0.0.1:1/calls", "cannot open the store calls: .*refused"),
    ],
)
def test_a_bad_address(address: str, complaint: str) -> None:
    with pytest.raises(StoreError, match=complaint) as caught:
        Store(address)
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot make the folder of the store, .*; give another"):
        Store(f"sqlite:///{tmp_path}/file/store.db")
    with pytest.raises(StoreError, match=r"cannot open the store .*unable to open database file"):
        Store(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("this is no database, and long enough to be looked at\n" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"cannot open the store .*notes.txt: .*not a database"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_database_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (what TEXT)")
    with pytest.raises(StoreError, match="table events already exists"):
        Store(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert tables == [("events",)], "a step that fails leaves nothing behind"


def test_postgresql_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'calmline\[postgres\]'"):
        Store("postgresql://host/calls")


def test_a_folder_is_made(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/a/b/store.db").close()
    with sqlite3.connect(tmp_path / "a/b/store.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
