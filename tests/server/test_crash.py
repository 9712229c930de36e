"""The server dies in the middle of a call: what was told is kept, and the call is marked."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server.media.client import CallClient, CallError
from server.media.messages import Start
from server.store.store import Store
from tests.server.processes import PATIENCE_S, ServerProcess, server_process
from tests.voice.sound import sample

pytestmark = pytest.mark.alone

KEPT_S = 0.250
"""The log may lack at most so much."""
SPEED = 20.0
CHUNK = 800


def start(call_id: str) -> Start:
    return Start(
        v=1, call_id=call_id, rate=8000, encoding="pcm16", channels=("caller", "agent"),
        agent_id="7", language="en",
    )  # fmt: skip


async def send(client: CallClient, seconds: float) -> None:
    call = sample("en-rising")[0][:, : round(seconds * 8000)]
    began = time.monotonic()
    for at in range(0, call.shape[1], CHUNK):
        await asyncio.sleep(began + at / 8000 / SPEED - time.monotonic())
        await client.send(call[:, at : at + CHUNK])


async def watch(server: ServerProcess, call_id: str, got: list[Any], wanted: int) -> None:
    """Read as a console does, until so many events were told."""
    url = server.web_url.replace("http", "ws") + f"/v1/calls/{call_id}/live"
    async with connect(url) as socket:
        async for text in socket:
            envelope = json.loads(text)
            if envelope["kind"] == "event":
                got.append(envelope)
                if len(got) == wanted:
                    return


async def crash(server: ServerProcess, call_id: str, wanted: int) -> tuple[list[Any], datetime]:
    got: list[dict[str, Any]] = []
    client = CallClient(server.media_url, start(call_id), patience_s=0)
    await client.__aenter__()
    sending = asyncio.create_task(send(client, 60))
    await asyncio.wait_for(watch(server, call_id, got, wanted), PATIENCE_S)
    server.kill()
    at = datetime.now(UTC)
    with pytest.raises(CallError):
        await sending
    await client.__aexit__(None, None, None)
    return got, at


@pytest.mark.parametrize("seed", range(10))
def test_a_killed_server_keeps_all_but_the_last_moment(seed: int, tmp_path: Path) -> None:
    wanted = random.Random(seed).randrange(5, 90)
    with server_process(tmp_path, "--no-words") as server:
        got, died_at = asyncio.run(crash(server, "a", wanted))
    with sqlite3.connect(tmp_path / "calls.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    with Store(f"sqlite:///{tmp_path / 'calls.db'}") as store:
        assert store.mark_lost() == 1
        row = store.call("a")
        assert row is not None
        assert row.state == "lost"
        kept = [json.loads(event.body) for event in store.events("a")]
    assert [event["seq"] for event in kept] == list(range(1, len(kept) + 1))
    told = [envelope["event"] for envelope in got]
    both = min(len(kept), len(told))
    assert kept[:both] == told[:both]
    for envelope in got[len(kept) :]:
        stamped = datetime.fromisoformat(envelope["stamped_at"])
        assert (died_at - stamped).total_seconds() <= KEPT_S


def test_a_restarted_server_knows_what_was_lost_and_takes_no_resume(tmp_path: Path) -> None:
    with server_process(tmp_path, "--no-words") as server:
        asyncio.run(crash(server, "a", 20))
    with server_process(tmp_path, "--no-words") as server:

        async def again() -> None:
            with pytest.raises(CallError) as refused:
                async with CallClient(server.media_url, start("a")):
                    pass
            assert refused.value.code == "call_exists"
            async with CallClient(server.media_url, start("b")) as client:
                await client.stop()

        asyncio.run(again())
        assert server.terminate() == 0
        assert "1 calls were cut off" in server.output


@pytest.mark.parametrize("how", ["terminate", "interrupt"])
def test_asked_to_stop_the_server_lets_calls_end(how: str, tmp_path: Path) -> None:
    async def stop(server: ServerProcess) -> int:
        got: list[dict[str, Any]] = []
        client = CallClient(server.media_url, start("a"), patience_s=0)
        await client.__aenter__()
        sending = asyncio.create_task(send(client, 60))
        await asyncio.wait_for(watch(server, "a", got, 30), PATIENCE_S)
        status = await asyncio.to_thread(getattr(server, how))
        with pytest.raises(CallError, match="ended"):
            await sending
        await client.__aexit__(None, None, None)
        return int(status)

    with server_process(tmp_path, "--no-words") as server:
        assert asyncio.run(stop(server)) == 0
    with Store(f"sqlite:///{tmp_path / 'calls.db'}") as store:
        assert store.mark_lost() == 0
        row = store.call("a")
        assert row is not None
        assert row.state == "ended"
        assert store.events("a")[-1].type == "call_ended"
