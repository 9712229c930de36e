"""``calmline serve``: calls in by websocket, coaching out, until it is told to stop."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from coaching.review import Form
from models.errors import ModelError
from voice.events import Language

from .errors import Refused
from .lane.client import LaneError
from .live.processes import VoiceError
from .review.command import read_form
from .settings import ServeSettings
from .signals import stop_signals
from .store.errors import StoreError


def serve(settings: ServeSettings) -> None:
    """Run a server until Ctrl-C or SIGTERM, then let its calls end.

    Raises
    ------
    Refused
        If it cannot start: a port is taken, the database cannot be used, there is no such model.
    """
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from .serving import Server

    console = Console(stderr=True, highlight=False)
    try:
        with stop_signals() as stop, Server(settings) as server:
            for label, what in (
                ("calls", f"{server.media_url}   native protocol, version 1"),
                ("console", server.web_url),
                ("data", settings.store_shown),
            ):
                console.print(Text.assemble((f"{label:<9}", "dim"), what))
            for warning in filter(None, _warnings(server.note, server.lost, settings)):
                console.print(Text(warning, "yellow"))
            stop.wait()
            live = len(server.floor.live())
            console.print(f"stopping: {live} calls may end first" if live else "stopping")
    except (ModelError, LaneError, VoiceError, StoreError) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{settings.host}: {(error.strerror or str(error)).lower()}") from error


def _warnings(note: str | None, lost: int, settings: ServeSettings) -> Iterator[str | None]:
    yield note
    if lost:
        yield f"{lost} calls were cut off when the last server died"
    if settings.consent == "off":
        yield "consent is not asked for: every call is analysed from its start"


def read_forms(paths: tuple[Path, ...]) -> dict[Language, Form]:
    """Read own forms of the scorecard, one file a language.

    Raises
    ------
    Refused
        If one is wrong, or two are of one language.
    """
    forms: dict[Language, Form] = {}
    for path in paths:
        form = read_form(path)
        assert form is not None  # there is a path
        if form.language in forms:
            raise Refused(f"{path}: there are two forms in {form.language}")
        forms[form.language] = form
    return forms
