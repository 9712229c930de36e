"""An archive's datasets as tables that SQL can be asked of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import Refused

DATASETS = ("calls", "windows", "events")
DATED = """
CREATE VIEW dated AS SELECT *, date_trunc('week', day)::date AS week
FROM (SELECT *, coalesce(date, started_at::date) AS day FROM calls)
"""
"""All calls, with their day and its Monday where they are known."""
HEARD = """
CREATE VIEW heard AS SELECT *,
    [kind FOR kind IN [{kinds}] IF kind IS NOT NULL] AS kinds,
FROM dated WHERE words AND NOT demo_words
"""
"""Calls in which an objection could be heard, with the kinds that were. Words of a demo model are
worthless, and never counted."""


def parts(folder: Path, dataset: str) -> list[Path]:
    """List the parts of a dataset that are whole.

    What is being written has another name; and a part counts once its calls are there, which are
    written last.
    """
    names = sorted(path.name for path in (folder / "calls").glob("part-*.parquet"))
    return [path for name in names if (path := folder / dataset / name).exists()]


def require(folder: Path) -> None:
    """See that there is an archive.

    Raises
    ------
    Refused
        If there is none.
    """
    if not parts(folder, "calls"):
        raise Refused(f"{folder}: there is no archive in it; write one with calmline archive")


class Tables:
    """An archive's datasets, and the views ``dated`` and ``heard``, read where they lie.

    Columns that a part does not have, because it is older, are null. DuckDB reads; nothing is
    fetched or written.

    Parameters
    ----------
    folder
        Of the archive.

    Raises
    ------
    Refused
        If there is no archive in it, or it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        require(folder)
        import duckdb

        from .columns import DATASETS as SCHEMAS
        from .columns import SUBJECTS

        self._folder = folder
        self._database = duckdb.connect(
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        )
        kinds = ", ".join(f"CASE WHEN obj_{name} > 0 THEN '{name}' END" for name in SUBJECTS)
        try:
            for name in DATASETS:
                self._database.register(f"no_{name}", SCHEMAS[name].empty_table())
                found = parts(folder, name)
                files = ", ".join(map(_literal, found))
                rows = f"UNION ALL BY NAME FROM read_parquet([{files}], union_by_name = true)"
                self._ask(f"CREATE VIEW {name} AS FROM no_{name} {rows if found else ''}")
            self._ask(DATED)
            self._ask(HEARD.format(kinds=kinds))
        except BaseException:
            self.close()
            raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask, and give all rows.

        Raises
        ------
        Refused
            If a part cannot be read.
        """
        return self._ask(sql, values)[1]

    def dicts(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Ask, and give each row by the names of its columns; raises as :meth:`rows`."""
        names, rows = self._ask(sql, values)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _ask(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], list[tuple[Any, ...]]]:
        import duckdb

        try:
            found = self._database.execute(sql, list(values))
            return [column[0] for column in found.description or ()], found.fetchall()
        except (duckdb.InvalidInputException, duckdb.IOException) as error:
            reason = str(error).splitlines()[0]
            raise Refused(f"{self._folder}: its datasets cannot be read: {reason}") from error

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()


def _literal(path: Path) -> str:
    """Write a path as SQL has it: quoted, and no sign in it is a pattern."""
    exact = re.sub(r"([\[*?])", r"[\1]", str(path))
    return "'" + exact.replace("'", "''") + "'"
