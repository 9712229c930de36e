"""Brings a database to the tables that this version of Calmline knows."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from .engine import BEGIN
from .errors import StoreError

_LOCK = threading.Lock()  # Alembic's context is global to the process
_ADVISORY = 0x43616C6D
"""Names our lock among all that use the PostgreSQL server: `Calm` in ASCII."""


def config(connection: sa.Connection) -> Config:
    """Give Alembic's configuration for one connection; there is no `alembic.ini`."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found


def migrate(engine: sa.Engine) -> None:
    """Take every step that the database lacks, in one transaction.

    Servers that start at once take turns. Opening a database that is up to date changes nothing.

    Raises
    ------
    StoreError
        If a newer Calmline wrote it.
    """
    immediate = engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
    with _LOCK, immediate.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY)))
        steps = config(connection)
        known = {step.revision for step in ScriptDirectory.from_config(steps).walk_revisions()}
        if not known.issuperset(MigrationContext.configure(connection).get_current_heads()):
            raise StoreError(
                "the store was written by a newer Calmline: update Calmline, or give another store"
            )
        command.upgrade(steps, "head")
