"""What a finished run leaves for people: the dashboard, and questions to ask further."""

from __future__ import annotations

from pathlib import Path

from .tables import parts


def write_beside(folder: Path) -> None:
    """Write ``dashboard.html`` and ``queries/`` into an archive, if it holds any call.

    Raises
    ------
    Refused
        If they cannot be written.
    """
    if not parts(folder, "calls"):
        return
    from .dashboard import write_dashboard
    from .queries import write_queries

    write_queries(folder)
    write_dashboard(folder)
