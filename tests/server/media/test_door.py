"""Who is let in, and what is written down of it."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from server.live.opening import Refusal
from server.media.closing import CLOSE

from .beside import another_call, closing
from .fakes import FakeFloor, answer, house, pcm, start_text, until


def test_a_crowd_without_calls_is_kept_out() -> None:
    async def run() -> None:
        async with house(tokens=("right",), most_pending=3) as at, another_call(at):
            crowd = [await at.socket() for _ in range(3)]
            await until(lambda: at.plane.counters.pending == 3)
            assert await closing(await at.socket()) == ("too_many_connections", 4430)
            await crowd[0].close()
            await until(lambda: at.plane.counters.pending == 2)
            socket = await at.begun("one", token="right")
            await socket.close()
            for other in crowd:
                await other.close()

    asyncio.run(run())


@pytest.mark.parametrize("code", ["too_many_calls", "draining", "no_caller", "call_exists"])
def test_what_the_floor_refuses_is_refused(code: str) -> None:
    async def run() -> None:
        floor = FakeFloor()
        floor.refuse = Refusal(code, "not now")  # type: ignore[arg-type]
        async with house(floor) as at:
            socket = await at.socket()
            await socket.send(start_text("c"))
            assert await closing(socket) == (code, CLOSE[code][0])  # type: ignore[index]

    asyncio.run(run())


def test_handshakes_are_looked_at() -> None:
    async def run() -> None:
        async with house(tokens=("right",), origins=("https://ours.example",)) as at:
            wrong: list[tuple[dict[str, Any], int]] = [
                ({"additional_headers": {"Authorization": "Bearer wrong"}}, 401),
                ({"additional_headers": {"Authorization": "Basic right"}}, 401),
                ({"origin": "https://theirs.example"}, 403),
            ]
            for options, status in wrong:
                with pytest.raises(InvalidStatus) as refused:
                    await at.socket(**options)
                assert refused.value.response.status_code == status
            good = await at.socket(
                additional_headers={"Authorization": "Bearer right"}, origin="https://ours.example"
            )
            await good.send(start_text("c"))  # the header's token is enough
            await answer(good, "started")
            await good.close()

    asyncio.run(run())


def test_nothing_that_was_said_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with house(tokens=("right-secret",)) as at:
            context = {"name": "Wang-secret"}
            socket = await at.begun(
                "c", token="right-secret", context=context, caller_ref="ref-secret"
            )
            await socket.send(pcm(0.1))
            await socket.send('{"type":"context","context":{"x":"more-secret"}}')
            await socket.send('{"type":"context","context":"wrong-secret"}')
            error = await answer(socket, "error")
            assert "secret" not in json.dumps(error)
            again = await at.socket()
            await again.send(start_text("d", token="bad-secret"))
            await answer(again, "error")

    with caplog.at_level(logging.DEBUG):
        asyncio.run(run())
    ours = [record for record in caplog.records if record.name.startswith("calmline")]
    assert any("bad_message" in record.getMessage() for record in ours)
    assert not [record for record in ours if "secret" in record.getMessage()]
