"""The dashboard as a file beside the datasets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ...errors import Refused
from ..files import write_whole
from ..tables import Tables
from .gathered import gathered
from .page import render

NAME = "dashboard.html"


def write_dashboard(folder: Path, split: date | None = None, by: str | None = None) -> Path:
    """Write ``dashboard.html`` into an archive; it has its name only once it is whole.

    Parameters
    ----------
    folder
        Of the archive.
    split, by
        Of a comparison to be shown as well, see
        :func:`~server.archive.dashboard.before_after.before_after`.

    Raises
    ------
    Refused
        If there is no archive, or the page cannot be written.
    """
    with Tables(folder) as tables:
        page = render(gathered(tables, split, by))
    path = folder / NAME
    try:
        write_whole(path, page)
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be written').lower()}") from error
    return path
