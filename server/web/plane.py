"""What the routes work on, and how they come by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from .metrics import Metrics
from .ports import Floor, Reading, Writing
from .settings import WebSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """What the routes of one app share; all of it is safe from any thread."""

    store: Reading
    floor: Floor
    settings: WebSettings
    metrics: Metrics
    writer: Writing | None = None


def plane(connection: HTTPConnection) -> Plane:
    """The plane that a request or a socket came to."""
    found: Any = connection.app.state.plane
    assert isinstance(found, Plane)
    return found


Here = Annotated[Plane, Depends(plane)]
"""A route's parameter of this type is given the plane."""
