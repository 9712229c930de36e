from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.store import Store, StoreError
from server.store.engine import open_engine
from server.store.migrate import config
from server.store.tables import METADATA

from .made import call_row


def test_the_steps_lead_to_the_tables(store: Store, address: str) -> None:
    engine = open_engine(address, connections=1)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        head = ScriptDirectory.from_config(config(connection)).get_current_head()
        assert context.get_current_revision() == head
    engine.dispose()


def test_the_last_step_goes_back(store: Store, address: str) -> None:
    engine = open_engine(address, connections=1)
    with engine.begin() as connection:
        command.downgrade(config(connection), "-1")
        assert compare_metadata(MigrationContext.configure(connection), METADATA) != []
    engine.dispose()
    with Store(address) as again:
        again.writer().begin(call_row())
        again.writer().flush(5)
        assert again.calls() == [call_row()]


def test_a_store_of_a_newer_version(store: Store, address: str) -> None:
    engine = open_engine(address, connections=1)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="newer Calmline: update Calmline, or give another"):
        Store(address)
