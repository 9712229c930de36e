"""One call of hours, as fast as the server takes it: memory and pace must not change on the way.

``python -m tests.benchmarks.live_long [--hours 2]`` sends bundled calls one behind the other as one
call in lockstep, with a console watching, and prints how it goes each ten minutes of sound. It ends
with status 1 if the log lacks an event that the console saw, or if memory grows after the first
half hour by more than a live call may need in all.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import connect

from server.media.client import CallClient
from server.media.messages import Start
from server.store.store import Store
from tests.voice.sound import SAMPLES, sample
from voice.clock import RATE

from .live_server import Measured, measured

CALL = "long"
STEP_S = 600.0
WARM_S = 1800.0
"""Until then buffers, pages of the database and the allocator's arenas reach their size."""
MOST_MB = 2.0
"""Design 7: what a live call may need beyond the models."""
BLOCK = RATE


@dataclass(frozen=True, slots=True)
class Look:
    """How it stood after so much sound."""

    heard_s: float
    took_s: float
    resident_mb: float
    events: int


def blocks(hours: float) -> Iterator[NDArray[np.float32]]:
    """All bundled calls over and over [shape=(2, n)]."""
    left = round(hours * 3600 * RATE)
    for name in itertools.cycle(SAMPLES):
        sound = sample(name)[0]
        for at in range(0, sound.shape[1], BLOCK):
            block = sound[:, at : at + min(BLOCK, left)]
            yield block
            left -= block.shape[1]
            if left == 0:
                return


async def watch(url: str, seen: dict[int, str]) -> None:
    """Keep what a console is shown."""
    async with connect(url.replace("http", "ws", 1) + f"/v1/calls/{CALL}/live") as socket:
        async for text in socket:
            envelope = json.loads(text)
            if envelope["kind"] == "event":
                seen[envelope["event"]["seq"]] = json.dumps(envelope["event"])
            elif envelope["kind"] == "end":
                return


async def stream(server: Measured, hours: float, seen: dict[int, str]) -> list[Look]:
    """Send the call; look at the server on the way."""
    start = Start(
        v=1, call_id=CALL, rate=RATE, encoding="mulaw", channels=("caller", "agent"),
        language="en", pacing="lockstep",
    )  # fmt: skip
    looks: list[Look] = []
    sent, began = 0, time.monotonic()
    async with CallClient(server.media_url, start) as client:
        watching = asyncio.create_task(watch(server.web_url, seen))
        for block in blocks(hours):
            await client.send(block)
            sent += block.shape[1]
            if sent % round(STEP_S * RATE) < block.shape[1]:
                took_s = time.monotonic() - began
                looks.append(Look(sent / RATE, took_s, server.resident_mb, len(seen)))
                print(line(looks[-1]), flush=True)
        await client.stop()
        await watching
    return looks


def line(look: Look) -> str:
    """Give a row of the table."""
    speed = look.heard_s / look.took_s
    return f"{look.heard_s / 60:>6.0f} {look.resident_mb:>8.1f} {look.events:>8,} {speed:>6.0f}x"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    asked = parser.parse_args()
    wrong: list[str] = []
    seen: dict[int, str] = {}
    print(f"{'min':>6} {'MB':>8} {'events':>8} {'pace':>7}")
    with tempfile.TemporaryDirectory() as folder:
        with measured(Path(folder), "--no-words") as server:
            server.warm()
            looks = asyncio.run(stream(server, asked.hours, seen))
            if status := server.terminate():
                wrong.append(f"the server ended with {status}")
        with Store(f"sqlite:///{folder}/calls.db") as store:
            stored = {event.seq: json.dumps(json.loads(event.body)) for event in store.events(CALL)}
    if stored != seen:
        wrong.append(f"{len(seen)} events were shown, {len(stored)} are stored, or not the same")
    warm = [look for look in looks if look.heard_s >= WARM_S]
    if warm:
        grown = warm[-1].resident_mb - warm[0].resident_mb
        print(f"after the first half hour memory changed by {grown:+.1f} MB")
        if grown > MOST_MB:
            wrong.append(f"memory grew by {grown:.1f} MB")
    print("not kept:", *(wrong or ["nothing"]), sep="\n  ")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
