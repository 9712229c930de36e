"""The dashboard as a file beside the datasets."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from server.errors import Refused

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
    part = path.with_name(f".{NAME}.{os.getpid()}")
    try:
        part.write_text(page, "utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refused(f"{path}: {(error.strerror or 'cannot be written').lower()}") from error
    return path
