"""The control plane: routes, and what stands before them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from ..store.errors import StoreError
from . import calls, health, keys, live
from .auth import Guard
from .headers import SecurityHeaders
from .metrics import Metrics, ServerCollector, Timed
from .plane import Plane
from .ports import Floor, Reading, Writing
from .settings import WebSettings

if TYPE_CHECKING:
    from ..media.counters import Counters

TAGS = [
    {"name": "calls", "description": "Calls that go on, and those that are over."},
    {"name": "cards", "description": "What agents and reviewers do with cards."},
    {"name": "reviews", "description": "Calls after they are over, and what people say of them."},
    {"name": "operations", "description": "For those who run the server."},
]
DESCRIPTION = """\
Calmline hears a support call as it happens and tells the agent when the caller grows tense, why,
and what to say next.

Times of a call (`_s`) are seconds of media time; wall time is UTC. Calls are watched by websocket:
`/v1/calls/{call_id}/live?from=SEQ` and `/v1/agents/{agent_id}/live`.
"""


def create_app(
    store: Reading,
    floor: Floor,
    settings: WebSettings,
    *,
    writer: Writing | None = None,
    media: Sequence[Counters] = (),
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Build the app.

    Parameters
    ----------
    store, floor
        Where calls are kept, and where they happen.
    settings
        Who may come in, and where files lie.
    writer
        What stores the calls; asked how it is doing.
    media
        Counters of media planes, told to Prometheus, too.
    routers
        More routes: the console's pages. A page that needs another ``Content-Security-Policy``
        sets its own.
    """
    metrics = Metrics()
    metrics.registry.register(ServerCollector(floor, writer, media))
    app = FastAPI(
        title="Calmline",
        version=version("calmline"),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,  # both fetch their scripts from elsewhere; the schema is at /openapi.json
        redoc_url=None,
    )
    app.state.plane = Plane(
        store=store, floor=floor, settings=settings, metrics=metrics, writer=writer
    )
    app.add_exception_handler(StoreError, _unavailable)
    for router in (calls.router, keys.router, live.router, health.router, *routers):
        app.include_router(router)
    if settings.static is not None:
        app.mount("/static", StaticFiles(directory=settings.static), name="static")
    # the last one added comes first
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(Timed, metrics=metrics)
    return app


async def _unavailable(request: Request, error: Exception) -> Response:
    return health.unavailable(str(error))
