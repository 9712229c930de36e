"""The ready queries: each runs on an archive as DuckDB's users run it, and finds something."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from server.archive.queries import queries, write_queries


def test_there_are_ten_and_each_says_what_it_is_for(large: Path) -> None:
    place = write_queries(large)
    written = {path.name: path.read_text("utf-8") for path in place.iterdir()}
    assert written == queries()
    assert len(written) == 10
    assert all(text.startswith("-- ") and text.rstrip().endswith(";") for text in written.values())


@pytest.mark.parametrize("name", sorted(queries()))
def test_it_runs_and_finds_something(
    name: str, large: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what needs every window is asked of the archive that has them
    folder = small if "voice" in name else large
    text = queries()[name]
    if folder is small:
        text = text.replace(">= 30", ">= 1")
    monkeypatch.chdir(folder)
    with duckdb.connect() as database:
        found = database.execute(text)
        rows = found.fetchall()
        columns = [column[0] for column in found.description or ()]
    assert rows
    assert all(any(row[place] is not None for row in rows) for place in _needed(columns))


def _needed(columns: list[str]) -> list[int]:
    """Columns that are filled in every archive; some are told of no call that was made up."""
    unknown = ("grade", "churn", "median_coverage")
    return [place for place, name in enumerate(columns) if name not in unknown]
