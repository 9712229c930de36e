"""A floor that records what it is given, slow on demand; a clock; clients that behave badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect

from server.live.opening import Consent, Opening, Refusal
from server.media.plane import MediaPlane
from server.media.protocol import PATH
from server.media.settings import MediaSettings

Samples = NDArray[np.float32]


class FakeCall:
    """Keeps all it is fed; hears it at once, or, if slow, when told to."""

    def __init__(self, opening: Opening, *, slow: bool) -> None:
        self.opening = opening
        self.blocks: list[tuple[Samples, NDArray[np.bool_]]] = []
        self.commands: list[tuple[float, str, Any]] = []
        self.state: str | None = None
        self.over = False
        self.events = 7
        self._slow = slow
        self._fed = self._heard = 0
        self._lock = Lock()
        self._room: list[tuple[float, Future[None]]] = []
        self._done: Future[None] = Future()
        self.end_at_once = True

    @property
    def heard_s(self) -> float:
        """What has been worked off, in seconds."""
        return self._heard / 8000

    @property
    def backlog_s(self) -> float:
        """What waits, in seconds."""
        return (self._fed - self._heard) / 8000

    @property
    def fed_s(self) -> float:
        """All that came, in seconds."""
        return self._fed / 8000

    def feed(self, block: Samples, lost: NDArray[np.bool_] | None = None) -> None:
        """Keep a block."""
        assert not self.over, "sound after the end"
        mask = np.zeros(block.shape, np.bool_) if lost is None else lost
        self.blocks.append((block.copy(), mask.copy()))
        self._fed += block.shape[1]
        if not self._slow:
            self._heard = self._fed

    def hear(self, seconds: float) -> None:
        """Work off so much of what waits."""
        self._heard = min(self._fed, self._heard + round(seconds * 8000))
        with self._lock:
            ready = [future for below, future in self._room if self.backlog_s <= below]
            self._room = [entry for entry in self._room if self.backlog_s > entry[0]]
        for future in ready:
            future.set_result(None)

    def when_below(self, backlog_s: float) -> Future[None]:
        """Tell when there is room."""
        future: Future[None] = Future()
        with self._lock:
            self._room.append((backlog_s, future))
        self.hear(0)
        return future

    def pause(self, on: bool) -> None:
        """Note it."""
        self._note("pause", on)

    def hold(self, on: bool) -> None:
        """Note it."""
        self._note("hold", on)

    def consent(self, consent: Consent) -> None:
        """Note it."""
        self._note("consent", consent)

    def opt_out(self) -> None:
        """Note it."""
        self._note("opt_out", None)

    def context(self, context: Mapping[str, Any]) -> None:
        """Note it."""
        self._note("context", dict(context))

    def transfer(self, agent_id: str) -> None:
        """Note it."""
        self._note("transfer", agent_id)

    def end(self, state: Literal["ended", "broken"] = "ended") -> Future[None]:
        """End, at once or when told."""
        if self.state is None:
            self.state = state
            if self.end_at_once:
                self.finish()
        return self._done

    def finish(self) -> None:
        """All is stored."""
        self._heard = self._fed
        self.over = True
        self._done.set_result(None)

    def samples(self) -> Samples:
        """All that was fed; what is lost is NaN."""
        tracks = len(self.opening.roles)
        parts = [np.where(lost, np.float32(np.nan), block) for block, lost in self.blocks]
        nothing = np.zeros((tracks, 0), np.float32)
        return np.concatenate([nothing, *parts], axis=1, dtype=np.float32)

    def _note(self, what: str, value: Any) -> None:
        self.commands.append((self.fed_s, what, value))


class FakeFloor:
    """Takes every call but those it is told not to."""

    def __init__(self) -> None:
        self.calls: dict[str, FakeCall] = {}
        self.slow: set[str] = set()
        self.refuse: Refusal | None = None

    def open(self, opening: Opening) -> FakeCall:
        """Take a call."""
        if self.refuse is not None:
            raise self.refuse
        if opening.call_id in self.calls:
            raise Refusal("call_exists", f"there is a call {opening.call_id} already")
        call = FakeCall(opening, slow=opening.call_id in self.slow)
        self.calls[opening.call_id] = call
        return call


class Clock:
    """Timers that go off when it is told that time has passed."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._timers: list[tuple[float, Callable[[], None], list[bool]]] = []

    def call_later(self, delay_s: float, then: Callable[[], None]) -> _Timer:
        """Set a timer."""
        off = [False]
        self._timers.append((self.now_s + delay_s, then, off))
        return _Timer(off)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds
        due = [timer for timer in self._timers if timer[0] <= self.now_s]
        self._timers = [timer for timer in self._timers if timer[0] > self.now_s]
        for _, then, off in due:
            if not off[0]:
                then()


class _Timer:
    def __init__(self, off: list[bool]) -> None:
        self._off = off

    def cancel(self) -> None:
        self._off[0] = True


class House:
    """A plane that listens, over a fake floor."""

    def __init__(self, floor: FakeFloor, plane: MediaPlane, clock: Clock) -> None:
        self.floor = floor
        self.plane = plane
        self.clock = clock
        self.url = f"ws://127.0.0.1:{plane.port}"

    async def socket(self, **options: Any) -> ClientConnection:
        """Connect without a word."""
        return await connect(
            self.url + PATH,
            proxy=None,
            compression=None,
            ping_interval=None,
            max_queue=None,
            **options,
        )

    async def begun(self, call_id: str, **fields: Any) -> ClientConnection:
        """Connect and begin a call."""
        socket = await self.socket()
        await socket.send(start_text(call_id, **fields))
        assert json.loads(await socket.recv())["type"] == "started"
        return socket


@asynccontextmanager
async def house(floor: FakeFloor | None = None, **settings: Any) -> AsyncIterator[House]:
    """Open a house for a test."""
    floor, clock = floor or FakeFloor(), Clock()
    settings = {"port": 0, "ack_s": 0.02, "close_timeout_s": 0.3, **settings}
    plane = MediaPlane(floor, MediaSettings(**settings), call_later=clock.call_later)
    await plane.start()
    try:
        yield House(floor, plane, clock)
    finally:
        await plane.close(1.0)


def start_text(call_id: str, **fields: Any) -> str:
    """Give a start message."""
    return json.dumps(
        {
            "type": "start",
            "v": 1,
            "call_id": call_id,
            "rate": 8000,
            "encoding": "pcm16",
            "channels": ["caller", "agent"],
            **fields,
        }
    )


def pcm(seconds: float, seed: int = 0, tracks: int = 2) -> bytes:
    """Interleaved noise of 16 bits."""
    rng = np.random.default_rng(seed)
    return rng.integers(-20000, 20000, round(seconds * 8000) * tracks, np.int16).tobytes()


def heard(data: bytes, tracks: int = 2) -> Samples:
    """What is to come out of it."""
    return np.frombuffer(data, "<i2").reshape(-1, tracks).T.astype(np.float32) / np.float32(32768)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop run until something is so."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 # conditions of all kinds, fakes included
            await asyncio.sleep(0.002)


async def answer(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """Give the next message of one of these types, passing over acknowledgements."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] in kinds:
                return message
            assert message["type"] in ("ack", "warning"), message
