"""A call whose socket breaks goes on, with nothing lost and nothing twice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from .fakes import FakeCall, House, answer, heard, house, pcm, until

RESUME = '{"type":"resume","call_id":"c"}'


async def dropped(at: House, data: bytes) -> FakeCall:
    """Begin a call, send, and lose the socket."""
    socket = await at.begun("c")
    await socket.send(data)
    call = at.floor.calls["c"]
    await until(lambda: call.fed_s == len(data) / 32_000)
    socket.transport.abort()
    await until(lambda: at.plane.counters.sockets == 0)
    return call


@pytest.mark.parametrize("away_s", [1, 5, 29])
def test_within_the_grace_period_the_call_goes_on(away_s: float) -> None:
    async def run() -> None:
        async with house() as at:
            data = pcm(3.0)
            call = await dropped(at, data[:32_000])
            at.clock.advance(away_s)
            socket = await at.socket()
            await socket.send(RESUME)
            assert (await answer(socket, "resumed"))["next_sample"] == 8000
            at.clock.advance(60)  # nothing waits for it any more
            assert call.state is None
            await socket.send(data[32_000:64_000])
            await socket.send(data[64_000:])
            await socket.send('{"type":"stop"}')
            assert (await answer(socket, "ended"))["media_s"] == 3.0
            assert np.array_equal(call.samples(), heard(data))
            figures = at.plane.counters.snapshot()
            assert figures["resumes_total"] == figures["calls_total"] == 1
            assert figures["connections_total"] == 2
            assert figures["frames_total"] == 3
            assert figures["bytes_total"] == len(data)
            assert not any(name.startswith("errors_") for name in figures)

    asyncio.run(run())


def test_after_the_grace_period_the_call_is_lost_and_broken() -> None:
    async def run() -> None:
        async with house() as at:
            data = pcm(1.0)
            call = await dropped(at, data)
            at.clock.advance(31)
            assert call.state == "broken"
            socket = await at.socket()
            await socket.send(RESUME)
            error = await answer(socket, "error")
            assert error["code"] == "call_lost"
            assert at.plane.counters.snapshot()["errors_call_lost_total"] == 1
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 4404
            assert np.array_equal(call.samples(), heard(data))  # what came is kept

    asyncio.run(run())


def test_who_stopped_and_heard_no_answer_may_ask_again() -> None:
    async def run() -> None:
        async with house() as at:
            socket = await at.begun("c")
            at.floor.calls["c"].end_at_once = False
            await socket.send(pcm(1.0))
            await socket.send('{"type":"stop"}')
            call = at.floor.calls["c"]
            await until(lambda: call.state == "ended")
            socket.transport.abort()
            await until(lambda: at.plane.counters.sockets == 0)
            for _ in range(2):  # before it is all stored, and after
                again = await at.socket()
                await again.send(RESUME)
                await answer(again, "resumed")
                if not call.over:
                    call.finish()
                assert await answer(again, "ended") == {
                    "type": "ended",
                    "media_s": 1.0,
                    "events": 7,
                }
                await again.wait_closed()
                assert again.close_code == 1000
            at.clock.advance(31)
            late = await at.socket()
            await late.send(RESUME)
            assert (await answer(late, "error"))["code"] == "call_lost"

    asyncio.run(run())


def test_a_call_that_failed_cannot_be_resumed() -> None:
    async def run() -> None:
        async with house() as at:
            socket = await at.begun("c")
            at.floor.calls["c"].over = True
            await socket.send(pcm(0.1))
            assert (await answer(socket, "error"))["code"] == "internal"
            again = await at.socket()
            await again.send(RESUME)
            assert (await answer(again, "error"))["code"] == "call_lost"

    asyncio.run(run())


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_wherever_the_sockets_break_nothing_is_lost_or_doubled(
    lengths: list[int], seed: int
) -> None:
    """The client sends again from wherever the server says; some of it was under way."""

    async def run() -> None:
        rng = np.random.default_rng(seed)
        data = pcm(sum(lengths) / 8000, seed % 1000)
        async with house() as at:
            socket = await at.begun("c")
            sent = 0
            for length in lengths:
                await socket.send(data[4 * sent : 4 * (sent + length)])
                sent += length
                if rng.random() < 0.5:
                    if rng.random() < 0.5:
                        socket.transport.abort()
                    socket = await at.socket()
                    await socket.send(RESUME)
                    sent = (await answer(socket, "resumed"))["next_sample"]
            for start in range(sent, sum(lengths), 4000):
                await socket.send(data[4 * start : 4 * (start + 4000)])
            await socket.send('{"type":"stop"}')
            await answer(socket, "ended")
            assert np.array_equal(at.floor.calls["c"].samples(), heard(data))

    asyncio.run(run())


def test_a_slow_call_holds_its_client_back_and_loses_nothing() -> None:
    async def run() -> None:
        async with house() as at:
            at.floor.slow.add("c")
            socket = await at.begun("c")
            call = at.floor.calls["c"]
            data = pcm(30.0)
            sending = asyncio.create_task(_send_all(socket, data))
            while call.fed_s < 30.0:
                await until(lambda: call.backlog_s > 2.0 or call.fed_s == 30.0)
                before = call.fed_s
                await asyncio.sleep(0)
                assert call.fed_s == before  # it reads no more
                assert call.backlog_s < 2.0 + 0.51
                call.hear(1.5)
            await sending
            warning = await answer(socket, "warning")
            assert warning["code"] == "behind"
            call.hear(30)
            await socket.send('{"type":"stop"}')
            await answer(socket, "ended")
            assert np.array_equal(call.samples(), heard(data))
            assert at.plane.counters.waits >= 10

    asyncio.run(run())


async def _send_all(socket: Any, data: bytes) -> None:
    for at in range(0, len(data), 16_000):
        await socket.send(data[at : at + 16_000])


def test_what_is_acknowledged_is_what_the_core_has_heard() -> None:
    async def run() -> None:
        async with house() as at:
            at.floor.slow.add("c")
            socket = await at.begun("c", rate=16_000, encoding="mulaw", channels=["unknown"])
            await socket.send(bytes(16_000))
            call = at.floor.calls["c"]
            await until(lambda: call.fed_s > 0.5)
            call.hear(0.25)
            while True:
                message = json.loads(await socket.recv())
                assert message["type"] == "ack"
                assert message["next_sample"] in (0, 4000)
                if message["next_sample"]:
                    break

    asyncio.run(run())


def test_lockstep_is_acknowledged_as_soon_as_a_second_is_heard() -> None:
    async def run() -> None:
        async with house(ack_s=30.0) as at:  # not by the clock
            socket = await at.begun("c", pacing="lockstep")
            await socket.send(pcm(1.0))
            assert (await asyncio.wait_for(socket.recv(), 5)) == '{"type":"ack","next_sample":8000}'

    asyncio.run(run())


def test_a_server_that_goes_down_says_so_and_ends_calls_cleanly() -> None:
    async def run() -> None:
        async with house() as at:
            socket = await at.begun("c")
            idle = await at.socket()
            lonely = await at.begun("d")
            lonely.transport.abort()
            data = pcm(1.0)
            await socket.send(data)
            call = at.floor.calls["c"]
            await until(lambda: call.fed_s == 1.0 and at.plane.counters.sockets == 2)
            await at.plane.close(5.0)
            await answer(socket, "draining")
            assert (await answer(socket, "ended"))["media_s"] == 1.0
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1001
            with pytest.raises(ConnectionClosed):
                await idle.recv()
            assert call.state == at.floor.calls["d"].state == "ended"
            assert np.array_equal(call.samples(), heard(data))
            with pytest.raises(OSError, match=r"refused|failed"):
                await at.socket()

    asyncio.run(run())


def test_a_server_that_goes_down_waits_no_longer_than_it_was_told() -> None:
    async def run() -> None:
        async with house() as at:
            await at.begun("c")
            at.floor.calls["c"].end_at_once = False
            await asyncio.wait_for(at.plane.close(0.1), 5)
            assert at.floor.calls["c"].state == "ended"

    asyncio.run(run())
