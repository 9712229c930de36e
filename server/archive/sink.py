"""The datasets in a database too: PostgreSQL, or SQLite (``--db URL``).

The database follows the parts: each goes in whole, in one transaction that also notes its number
and the checksum of what may change. So a run that was killed leaves nothing half, the next one
brings what is missing, and a part of ``calls`` that has changed since (outcomes) is exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from ..errors import Refused
from ..store.engine import BEGIN, open_engine
from ..store.errors import StoreError
from .columns import DATASETS

PREFIX = "archive_"
BATCH = 2000
"""Rows that are sent at once."""

_TYPES: dict[pa.DataType, type[sa.types.TypeEngine[Any]]] = {
    pa.string(): sa.Text,
    pa.bool_(): sa.Boolean,
    pa.int8(): sa.SmallInteger,
    pa.int32(): sa.Integer,
    pa.float64(): sa.Double,
    pa.date32(): sa.Date,
    pa.timestamp("s"): sa.DateTime,
}
_KEYS = {
    "calls": ("call_id",),
    "windows": ("call_id", "track", "at_s"),
    "events": ("call_id", "seq"),
}

_metadata = sa.MetaData()
PARTS = sa.Table(
    f"{PREFIX}parts",
    _metadata,
    sa.Column("dataset", sa.String(16), primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),
)
TABLES = {
    dataset: sa.Table(
        f"{PREFIX}{dataset}",
        _metadata,
        *(
            sa.Column(
                field.name,
                _TYPES[field.type],
                primary_key=field.name in _KEYS[dataset],
                nullable=field.nullable,
            )
            for field in schema
        ),
        sa.Column("part", sa.Text, nullable=False, index=True),
    )
    for dataset, schema in DATASETS.items()
}


class Sink:
    """A database that follows an archive.

    Parameters
    ----------
    address
        As for the server's store; its tables may lie beside ours.

    Raises
    ------
    Refused
        If it cannot be reached.
    """

    def __init__(self, address: str) -> None:
        try:
            self._engine = open_engine(address, connections=1)
            _metadata.create_all(self._engine)
        except StoreError as error:
            raise Refused(f"--db: {error}") from error
        except sa.exc.SQLAlchemyError as error:
            raise _refusal(error) from error

    def follow(self, folder: Path) -> int:
        """Bring every part of an archive that the database does not have as it is now.

        Returns
        -------
        int
            How many parts were brought.

        Raises
        ------
        Refused
            If the database fails; what was brought stays.
        """
        brought = 0
        try:
            with self._engine.connect() as connection:
                known = {
                    (row.dataset, row.part): row.sha256 for row in connection.execute(_known())
                }
            for dataset in DATASETS:
                for file in sorted((folder / dataset).glob("part-*.parquet")):
                    # only calls change once they are written
                    checksum = sha256(file.read_bytes()).hexdigest() if dataset == "calls" else ""
                    if known.get((dataset, file.stem)) != checksum:
                        self._bring(dataset, file, checksum)
                        brought += 1
        except sa.exc.SQLAlchemyError as error:
            raise _refusal(error) from error
        return brought

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _bring(self, dataset: str, file: Path, checksum: str) -> None:
        table = TABLES[dataset]
        engine = self._engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        with engine.begin() as connection:
            for one in (table, PARTS):
                gone = sa.delete(one).where(one.c.part == file.stem)
                if one is PARTS:
                    gone = gone.where(PARTS.c.dataset == dataset)
                connection.execute(gone)
            for rows in _rows(file):
                connection.execute(sa.insert(table), rows)
            noted = {"dataset": dataset, "part": file.stem, "sha256": checksum}
            connection.execute(sa.insert(PARTS), [noted])


def _known() -> sa.Select[Any]:
    return sa.select(PARTS.c.dataset, PARTS.c.part, PARTS.c.sha256)


def _rows(file: Path) -> Iterator[list[dict[str, Any]]]:
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(BATCH):
            yield [row | {"part": file.stem} for row in batch.to_pylist()]


def _refusal(error: sa.exc.SQLAlchemyError) -> Refused:
    # no text of the driver's: it may quote a row, or the password
    return Refused(f"--db: the database refused ({type(error).__name__}): see whether it answers")
