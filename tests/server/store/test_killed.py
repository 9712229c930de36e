"""What `kill -9` takes, it takes of the last quarter of a second."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from itertools import pairwise

import pytest

from server.store import Store

from .killed import EVERY_S, write_until_killed
from .made import events

LOST_S = 0.25
"""What may be lost."""


@pytest.mark.parametrize(
    ("address", "seed"),
    # PostgreSQL's own process is not killed: what it has, it keeps
    [*(("sqlite", seed) for seed in range(10)), *(("postgresql", seed) for seed in range(3))],
    indirect=["address"],
)
def test_what_a_kill_takes(address: str, seed: int) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.server.store.killed"])
    side, theirs = context.Pipe(duplex=False)
    child = context.Process(target=write_until_killed, args=(address, theirs), daemon=True)
    child.start()
    theirs.close()

    taken: list[tuple[int, float]] = []  # seq and when, on the clock that processes share
    enough = random.Random(seed).randint(1, 250)
    while len(taken) < enough:
        taken.append(side.recv())
    killed_s = time.monotonic()
    child.kill()
    child.join()
    try:
        while True:
            taken.append(side.recv())
    except EOFError:
        side.close()

    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
    with Store(address) as store:
        log = store.events("call-1")
        assert log == events(1, len(log)), "no hole, and each as it was given"
        assert store.mark_lost() == 1
        assert [row.state for row in store.calls()] == ["lost"]
    # a time in which the machine did not let the child run at all is not the writer's
    stalled_s = max((b - a - EVERY_S for (_, a), (_, b) in pairwise(taken)), default=0.0)
    due = [seq for seq, at_s in taken if at_s < killed_s - LOST_S - stalled_s]
    assert len(log) >= max(due, default=0)
