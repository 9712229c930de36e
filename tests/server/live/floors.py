"""A floor with a store of its own, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from server.lane.client import Lane
from server.live.floor import Floor, FloorSettings
from server.live.opening import Opening, WordsPolicy
from server.live.ports import FloorCall
from server.store.store import Store
from server.wire import to_line
from tests.voice.sound import sample

PATIENCE_S = 30.0
"""How long anything may take on a busy machine before a test fails."""
TELEPHONE = 160
"""Samples of a 20 ms frame."""


def opening(call_id: str, **fields: Any) -> Opening:
    """A two-channel call of agent 7, in English."""
    return Opening(
        **{"call_id": call_id, "roles": ("caller", "agent"), "language": "en", "agent_id": "7"}
        | fields
    )


@contextmanager
def floor_in(
    folder: Path,
    *,
    lane: Lane | None = None,
    words_for: Callable[[Opening], WordsPolicy] = lambda _: WordsPolicy(words=True),
    **settings: Any,
) -> Iterator[tuple[Floor, Store]]:
    """A floor whose store lies in a folder."""
    chosen = FloorSettings(words_for=words_for, **settings)
    with Store(f"sqlite:///{folder / 'calls.db'}") as store:
        writer = store.writer()
        floor = Floor(chosen, store, writer, lane)
        try:
            yield floor, store
        finally:
            floor.close(drain_s=PATIENCE_S)
            writer.close()


def frames(name: str, seconds: float | None = None) -> Iterator[NDArray[np.float32]]:
    """A bundled call in frames of 20 ms."""
    call = sample(name)[0]
    length = call.shape[1] if seconds is None else round(seconds * 8000)
    for at in range(0, length, TELEPHONE):
        yield call[:, at : at + TELEPHONE][:, : length - at]


def feed(call: FloorCall, frames: Iterable[NDArray[np.float32]]) -> None:
    """Feed a call as a source does that heeds backpressure."""
    for frame in frames:
        if call.backlog_s > 2:
            call.when_below(1.0).result(PATIENCE_S)
        call.feed(frame)


def reviewed(call_id: str, name: str, seconds: float | None = None) -> list[str]:
    """The log of the same sound fed at once, by voice alone, line by line."""
    call = sample(name)[0]
    session = CallSession(
        CallSetup(
            call_id=call_id,
            roles=("caller", "agent"),
            language="en",
            playbook=bundled("en"),
            thresholds=Thresholds(),
        )
    )
    length = call.shape[1] if seconds is None else round(seconds * 8000)
    told = [*session.feed(call[:, :length]), *session.finish()]
    return [to_line(call_id, logged) for logged in told]


def stored(store: Store, call_id: str) -> list[str]:
    """The stored log, line by line."""
    return [event.body for event in store.events(call_id)]


def types(lines: list[str]) -> list[str]:
    """The types of events."""
    return [json.loads(line)["type"] for line in lines]


def read_until(reader: Any, news: Event, done: Callable[[list[dict[str, Any]]], bool]) -> Any:
    """Read envelopes until they suffice."""
    got: list[dict[str, Any]] = []
    while not done(got):
        texts = reader.read()
        got += [json.loads(text) for text in texts]
        if not texts:
            assert news.wait(PATIENCE_S), [one["kind"] for one in got]
            news.clear()
    return got
