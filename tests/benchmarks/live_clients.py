"""Those on the other side of a measured server: processes that send calls, and one that watches.

What they note is in ``time.monotonic()``, which on one machine is one clock for all processes.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from server.media.pcm import encode
from server.media.protocol import PATH
from tests.voice.sound import SAMPLES, sample
from voice.clock import RATE, TICK

AT_ONCE = 10
"""Calls that begin within a second."""
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Load:
    """What one process sends.

    Attributes
    ----------
    calls
        Numbers of its calls.
    seconds
        Of sound in each.
    frame_ms
        How much goes in a message.
    begin_at
        When the first call of all begins.
    """

    media_url: str
    calls: tuple[int, ...]
    seconds: float
    frame_ms: int
    begin_at: float


@dataclass(slots=True)
class Sent:
    """What became of a call at its sender.

    Attributes
    ----------
    ticks
        When the frame was sent that completed each 100 ms.
    late_s
        The longest that a frame was sent after its time.
    events
        How many the server says that it told.
    """

    call_id: str
    ticks: list[float] = field(default_factory=list)
    late_s: float = 0.0
    events: int = 0


@dataclass(slots=True)
class Seen:
    """An event as it came to the console."""

    call_id: str
    seq: int
    type: str
    known_at_s: float
    at: float


def name_of(number: int) -> str:
    """Give a call's id, which is also its agent's."""
    return f"load-{number}"


def send_calls(out: Connection, load: Load) -> None:
    """Send calls at their pace, each from another place of a bundled one; the body of a process."""

    async def run() -> list[Sent]:
        return await asyncio.gather(*(_send(load, number) for number in load.calls))

    out.send(asyncio.run(run()))


def watch_calls(out: Connection, web_url: str, calls: tuple[int, ...]) -> None:
    """Watch each call by a socket of its own, as consoles do; the body of a process."""
    seen: list[Seen] = []

    async def run() -> None:
        url = web_url.replace("http", "ws", 1)
        async with asyncio.TaskGroup() as watching:
            for number in calls:
                socket = await connect(
                    f"{url}/v1/agents/{name_of(number)}/live",
                    compression=None, ping_interval=None, proxy=None,
                )  # fmt: skip
                assert json.loads(await socket.recv()) == {"kind": "waiting"}
                watching.create_task(_watch(socket, seen))
            out.send("ready")

    asyncio.run(run())
    out.send(seen)


async def _watch(socket: ClientConnection, seen: list[Seen]) -> None:
    async for text in socket:
        at = time.monotonic()
        envelope: dict[str, Any] = json.loads(text)
        if envelope["kind"] == "end":
            break
        if envelope["kind"] == "event":
            event = envelope["event"]
            seen.append(
                Seen(envelope["call_id"], event["seq"], event["type"], event["known_at_s"], at)
            )
    await socket.close()


async def _send(load: Load, number: int) -> Sent:
    frames = _frames(load, number)
    step_s = load.frame_ms / 1000
    sent = Sent(name_of(number))
    # calls do not tick together: not in their beginning, and not in the phase of their frames
    began = load.begin_at + number / AT_ONCE + random.Random(number).random() * step_s
    await asyncio.sleep(began - time.monotonic())
    async with connect(
        load.media_url + PATH, compression=None, ping_interval=None, proxy=None
    ) as socket:
        start = {
            "type": "start", "v": 1, "call_id": sent.call_id, "agent_id": sent.call_id,
            "rate": RATE, "encoding": "pcm16", "channels": ["caller", "agent"],
        }  # fmt: skip
        await socket.send(json.dumps(start))
        assert json.loads(await socket.recv())["type"] == "started"
        ended = asyncio.create_task(_ended(socket))
        began, done = time.monotonic(), 0
        for place, frame in enumerate(frames, start=1):
            due = began + place * step_s  # a frame can be sent once it was spoken
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            at = time.monotonic()
            sent.late_s = max(sent.late_s, at - due)
            await socket.send(frame)
            done += round(step_s * RATE)
            sent.ticks += [at] * (done // TICK - len(sent.ticks))
        await socket.send('{"type":"stop"}')
        sent.events = await asyncio.wait_for(ended, PATIENCE_S)
    return sent


async def _ended(socket: ClientConnection) -> int:
    """Read what the server says, as a client has to; how many events there were in the end."""
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "ended":
            return int(message["events"])
        assert message["type"] in ("ack", "warning"), message
    raise AssertionError("the server closed without a word")


def _frames(load: Load, number: int) -> list[bytes]:
    call = sample(SAMPLES[number % len(SAMPLES)])[0]
    length = round(load.seconds * RATE)
    repeated = np.tile(call, (1, 1 + length // call.shape[1]))
    begin = random.Random(number).randrange(call.shape[1])
    call = np.roll(repeated, -begin, axis=1)[:, :length]
    size = RATE * load.frame_ms // 1000
    return [encode(call[:, at : at + size], "pcm16") for at in range(0, length, size)]
