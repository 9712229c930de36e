"""Every kind of bad client, while another call goes on undisturbed and unchanged to the byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from server.media.protocol import PATH

from .beside import another_call, closing
from .fakes import House, answer, house, pcm, start_text, until

Bad = Callable[[House], Awaitable[ClientConnection]]


async def text_for_binary(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send("AAAAAAAA////")
    return socket


async def binary_before_start(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send(pcm(0.02))
    return socket


async def a_frame_of_1_mb(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send(bytes(1024 * 1024))
    return socket


async def much_text(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send(json.dumps({"type": "context", "context": {"x": "y" * 20_000}}))
    return socket


async def an_odd_byte_count(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send(pcm(0.02) + b"\0")
    return socket


async def half_a_group(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send(pcm(0.02) + b"\0\0")
    return socket


async def a_wrong_token(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send(start_text("bad", token="wrong"))
    return socket


async def no_token(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send(start_text("bad"))
    return socket


async def an_unknown_type(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send('{"type":"dance"}')
    return socket


async def bad_json(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send('{"type":"start",')
    return socket


async def nested_json(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send("[" * 15_000)
    return socket


async def a_duplicate(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send(start_text("good", token="right"))
    return socket


async def a_thief_of_calls(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send('{"type":"resume","call_id":"good","token":"wrong"}')
    return socket


async def a_second_start(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send(start_text("bad", token="right"))
    return socket


async def a_resume_of_nothing(at: House) -> ClientConnection:
    socket = await at.socket()
    await socket.send('{"type":"resume","call_id":"never","token":"right"}')
    return socket


async def a_silent_one(at: House) -> ClientConnection:
    return await at.socket()


async def a_lazy_one(at: House) -> ClientConnection:
    return await at.begun("bad", token="right")


async def text_that_is_no_text(at: House) -> ClientConnection:
    socket = await at.begun("bad", token="right")
    await socket.send(b"\xff\xfe", text=True)
    return socket


@pytest.mark.parametrize(
    ("bad", "error", "close"),
    [
        (text_for_binary, "bad_message", 4400),
        (binary_before_start, "binary_before_start", 4405),
        (a_frame_of_1_mb, None, 1009),
        (much_text, "too_big", 1009),
        (an_odd_byte_count, "bad_audio", 4415),
        (half_a_group, "bad_audio", 4415),
        (a_wrong_token, "unauthorized", 4401),
        (no_token, "unauthorized", 4401),
        (an_unknown_type, "bad_message", 4400),
        (bad_json, "bad_message", 4400),
        (nested_json, "bad_message", 4400),
        (a_duplicate, "call_exists", 4409),
        (a_thief_of_calls, "unauthorized", 4401),
        (a_second_start, "bad_message", 4400),
        (a_resume_of_nothing, "call_lost", 4404),
        (a_silent_one, "timeout", 4408),
        (a_lazy_one, "timeout", 4408),
        (text_that_is_no_text, None, 1007),
    ],
)
def test_it_is_closed_with_its_reason_and_nobody_else_notices(
    bad: Bad, error: str | None, close: int
) -> None:
    async def run() -> None:
        patience: dict[str, Any] = {"start_within_s": 0.6, "idle_s": 0.6, "ping_interval_s": 0.1}
        async with house(tokens=("other", "right"), **patience) as at, another_call(at):
            socket = await bad(at)
            assert await closing(socket) == (error, close)
            if error is not None:
                assert at.plane.counters.errors[error] == 1
            if "bad" in at.floor.calls:  # it may come back, and has lost nothing but what was bad
                assert at.floor.calls["bad"].state is None
                again = await at.socket()
                await again.send('{"type":"resume","call_id":"bad","token":"right"}')
                assert (await answer(again, "resumed"))["next_sample"] == 0
                await again.send('{"type":"stop"}')
                await answer(again, "ended")

    asyncio.run(run())


async def _handshake(at: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", at.plane.port)
    writer.write(
        f"GET {PATH} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def test_one_that_dribbles_is_closed() -> None:
    async def run() -> None:
        async with house(tokens=("right",), start_within_s=0.6) as at, another_call(at):
            # not even its handshake is complete
            reader, writer = await asyncio.open_connection("127.0.0.1", at.plane.port)
            writer.write(b"GET /v1/media HTTP/1.1\r\nHost: x\r\n")
            assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()
            # or its first message: the head of a frame, and then nothing
            reader, writer = await _handshake(at)
            writer.write(b"\x81\xfe")
            assert b"timeout" in await asyncio.wait_for(reader.read(), 10)
            writer.close()
            assert at.plane.counters.errors["timeout"] == 1

    asyncio.run(run())


def test_one_that_takes_nothing_is_closed() -> None:
    async def run() -> None:
        times: dict[str, Any] = {"send_timeout_s": 0.2, "ack_s": 0.0001}
        async with house(tokens=("right",), **times) as at:
            _, writer = await _handshake(at)
            text = start_text("deaf", token="right").encode()
            masked = bytes([0x81, 0x80 | 126, *len(text).to_bytes(2, "big"), 0, 0, 0, 0]) + text
            writer.write(masked)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await until(lambda: "deaf" in at.floor.calls)
            # the kernel's buffers take acknowledgements for a long while: fill them at once
            visit = next(iter(at.plane._server.connections))  # type: ignore[union-attr]
            visit.transport.write(bytes(16_000_000))
            await until(lambda: at.plane.counters.errors["slow_client"] >= 1)
            await until(lambda: at.plane.counters.sockets == 0)
            writer.transport.abort()

    asyncio.run(run())
