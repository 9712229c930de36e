"""Ready questions to an archive, in SQL for DuckDB; they lie beside the datasets."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ..files import write_whole

FOLDER = "queries"


def queries() -> dict[str, str]:
    """Give the queries by the name of their file, in order."""
    files = sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
    return {file.name: file.read_text("utf-8") for file in files if file.name.endswith(".sql")}


def write_queries(folder: Path) -> Path:
    """Write all queries into ``queries/`` of an archive; they are run from the archive's folder."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    for name, text in queries().items():
        write_whole(place / name, text)
    return place
