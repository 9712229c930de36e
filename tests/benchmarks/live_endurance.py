"""A server under guests of all kinds for a while: it stays as it was, and keeps its promises.

``python -m tests.benchmarks.live_endurance [--minutes 30] [--places 12] [--seed 1]`` prints how
memory, files, threads and delay go on, and in the end what was promised and not kept.
``tests/server/test_endurance.py`` is the same for some seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from server.store.store import CONNECTIONS, Store
from server.wire import to_line

from .live_guests import Guest, Owed, Told
from .live_server import Measured, measured

PATIENCE_S = 40.0
"""Longer than the server waits for a client that is gone."""
STORE_FILES = 2 * (2 * CONNECTIONS + 10 + 1) + 1
"""A database and its log for every connection of the pool, of its reserve and of the writer, and
the index that they share."""


@dataclass(frozen=True, slots=True)
class Look:
    """The server at a moment."""

    at_s: float
    resident_mb: float
    files: int
    threads: tuple[str, ...]
    delay_p50_ms: float
    delay_p99_ms: float
    live: int


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    told: Told
    looks: list[Look] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Promises that were not kept."""


def endure(
    seconds: float, *, places: int, seed: int, call_s: tuple[float, float], look_s: float
) -> Outcome:
    """Run a server and its guests; ``call_s`` is how long calls are, in media time."""
    outcome = Outcome(Told())
    with tempfile.TemporaryDirectory() as folder:
        with measured(Path(folder), "--no-words", "--max-calls", "1000") as server:
            before = look(server, 0.0)
            asyncio.run(_party(server, outcome, seconds, places, seed, call_s, look_s))
            after = _settled(server, before)
            outcome.looks.append(after)
            if after.files > before.files:
                outcome.wrong.append(f"{before.files} files were open, now {after.files}")
            if server.stored > STORE_FILES:
                outcome.wrong.append(f"{server.stored} files of the store are open")
            if after.threads != before.threads:
                outcome.wrong.append(f"threads were {before.threads}, now {after.threads}")
            ready = server.get("/readyz")
            if not ready["ready"]:
                outcome.wrong.append(f"not ready: {ready['reasons']}")
            status = server.terminate()
            if status:
                outcome.wrong.append(f"the server ended with {status}")
            for line in server.output.splitlines():
                if any(bad in line for bad in (" ERROR ", " CRITICAL ", "Traceback")):
                    outcome.wrong.append(line)
        with Store(f"sqlite:///{folder}/calls.db") as store:
            outcome.wrong += _broken_promises(store, outcome.told)
    return outcome


def look(server: Measured, at_s: float) -> Look:
    """Look at a server."""
    figures: dict[str, float] = {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{server.web_url}/metrics", timeout=PATIENCE_S) as answer:
        for line in answer.read().decode().splitlines():
            if not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                figures[name] = float(value)
    delay = 'calmline_decision_delay_seconds{quantile="%s"}'
    return Look(
        at_s=at_s,
        resident_mb=server.resident_mb,
        files=server.descriptors,
        threads=server.lasting_threads,
        delay_p50_ms=1000 * figures.get(delay % "0.5", 0.0),
        delay_p99_ms=1000 * figures.get(delay % "0.99", 0.0),
        live=round(figures["calmline_calls"]),
    )


async def _party(
    server: Measured, outcome: Outcome, seconds: float, places: int, seed: int,
    call_s: tuple[float, float], look_s: float,
) -> None:  # fmt: skip
    began = time.monotonic()

    async def place(number: int) -> None:
        rng = Random(1000 * seed + number)
        guest = Guest(server.media_url, server.web_url, outcome.told, rng, call_s)
        count = 0
        while time.monotonic() - began < seconds:
            count += 1
            await guest.come(f"c-{number}-{count}")

    async def watch() -> None:
        while True:
            await asyncio.sleep(look_s)
            found = await asyncio.to_thread(look, server, time.monotonic() - began)
            outcome.looks.append(found)
            print(_line(found), flush=True)

    watching = asyncio.create_task(watch())
    try:
        async with asyncio.TaskGroup() as all_places:
            for number in range(places):
                all_places.create_task(place(number))
    finally:
        watching.cancel()


def _settled(server: Measured, before: Look) -> Look:
    """Wait until sockets are closed, as long as that may take."""
    until = time.monotonic() + PATIENCE_S
    while True:
        now = look(server, 0.0)
        if now.files <= before.files or time.monotonic() > until:
            return now
        time.sleep(0.1)


def _broken_promises(store: Store, told: Told) -> list[str]:
    wrong = []
    for owed in told.owed:
        lines = [event.body for event in store.events(owed.call_id)]
        row = store.call(owed.call_id)
        if row is None or row.state != "ended":
            wrong.append(f"{owed.call_id} is {row and row.state}")
        if len(lines) != owed.events or lines != _review(owed):
            wrong.append(f"{owed.call_id} is not what a review tells")
    for call_id, seen in told.seen.items():
        stored = {event.seq: json.loads(event.body) for event in store.events(call_id)}
        if any(stored.get(seq) != event for seq, event in seen.items()):
            wrong.append(f"{call_id}: what was shown is not what is stored")
    if still := store.calls(state="live"):
        wrong.append(f"{len(still)} calls never ended")
    return wrong


def _review(owed: Owed) -> list[str]:
    session = CallSession(
        CallSetup(
            call_id=owed.call_id,
            roles=("caller", "agent"),
            language="en",
            playbook=bundled("en"),
            thresholds=Thresholds(),
        )
    )
    told = [*session.feed(owed.sound.samples), *session.finish()]
    return [to_line(owed.call_id, logged) for logged in told]


def _line(found: Look) -> str:
    return (
        f"{found.at_s:>6.0f} {found.live:>6} {found.resident_mb:>7.1f} {found.files:>6}"
        f" {len(found.threads):>8} {found.delay_p50_ms:>7.1f} {found.delay_p99_ms:>7.1f}"
    )


def main() -> None:
    """Print how it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--places", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"{'s':>6} {'live':>6} {'MB':>7} {'files':>6} {'threads':>8} {'p50 ms':>7} {'p99 ms':>7}")
    outcome = endure(
        60 * asked.minutes, places=asked.places, seed=asked.seed, call_s=(5.0, 40.0), look_s=20.0
    )
    print(_line(outcome.looks[-1]), "in the end")
    told = outcome.told
    print("guests:", ", ".join(f"{count} {kind}" for kind, count in sorted(told.guests.items())))
    events = sum(len(seen) for seen in told.seen.values())
    print(f"{len(told.owed)} calls ended in order, {events} events were shown on consoles")
    print("not kept:", *(outcome.wrong or ["nothing"]), sep="\n  ")
    raise SystemExit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
