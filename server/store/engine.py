"""From an address to a database that is ready: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from .errors import StoreError

DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
BUSY_S = 1.0
"""How long a statement waits for a lock that another process holds, before it is an error."""
CONNECT_S = 5
"""How long PostgreSQL may take to answer to a new connection, or to acknowledge what is sent."""
BEGIN = "begin"
"""Execution option of a connection to SQLite: how its transactions begin."""


def open_engine(address: str, *, connections: int) -> sa.Engine:
    """Give an engine; whether the database answers is not tried yet.

    Parameters
    ----------
    address
        `sqlite:///FILE` (the folder is made) or `postgresql://USER:PASSWORD@HOST/DATABASE`.
    connections
        How many are kept open; as many again, and ten, may be opened for a while.

    Raises
    ------
    StoreError
        If it is another address, the folder cannot be made, or the driver is not installed.
    """
    url = _url(address)
    sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = sa.create_engine(
            url,
            pool_size=connections,
            pool_pre_ping=not sqlite,
            hide_parameters=True,  # a parameter may be what a caller said
            connect_args={"timeout": BUSY_S} if sqlite else _for_postgresql(),
        )
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'calmline[postgres]'") from error
    if sqlite:
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
    return engine


def _url(address: str) -> sa.URL:
    # an address is not quoted whole: it may hold a password
    try:
        url = sa.make_url(address)
    except ArgumentError:
        raise StoreError(
            "the store's address is no URL: give sqlite:///FILE or postgresql://HOST/DATABASE"
        ) from None
    if url.drivername not in DRIVERS:
        raise StoreError(
            f"{url.drivername}:// is no store: give sqlite:///FILE or postgresql://HOST/DATABASE"
        )
    url = url.set(drivername=DRIVERS[url.drivername])
    if url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise StoreError("the store outlives the server: give a file, sqlite:///FILE")
        folder = Path(str(url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"cannot make the folder of the store, {folder}: {error.strerror}; give another"
            ) from error
    return url


def _for_postgresql() -> dict[str, Any]:
    # it warns of errors with their detail, and that may quote a row: what a caller said
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    return {
        "connect_timeout": CONNECT_S,
        "tcp_user_timeout": 1000 * CONNECT_S,
        "options": f"-c lock_timeout={1000 * BUSY_S:.0f}",
    }


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, so that DDL is inside
    # WAL: readers see the last commit while the writer writes, and neither waits for the other.
    connection.execute("PRAGMA journal_mode=WAL")
    # NORMAL: a commit is written to the WAL, but synced only at a checkpoint. What is written
    # belongs to the kernel and outlives the death of the process (kill -9). A loss of power may
    # take the last commits, never the soundness of the file; FULL would sync five times a second.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))
