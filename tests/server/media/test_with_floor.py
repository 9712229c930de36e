"""The media plane over the real floor: what comes by socket is what a review of it hears."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from server.live.opening import Opening
from server.media.client import CallClient, CallError
from server.media.messages import Start
from server.media.plane import MediaPlane
from server.media.settings import MediaSettings
from tests.server.live.floors import PATIENCE_S, floor_in, reviewed, stored
from tests.voice.sound import sample

from .fakes import Clock, until

SECONDS = 12.0
NAME = "en-rising"


def spoken() -> NDArray[np.float32]:
    """The beginning of a bundled call."""
    return sample(NAME)[0][:, : round(SECONDS * 8000)]


def start(call_id: str) -> Start:
    return Start(
        v=1,
        call_id=call_id,
        rate=8000,
        encoding="pcm16",
        channels=("caller", "agent"),
        pacing="lockstep",
        language="en",
        agent_id="7",
    )


def test_a_streamed_call_is_stored_as_a_review_would_tell_it(tmp_path: Path) -> None:
    sound = spoken()
    assert np.array_equal(sound * 32768, np.rint(sound * 32768))  # of 16 bits

    async def run() -> None:
        with floor_in(tmp_path) as (floor, store):
            clock = Clock()
            plane = MediaPlane(floor, MediaSettings(port=0), call_later=clock.call_later)
            await plane.start()
            async with CallClient(f"ws://127.0.0.1:{plane.port}", start("c")) as call:
                for at in range(0, sound.shape[1], 333):
                    if at == 333 * 100:  # the network fails in the middle of it
                        for socket in plane._server.connections:  # type: ignore[union-attr]
                            socket.transport.abort()
                    await call.send(sound[:, at : at + 333])
                ended = await asyncio.wait_for(call.stop(), PATIENCE_S)
                assert call.drops == plane.counters.resumes == 1
            lines = stored(store, "c")
            assert lines == reviewed("c", NAME, SECONDS)
            assert (ended.media_s, ended.events) == (SECONDS, len(lines))
            row = store.call("c")
            assert row is not None
            assert (row.state, row.heard_s, row.agent_id) == ("ended", SECONDS, "7")
            await plane.close(PATIENCE_S)

    asyncio.run(run())


def test_a_client_that_does_not_come_back_leaves_a_broken_call_with_its_events(
    tmp_path: Path,
) -> None:
    sound = spoken()

    async def run() -> None:
        with floor_in(tmp_path) as (floor, store):
            clock = Clock()
            plane = MediaPlane(floor, MediaSettings(port=0), call_later=clock.call_later)
            await plane.start()
            async with CallClient(f"ws://127.0.0.1:{plane.port}", start("c")) as call:
                await call.send(sound[:, :80_000])
                live = floor.find("c")
                assert live is not None
                await until(lambda: live.heard_s + live.backlog_s == 10.0)
            await until(lambda: plane.counters.sockets == 0)
            clock.advance(31)
            await until(live.end().done)
            row = store.call("c")
            assert row is not None
            assert (row.state, row.heard_s) == ("broken", 10.0)
            assert stored(store, "c") == reviewed("c", NAME, 10.0)
            await plane.close(PATIENCE_S)

    asyncio.run(run())


def test_a_call_id_is_taken_once(tmp_path: Path) -> None:
    async def run() -> None:
        with floor_in(tmp_path) as (floor, _):
            floor.open(Opening(call_id="c", roles=("caller", "agent")))
            plane = MediaPlane(floor, MediaSettings(port=0))
            await plane.start()
            with pytest.raises(CallError) as refused:
                await CallClient(f"ws://127.0.0.1:{plane.port}", start("c")).__aenter__()
            assert refused.value.code == "call_exists"
            await plane.close(PATIENCE_S)

    asyncio.run(run())
