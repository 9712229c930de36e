"""The dashboard in the console: ``calmline serve --archive DIR`` gives it out at ``/archive``."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response

from ...web.plane import Here
from .written import NAME

_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
_HEAD_CHARS = 1000
"""The page's policy stands in its first lines."""


def router(folder: Path) -> APIRouter:
    """Give the route; what lies in the folder is looked for at each request.

    Parameters
    ----------
    folder
        Of the archive.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/archive")
    def dashboard(here: Here) -> Response:
        path = folder / NAME
        policy = _policy(path)
        if policy is None:
            raise HTTPException(
                HTTPStatus.NOT_FOUND, f"there is no {NAME} yet: calmline dashboard writes it"
            )
        ancestors = " ".join(("'self'", *here.settings.frame_ancestors))
        headers = {
            # its own scripts stand in the page; the policy has their hashes
            "Content-Security-Policy": f"{policy}; frame-ancestors {ancestors}",
            "Cache-Control": "no-cache",
        }
        return FileResponse(path, media_type="text/html; charset=utf-8", headers=headers)

    return routes


def _policy(path: Path) -> str | None:
    """Read the policy that the page has for itself; ``None`` if there is no such page."""
    try:
        with path.open(encoding="utf-8") as file:
            found = _POLICY.search(file.read(_HEAD_CHARS))
    except (OSError, UnicodeDecodeError):
        return None
    return found[1] if found else None
