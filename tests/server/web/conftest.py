"""A server on a port of its own, its stage, and a client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from server.web import WebServer, WebSettings, create_app, listen
from server.web.metrics import Metrics

from .stage import PATIENCE_S, FakeFloor, open_store


@dataclass(frozen=True, slots=True)
class Site:
    """A running control plane."""

    floor: FakeFloor
    client: httpx.Client
    url: str
    metrics: Metrics

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    @property
    def ws(self) -> str:
        """Where its sockets are."""
        return self.url.replace("http", "ws", 1)


Serve = Callable[..., Site]


def running(stack: ExitStack, floor: FakeFloor, settings: WebSettings, **more: Any) -> Site:
    """Start a server for as long as the stack lives."""
    app = create_app(floor.store, floor, settings, writer=floor.store.writer(), **more)
    server = stack.enter_context(WebServer(app, listen("127.0.0.1", 0)))
    client = stack.enter_context(httpx.Client(base_url=server.url, timeout=PATIENCE_S))
    return Site(floor, client, server.url, app.state.plane.metrics)


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeFloor]:
    with open_store(tmp_path_factory.mktemp("store")) as store:
        yield FakeFloor(store)


@pytest.fixture(scope="module")
def site(floor: FakeFloor) -> Iterator[Site]:
    """A server on loopback, with usual settings."""
    with ExitStack() as stack:
        yield running(stack, floor, WebSettings())


@pytest.fixture
def serve(floor: FakeFloor) -> Iterator[Serve]:
    """More servers, with other settings, on the same floor."""
    with ExitStack() as stack:
        yield lambda settings, **more: running(stack, floor, settings, **more)
