"""Those who come to a server that is to endure: good calls, bad clients, consoles of all kinds.

Each takes a place on :class:`Visit` and leaves there what it is owed; what was promised to it is
looked up in the store once the server is gone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.media.client import CallClient
from server.media.messages import Start
from server.media.pcm import encode
from server.media.protocol import PATH
from tests.voice.sound import SAMPLES, sample
from voice.clock import RATE

SPEED = 2.0
"""Calls are spoken so many times as fast as people do, in lockstep or not."""
FRAME = RATE // 25
DEAF_S = 3.0
"""How long a console takes nothing."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Part of a bundled call."""

    name: str
    begin: int
    end: int

    @property
    def samples(self) -> NDArray[np.float32]:
        """The sound [shape=(2, n)]."""
        return sample(self.name)[0][:, self.begin : self.end]


@dataclass(slots=True)
class Owed:
    """A call that ended in order: it is stored, whole, as a review of its sound would tell it."""

    call_id: str
    sound: Sound
    events: int


@dataclass(slots=True)
class Told:
    """What all guests were promised."""

    owed: list[Owed] = field(default_factory=list)
    seen: dict[str, dict[int, Any]] = field(default_factory=dict)
    """Events that consoles were shown, by call and ``seq``."""
    guests: dict[str, int] = field(default_factory=dict)
    """How many came of each kind."""


class Guest:
    """One after the other in one place.

    Parameters
    ----------
    media_url, web_url
        Of the server.
    told
        Where to note what was promised.
    rng
        Decides everything.
    seconds
        The least and the most sound of a call.
    """

    def __init__(
        self, media_url: str, web_url: str, told: Told, rng: Random, seconds: tuple[float, float]
    ) -> None:
        self._media_url = media_url
        self._web_url = web_url.replace("http", "ws", 1)
        self._told = told
        self._rng = rng
        self._seconds = seconds
        self._kinds: dict[str, tuple[int, Callable[[str], Awaitable[None]]]] = {
            "good": (5, self._good),
            "resumes": (3, self._resumes),
            "vanishes": (1, self._vanishes),
            "stalls": (1, self._stalls),
            "rubbish": (2, self._rubbish),
            "mute": (1, self._mute),
            "rivals": (1, self._rivals),
            "floods": (1, self._floods),
        }

    async def come(self, call_id: str) -> None:
        """Be one guest, of a kind that the seed decides."""
        weights = [weight for weight, _ in self._kinds.values()]
        kind = self._rng.choices(list(self._kinds), weights)[0]
        self._told.guests[kind] = self._told.guests.get(kind, 0) + 1
        await self._kinds[kind][1](call_id)

    async def _good(self, call_id: str) -> None:
        """Speaks, is watched, and stops."""
        await self._speak(call_id, drops=0)

    async def _resumes(self, call_id: str) -> None:
        """Loses its socket a few times."""
        await self._speak(call_id, drops=self._rng.randint(1, 3))

    async def _speak(self, call_id: str, drops: int) -> None:
        sound = self._sound()
        start = Start(
            v=1, call_id=call_id, rate=RATE, encoding="pcm16", channels=("caller", "agent"),
            pacing=self._rng.choice(("realtime", "lockstep")), language="en", agent_id=call_id,
        )  # fmt: skip
        samples = sound.samples
        breaks = {self._rng.randrange(0, samples.shape[1], FRAME) for _ in range(drops)}
        async with CallClient(self._media_url, start) as client, asyncio.TaskGroup() as consoles:
            for _ in range(self._rng.randint(0, 2)):
                consoles.create_task(self._console(call_id))
            began = asyncio.get_running_loop().time()
            for at in range(0, samples.shape[1], FRAME):
                due = began + at / RATE / SPEED
                await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
                if at in breaks and client._socket is not None:
                    client._socket.transport.abort()
                await client.send(samples[:, at : at + FRAME])
            ended = await client.stop()
        self._told.owed.append(Owed(call_id, sound, ended.events))

    async def _console(self, call_id: str) -> None:
        """Watches: to the end, or vanishes, or takes nothing for a while."""
        how = self._rng.choice(("watches", "watches", "vanishes", "deaf"))
        left = self._rng.randint(1, 20)
        seen = self._told.seen.setdefault(call_id, {})
        async with connect(
            f"{self._web_url}/v1/calls/{call_id}/live", compression=None, proxy=None, max_queue=1
        ) as socket:
            if how == "deaf":
                await asyncio.sleep(DEAF_S)
            with suppress(ConnectionClosed):
                async for text in socket:
                    envelope = json.loads(text)
                    if envelope["kind"] == "event":
                        event = envelope["event"]
                        assert seen.setdefault(event["seq"], event) == event
                        left -= 1
                    if how == "vanishes" and left <= 0:
                        socket.transport.abort()
                        break

    async def _vanishes(self, call_id: str) -> None:
        """Is gone in the middle of a call, and stays away."""
        socket = await self._begun(call_id)
        await self._talk(socket, self._sound())
        socket.transport.abort()

    async def _stalls(self, call_id: str) -> None:
        """Says nothing for a while, reads nothing, and goes on faster than it may."""
        socket = await self._begun(call_id)
        sound = self._sound()
        await self._talk(socket, sound)
        await asyncio.sleep(1.0)
        with suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(2.0):
                for _ in range(50):
                    await socket.send(encode(sound.samples[:, :8000], "pcm16"))
        socket.transport.abort()

    async def _rubbish(self, call_id: str) -> None:
        """Sends what means nothing, before or within a call."""
        noise = self._rng.randbytes
        messages: list[bytes | str] = [
            noise(333), noise(65_536), noise(70_000), "{", '{"type":"stop"', "[" * 5000, "\ufffe",
            '{"type":"gap","samples":-1}', '{"type":"gap","samples":1e300}', "x" * 20_000,
            '{"type":"resume","call_id":"../../etc/passwd"}', '{"type":"start"}',
        ]  # fmt: skip
        with suppress(ConnectionClosed):
            begins = self._rng.random() < 0.5
            socket = await (self._begun(call_id) if begins else self._socket())
            for message in self._rng.sample(messages, 3):
                await socket.send(message)
                await asyncio.sleep(0.05)
            await socket.close()

    async def _mute(self, _: str) -> None:
        """Connects, and leaves it at that."""
        socket = await self._socket()
        await asyncio.sleep(self._rng.uniform(0.1, 2.0))
        socket.transport.abort()

    async def _rivals(self, call_id: str) -> None:
        """Come at once to go on with one call, and one of them ends it."""
        first = await self._begun(call_id)
        await self._talk(first, self._sound())
        rivals = await asyncio.gather(*(self._socket() for _ in range(3)))
        resume = json.dumps({"type": "resume", "call_id": call_id})
        await asyncio.gather(*(socket.send(resume) for socket in rivals))
        for socket in self._rng.sample(rivals, 3):
            with suppress(ConnectionClosed):
                await socket.send('{"type":"stop"}')
        for socket in (first, *rivals):
            with suppress(ConnectionClosed, TimeoutError):
                async with asyncio.timeout(2.0):
                    async for _ in socket:
                        pass
            await socket.close()

    async def _floods(self, call_id: str) -> None:
        """Says more between its samples than it should."""
        socket = await self._begun(call_id)
        text = json.dumps({"type": "context", "context": {"note": "x" * 8000}})
        with suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(1.0):
                while True:
                    await socket.send('{"type":"hold"}')
                    await socket.send('{"type":"unhold"}')
                    await socket.send(text)
        socket.transport.abort()

    async def _talk(self, socket: ClientConnection, sound: Sound) -> None:
        samples = sound.samples
        for at in range(0, samples.shape[1], FRAME):
            await socket.send(encode(samples[:, at : at + FRAME], "pcm16"))
            await asyncio.sleep(FRAME / RATE / SPEED)

    async def _begun(self, call_id: str) -> ClientConnection:
        socket = await self._socket()
        start = {
            "type": "start", "v": 1, "call_id": call_id, "rate": RATE, "encoding": "pcm16",
            "channels": ["caller", "agent"], "language": "en",
        }  # fmt: skip
        await socket.send(json.dumps(start))
        assert json.loads(await socket.recv())["type"] == "started"
        return socket

    async def _socket(self) -> ClientConnection:
        return await connect(
            self._media_url + PATH, compression=None, ping_interval=None, proxy=None, max_size=None
        )

    def _sound(self) -> Sound:
        name = self._rng.choice(SAMPLES)
        length = round(self._rng.uniform(*self._seconds) * RATE)
        begin = self._rng.randrange(sample(name)[0].shape[1] - length)
        return Sound(name, begin, begin + length)
