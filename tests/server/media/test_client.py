"""The client: what it sends arrives, once, whatever the network does."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.media.client import AHEAD_S, CallClient, CallError
from server.media.messages import Start
from server.media.ring import Ring

from .fakes import heard, house, pcm, until


def start(
    call_id: str = "c", pacing: Literal["realtime", "lockstep"] = "realtime", **fields: Any
) -> Start:
    given_ = {"rate": 8000, "encoding": "pcm16", "channels": ("caller", "agent"), **fields}
    return Start(v=1, call_id=call_id, pacing=pacing, **given_)


@pytest.mark.parametrize("drops", [1, 4])
def test_it_resumes_by_itself_and_nothing_is_lost_or_doubled(drops: int) -> None:
    async def run() -> None:
        async with house() as at:
            sound = heard(pcm(4.0))
            async with CallClient(at.url, start()) as call:
                for index, begin in enumerate(range(0, 32_000, 400)):
                    await call.send(sound[:, begin : begin + 400])
                    if index % 20 == 10 and call.drops < drops:
                        even = call.drops % 2 == 0
                        for socket in at.plane._server.connections:  # type: ignore[union-attr]
                            socket.transport.abort()
                        # it goes on sending meanwhile, or waits until it is back
                        if not even:
                            await until(lambda: at.plane.counters.resumes == call.drops)
                await call.hold()
                ended = await call.stop()
            assert ended.media_s == 4.0
            fed = at.floor.calls["c"]
            assert np.array_equal(fed.samples(), sound)
            assert fed.commands == [(4.0, "hold", True)]
            assert call.drops == at.plane.counters.resumes >= 1

    asyncio.run(run())


def test_what_left_its_ring_is_told_as_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.media.client.RING_S", 1)

    async def run() -> None:
        async with house() as at:
            sound = heard(pcm(4.0))
            async with CallClient(at.url, start()) as call:
                await call.send(sound[:, :8000])
                fed = at.floor.calls["c"]
                await until(lambda: fed.fed_s == 1.0)
                socket = next(iter(at.plane._server.connections))  # type: ignore[union-attr]
                socket.transport.abort()
                for begin in range(8000, 32_000, 800):
                    await call.send(sound[:, begin : begin + 800])
                await until(lambda: at.plane.counters.resumes == 1)
                await call.stop()
            out = fed.samples()
            lost = np.isnan(out)
            assert out.shape == sound.shape
            assert np.array_equal(out[~lost], sound[~lost])
            assert not lost[:, :8000].any()
            assert not lost[:, 24_000:].any()
            assert lost[:, 8000:23_000].all()

    asyncio.run(run())


def test_it_says_all_that_can_be_said() -> None:
    async def run() -> None:
        async with house() as at:
            async with CallClient(at.url, start()) as call:
                await call.pause()
                await call.resume()
                await call.gap(800)
                await call.hold()
                await call.unhold()
                await call.consent("announcement")
                await call.transfer("a-2")
                await call.context({"name": "Ms Wang"})
                await call.refuse_analysis()
                assert call.next_sample == 800
                assert (await call.stop()).media_s == 0.1
            names = [name for _, name, _ in at.floor.calls["c"].commands]
            assert names == "pause pause hold hold consent transfer context opt_out".split()

    asyncio.run(run())


def test_in_lockstep_it_does_not_run_away() -> None:
    async def run() -> None:
        async with house(backlog_s=1000.0) as at:
            at.floor.slow.add("c")
            async with CallClient(at.url, start(pacing="lockstep")) as call:
                fed = at.floor.calls["c"]
                second = np.zeros((2, 8000), np.float32)

                async def talk() -> None:
                    for _ in range(60):
                        await call.send(second)

                talking = asyncio.create_task(talk())
                for heard_s in range(0, 60, 10):
                    await until(lambda: fed.fed_s >= min(60, fed.heard_s + AHEAD_S))
                    assert fed.fed_s <= heard_s + AHEAD_S + 1
                    fed.hear(10)
                await talking
                fed.hear(100)
                assert (await call.stop()).media_s == 60.0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("options", "code"),
    [({"token": "wrong"}, "unauthorized"), ({"token": "t", "call_id": "taken"}, "call_exists")],
)
def test_what_the_server_refuses_is_an_error(options: dict[str, Any], code: str) -> None:
    async def run() -> None:
        async with house(tokens=("t",)) as at:
            await at.begun("taken", token="t")
            with pytest.raises(CallError) as refused:
                await CallClient(at.url, start(**options)).__aenter__()
            assert refused.value.code == code

    asyncio.run(run())


def test_nobody_there_is_an_error() -> None:
    async def run() -> None:
        async with house() as at:
            url = at.url
        with pytest.raises(CallError, match="nobody answers") as refused:
            await CallClient(url, start()).__aenter__()
        assert refused.value.code == "unreachable"

    asyncio.run(run())


def test_a_server_that_goes_down_ends_the_call() -> None:
    async def run() -> None:
        async with house() as at:
            async with CallClient(at.url, start()) as call:
                await call.send(np.zeros((2, 8000), np.float32))
                fed = at.floor.calls["c"]
                await until(lambda: fed.fed_s == 1.0)
                await at.plane.close(1.0)
                assert (await call.stop()).media_s == 1.0
                with pytest.raises(CallError, match="has ended"):
                    await call.send(np.zeros((2, 8), np.float32))

    asyncio.run(run())


def test_it_gives_up_when_nobody_comes_back() -> None:
    async def run() -> None:
        async with house() as at:
            async with CallClient(at.url, start(), patience_s=0.1) as call:
                await call.send(np.zeros((2, 800), np.float32))
                server = at.plane._server
                assert server is not None
                server.close(close_connections=False)
                for socket in server.connections:
                    socket.transport.abort()
                with pytest.raises(CallError) as failed:
                    await call.stop()
                assert failed.value.code == "unreachable"

    asyncio.run(run())


def test_tracks_must_fit() -> None:
    async def run() -> None:
        async with house() as at, CallClient(at.url, start()) as call:
            with pytest.raises(ValueError, match="2 tracks"):
                await call.send(np.zeros((1, 8), np.float32))

    asyncio.run(run())


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 50)), min_size=1, max_size=40),
    st.integers(0, 2000),
)
@settings(deadline=None)
def test_a_ring_gives_what_follows_a_sample(
    parts: list[tuple[bool, int]], next_sample: int
) -> None:
    ring = Ring(300, 1)
    told: list[int] = []  # each sample is its number, a gap's are -1
    for is_gap, length in parts:
        begin = len(told)
        if is_gap:
            ring.gap(length, f"gap {length}")
            told += [-1] * length
        else:
            ring.sound(bytes((begin + i) % 251 for i in range(length)))
            told += [(begin + i) % 251 for i in range(length)]
    next_sample = min(next_sample, len(told))
    missing, again = ring.since(next_sample)
    out: list[int] = []
    for item in again:
        if isinstance(item, bytes):
            out += list(item)
        else:
            out += [-1] * (item if isinstance(item, int) else int(item.split()[1]))
    assert next_sample + missing + len(out) == len(told)
    assert out == told[next_sample + missing :]
    assert missing <= max(0, len(told) - 300 - next_sample)
