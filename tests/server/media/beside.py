"""A call that goes on beside a bad client, and how that one was closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from .fakes import House, answer, heard, pcm


@asynccontextmanager
async def another_call(at: House) -> AsyncIterator[None]:
    """Run a call beside what a test does, and look at every sample of it."""
    socket = await at.begun("good", token="right")
    stop = asyncio.Event()
    sent: list[bytes] = []

    async def talk() -> None:
        while not stop.is_set() or len(sent) < 20:
            sent.append(pcm(0.02, seed=len(sent)))
            await socket.send(sent[-1])
            await asyncio.sleep(0.001)

    talking = asyncio.create_task(talk())
    try:
        yield
    finally:
        stop.set()
        await talking
    await socket.send('{"type":"stop"}')
    ended = await answer(socket, "ended")
    call = at.floor.calls["good"]
    assert np.array_equal(call.samples(), heard(b"".join(sent)))
    assert ended["media_s"] == round(len(sent) * 0.02, 3)
    assert call.state == "ended"


async def closing(socket: ClientConnection) -> tuple[str | None, int | None]:
    """Read to the end: the code of the error message, and the close code."""
    code = None
    try:
        while True:
            message = json.loads(await asyncio.wait_for(socket.recv(), 10))
            if message["type"] == "error":
                code = message["code"]
    except ConnectionClosed:
        return code, socket.close_code
