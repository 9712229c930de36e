"""The server's port and thread."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import cast

import httpx
import pytest

from server.web import WebServer, WebSettings, create_app, listen
from server.web.listening import address, own_origins

from .conftest import Serve
from .stage import PATIENCE_S, FakeFloor
from .test_auth import TOKEN, dial


def test_what_is_sent_does_not_wait_for_an_acknowledgement() -> None:
    async def without_delay() -> bool:
        accepted: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.set_result(writer.get_extra_info("socket"))
            await reader.read()
            writer.close()

        port = listen("127.0.0.1", 0)
        async with await asyncio.start_server(answer, sock=port):
            _, writer = await asyncio.open_connection(*port.getsockname())
            sock = await accepted
            found = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
            await writer.wait_closed()
        return bool(found)

    assert asyncio.run(without_delay())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_server_goes_up_and_down(floor: FakeFloor, host: str) -> None:
    server = WebServer(create_app(floor.store, floor, WebSettings()), listen(host, 0))
    server.start()
    assert httpx.get(server.url + "/healthz", timeout=PATIENCE_S).is_success
    server.stop()
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url + "/healthz", timeout=PATIENCE_S)


def test_one_that_never_went_up(floor: FakeFloor) -> None:
    listener = listen("127.0.0.1", 0)
    WebServer(create_app(floor.store, floor, WebSettings()), listener).stop()
    assert listener.fileno() == -1


def test_a_port_that_is_taken() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", cast(int, taken.getsockname()[1]))


def test_the_addresses_of_what_listens() -> None:
    with listen("127.0.0.1", 0) as one, listen("::1", 0) as other:
        port, another = one.getsockname()[1], other.getsockname()[1]
        assert address("ws", one) == f"ws://127.0.0.1:{port}"
        assert address("http", other) == f"http://[::1]:{another}"
        assert own_origins(one) == (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
        assert f"http://[::1]:{another}" in own_origins(other)


def test_no_address_is_logged(
    serve: Serve, floor: FakeFloor, caplog: pytest.LogCaptureFixture
) -> None:
    """It may hold a token, and it holds names of calls."""
    caplog.set_level(logging.DEBUG)
    site = serve(WebSettings(token=TOKEN))
    header = {"Authorization": f"Bearer {TOKEN}"}
    site.client.get("/v1/calls/secret-name", params={"token": TOKEN})
    with dial(site, "/v1/calls/secret-name/live", additional_headers=header):
        pass
    server = [one for one in caplog.records if not one.name.startswith(("http", "websockets.cl"))]
    told = " ".join(record.getMessage() for record in server)
    assert "secret-name" not in told
    assert TOKEN not in told
