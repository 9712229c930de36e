"""The pages of the console, what they need to know, and the files they are made of.

The pages are plain files; what several have in common stands in a file of its own. Their scripts
and styles lie in :data:`STATIC`, which the server gives out under ``/static``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as Parameter
from fastapi.responses import FileResponse, HTMLResponse, Response
from pydantic import BaseModel

from ..media.protocol import PATH as MEDIA
from ..web.headers import security_headers
from ..web.plane import Here, Plane
from ..web.shapes import AgentId, CallId

HERE = Path(__file__).parent
STATIC = HERE / "static"
"""What ``WebSettings.static`` must name."""
PAGES = HERE / "pages"
PARTS = ("panel", "bar")
"""Markup that several pages have in common; ``<!-- panel -->`` says where."""
POLICY = "Content-Security-Policy"
LONG = "public, max-age=31536000, immutable"
"""For a file whose address changes with its version."""


class DemoCall(BaseModel):
    """A bundled call that is being streamed, and can be heard beside the panel."""

    call_id: str
    agent_id: str
    sample: str
    """Name of the recording, without ``.wav``."""
    speed: float = 1.0
    """Media seconds a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleConfig:
    """What the pages have to be told.

    Attributes
    ----------
    media_url
        The media plane, as a browser on this machine reaches it (``ws://127.0.0.1:8701``); for
        the page on which people try their own voice. ``None`` where there is none. A server that
        wants a token does not tell it to any page, so there that page stays shut.
    lang
        Language of the interface, until somebody chooses another.
    demo
        Gives the bundled call that is streamed now, if one is.
    samples
        Folder of the bundled calls' recordings.
    """

    media_url: str | None = None
    lang: Literal["en", "zh"] | None = None
    demo: Callable[[], DemoCall | None] | None = None
    samples: Path | None = None


class Told(BaseModel):
    """What the pages are told."""

    media_url: str | None
    """Address of the native protocol."""
    lang: str | None
    plotly: str
    """Address of the charts' script."""
    demo: bool
    """Whether a bundled call can be heard here."""
    uploads: bool
    """Whether recordings can be uploaded here."""
    reviews: bool
    """Whether calls are reviewed here."""


def router(config: ConsoleConfig) -> APIRouter:
    """Give the routes of the console."""
    routes = APIRouter(include_in_schema=False)

    def media_address(here: Plane) -> str | None:
        shut = config.media_url is None or here.settings.token is not None
        return None if shut else f"{config.media_url}{MEDIA}"

    @routes.get("/v1/console/config")
    def told(here: Here, request: Request) -> Told:
        known = request.app.openapi()["paths"]  # made once
        return Told(
            media_url=media_address(here),
            lang=config.lang,
            plotly=f"/console/plotly-{plotly_version()}.js",
            demo=config.demo is not None,
            uploads="/v1/reviews" in known,
            reviews="/v1/calls/{call_id}/review" in known,
        )

    @routes.get("/")
    def index(here: Here) -> Response:
        return page("index", here)

    @routes.get("/agent/{agent_id}")
    def agent(here: Here, agent_id: AgentId) -> Response:
        return page("agent", here)

    @routes.get("/replay/{call_id}")
    def replay(here: Here, call_id: CallId) -> Response:
        # the charts' script writes styles; what may run stays as strict as everywhere
        return page("replay", here, style_src="'self' 'unsafe-inline'")

    @routes.get("/review/{call_id}")
    def review(here: Here, call_id: CallId) -> Response:
        return page("review", here)

    @routes.get("/demo")
    def demo(here: Here) -> Response:
        return page("demo", here)

    @routes.get("/try")
    def try_(here: Here) -> Response:
        return page("try", here, connect_src=f"'self' {media_address(here) or ''}".strip())

    @routes.get("/demo/call")
    def demo_call() -> DemoCall:
        call = config.demo() if config.demo else None
        if call is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "no bundled call is being played")
        return call

    @routes.get("/demo/audio/{sample}.wav")
    def demo_audio(sample: Annotated[str, Parameter(pattern=r"^[a-z]+(-[a-z]+)*$")]) -> Response:
        path = config.samples / f"{sample}.wav" if config.samples else None
        if path is None or not path.is_file():
            raise HTTPException(HTTPStatus.NOT_FOUND, "there is no such recording")
        return FileResponse(path, media_type="audio/wav")

    @routes.get("/console/plotly-{version}.js")
    def plotly(version: str) -> Response:
        if version != plotly_version():
            raise HTTPException(HTTPStatus.NOT_FOUND, "that is not the version that is installed")
        return FileResponse(
            _plotly_js(), media_type="text/javascript", headers={"Cache-Control": LONG}
        )

    return routes


def page(name: str, here: Plane, **also: str) -> Response:
    """Give a page.

    Parameters
    ----------
    name
        Of its file, without ``.html``.
    here
        Whose policy it follows.
    also
        What its content security policy names besides: a directive with ``_`` for ``-``, and its
        sources. Another origin than our own is in none but the media plane's.
    """
    policy = [security_headers(here.settings)[POLICY]]
    policy += [f"{name.replace('_', '-')} {sources}" for name, sources in also.items()]
    headers = {"Cache-Control": "no-cache", POLICY: "; ".join(policy)}
    return HTMLResponse(_text(name), headers=headers)


@cache
def _text(name: str) -> str:
    text = (PAGES / f"{name}.html").read_text("utf-8")
    for part in PARTS:
        text = text.replace(f"<!-- {part} -->", (PAGES / f"{part}.html").read_text("utf-8"))
    return text


@cache
def plotly_version() -> str:
    """Version of the installed package that holds the charts' script."""
    from importlib.metadata import version

    return version("plotly")


def _plotly_js() -> Path:
    return Path(str(resources.files("plotly") / "package_data" / "plotly.min.js"))
