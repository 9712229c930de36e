"""Clients that are replaced, vanish, or are half gone, while another call goes on undisturbed."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
from websockets.exceptions import ConnectionClosed

from .beside import another_call, closing
from .fakes import answer, heard, house, pcm, until


def test_the_newest_socket_wins() -> None:
    async def run() -> None:
        async with house(tokens=("right",)) as at, another_call(at):
            data = pcm(3.0, seed=5)
            old = await at.begun("call", token="right")
            await old.send(data[:32_000])
            call = at.floor.calls["call"]
            await until(lambda: call.fed_s == 1.0)
            new = await at.socket()
            await new.send('{"type":"resume","call_id":"call","token":"right"}')
            assert (await answer(new, "resumed"))["next_sample"] == 8000
            # whatever the old one says from now on is not heard
            try:
                await old.send(pcm(1.0, seed=9))
            except ConnectionClosed:
                pass
            assert await closing(old) == ("replaced", 4410)
            await new.send(data[32_000:64_000])
            await new.send(data[64_000:])
            await new.send('{"type":"stop"}')
            await answer(new, "ended")
            assert np.array_equal(call.samples(), heard(data))

    asyncio.run(run())


def test_one_that_vanished_is_broken_after_the_grace_period() -> None:
    async def run() -> None:
        async with house(tokens=("right",)) as at, another_call(at):
            socket = await at.begun("gone", token="right")
            await socket.send(pcm(0.5))
            call = at.floor.calls["gone"]
            await until(lambda: call.fed_s == 0.5)
            socket.transport.abort()
            await until(lambda: at.plane.counters.sockets == 1)
            at.clock.advance(29.9)
            assert call.state is None
            at.clock.advance(0.2)
            assert call.state == "broken"
            assert at.plane.counters.broken == 1
            assert call.fed_s == 0.5

    asyncio.run(run())


class Wire:
    """A TCP relay that can stop relaying without closing anything."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.cut = False
        self.writers: list[asyncio.StreamWriter] = []

    async def open(self) -> int:
        """Listen."""
        self.server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Tear it down."""
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        self.writers += [writer, far_writer]
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                if not self.cut:
                    sink.write(data)
                    await sink.drain()
        except ConnectionError:
            pass


def test_a_half_open_socket_is_found_out() -> None:
    async def run() -> None:
        times: dict[str, Any] = {"ping_interval_s": 0.05, "ping_timeout_s": 0.6}
        async with house(tokens=("right",), **times) as at, another_call(at):
            wire = Wire(at.plane.port)
            port = await wire.open()
            whole, at.url = at.url, f"ws://127.0.0.1:{port}"
            socket = await at.begun("cut", token="right")
            at.url = whole
            await socket.send(pcm(0.5))
            call = at.floor.calls["cut"]
            await until(lambda: call.fed_s == 0.5)
            await asyncio.sleep(0.2)  # with answers to its pings it stays
            assert at.plane.counters.errors["half_open"] == 0
            wire.cut = True
            await until(lambda: at.plane.counters.errors["half_open"] == 1)
            await until(lambda: at.plane.counters.sockets == 1)
            assert call.state is None  # it has its grace period
            socket.transport.abort()
            await wire.close()

    asyncio.run(run())
