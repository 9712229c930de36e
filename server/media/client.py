"""Send a call to a Calmline server, and keep sending when the network does not.

start = Start(v=1, call_id="c-1", rate=8000, encoding="pcm16", channels=("caller", "agent"))
async with CallClient("ws://127.0.0.1:8701", start) as call:
    for block in blocks:            # float32 [2, n] at 8 kHz
        await call.send(block)
    ended = await call.stop()
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from ..loopback import is_loopback
from .closing import RESUMABLE
from .fields import Message
from .messages import (
    Ack,
    ConsentGiven,
    Ended,
    Gap,
    Hold,
    NewContext,
    Pause,
    Problem,
    Reconnect,
    Resume,
    Resumed,
    Start,
    Started,
    Stop,
    Transfer,
    Unhold,
)
from .pcm import WIDTH, encode
from .protocol import MAX_BINARY, PATH, ProtocolError, parse_server
from .ring import Ring

RING_S = 30
"""Sound that is kept to be sent again."""
AHEAD_S = 20
"""In lockstep, so far ahead of the last acknowledgement the client sends."""
SILENCE_S = 10.0
"""A server that acknowledges nothing for so long is taken for gone."""
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 4.0


class CallError(Exception):
    """The call cannot go on.

    Attributes
    ----------
    code
        An error code of the protocol, or ``unreachable``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CallClient:
    """One call to a server; resumes by itself after a drop.

    Parameters
    ----------
    url
        ``ws://host:port`` or ``wss://...``; without a path, the protocol's own.
    start
        What the call is: a :class:`server.media.messages.Start`.
    patience_s
        How long to try to come back before giving up.

    Attributes
    ----------
    acked : int
        Sample groups that the server has fed to its analysis.
    drops : int
        Sockets that broke.
    """

    def __init__(self, url: str, start: Start, *, patience_s: float = 30.0) -> None:
        parts = urlsplit(url)
        self._url = url if parts.path not in ("", "/") else parts._replace(path=PATH).geturl()
        self._start = start
        self._patience_s = patience_s
        self._tracks = len(start.channels)
        self._group = WIDTH[start.encoding] * self._tracks
        self._ring = Ring(RING_S * start.rate, self._group)
        self._lockstep = start.pacing == "lockstep"
        self._socket: ClientConnection | None = None
        self._writing = asyncio.Lock()
        self._progress = asyncio.Event()
        self._over: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._over.add_done_callback(lambda _: self._progress.set())
        self._task: asyncio.Task[None] | None = None
        self._began = False
        self.acked = 0
        self.drops = 0

    @property
    def next_sample(self) -> int:
        """The next sample group to send."""
        return self._ring.end

    async def __aenter__(self) -> Self:
        """Connect, and begin the call.

        Raises
        ------
        CallError
            If the server is not there or does not take it.
        """
        self._socket = await self._connect()
        self._task = asyncio.create_task(self._run(self._socket))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the socket; a call that was not stopped may be resumed by another client."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._socket is not None:
            await self._socket.close()
        if self._over.done() and not self._over.cancelled():
            self._over.exception()  # seen

    async def send(self, samples: NDArray[np.float32]) -> None:
        """Send samples [shape=(tracks, n)] in [-1, 1], at the call's rate.

        While there is no connection they are kept (30 s of them) and sent when there is. In
        lockstep it waits until the server has heard enough of what came before.

        Raises
        ------
        CallError
            If the call cannot go on.
        ValueError
            If there are not as many tracks as the call has channels.
        """
        if samples.ndim != 2 or len(samples) != self._tracks:
            raise ValueError(f"samples of {self._tracks} tracks are due, not {samples.shape}")
        data = encode(samples, self._start.encoding)
        most = MAX_BINARY - MAX_BINARY % self._group
        for at in range(0, len(data), most):
            await self._wait_for_acks()
            piece = data[at : at + most]
            async with self._writing:
                self._ring.sound(piece)
                await self._write(piece)

    async def gap(self, samples: int, channel: int | None = None) -> None:
        """Leave sample groups out: there is no sound. With ``channel``: see the protocol."""
        text = Gap(samples=samples, channel=channel).model_dump_json(exclude_none=True)
        await self._wait_for_acks()
        async with self._writing:
            self._ring.gap(samples if channel is None else 0, text)
            await self._write(text)

    async def pause(self) -> None:
        """From here on nothing is analysed."""
        await self._say(Pause())

    async def resume(self) -> None:
        """Analysis goes on."""
        await self._say(Resume())

    async def hold(self) -> None:
        """The caller is on hold."""
        await self._say(Hold())

    async def unhold(self) -> None:
        """The caller is back."""
        await self._say(Unhold())

    async def consent(self, basis: str, announced_at: datetime | None = None) -> None:
        """The caller has been told."""
        await self._say(ConsentGiven(basis=basis, announced_at=announced_at))

    async def refuse_analysis(self) -> None:
        """The caller wants no analysis: everything stops, for good."""
        await self._say(ConsentGiven(refused=True))

    async def transfer(self, agent_id: str) -> None:
        """Another agent has the call."""
        await self._say(Transfer(agent_id=agent_id))

    async def context(self, context: Mapping[str, Any]) -> None:
        """More is known of the caller."""
        await self._say(NewContext(context=dict(context)))

    async def stop(self) -> Ended:
        """End the call, and wait until all of it is analysed and stored.

        Raises
        ------
        CallError
            If it could not be ended.
        """
        if not self._over.done():
            await self._say(Stop())
        return await asyncio.shield(self._over)

    async def _say(self, message: Message) -> None:
        self._check()
        text = message.model_dump_json(exclude_none=True)
        async with self._writing:
            self._ring.message(text)
            await self._write(text)

    async def _write(self, data: bytes | str) -> None:
        if self._socket is not None:
            with suppress(ConnectionClosed):  # the ring has it; it is sent on the next socket
                await self._socket.send(data)

    def _check(self) -> None:
        if self._over.done():
            self._over.result()
            raise CallError("ended", "the server has ended the call")

    async def _wait_for_acks(self) -> None:
        self._check()
        ahead = AHEAD_S * self._start.rate
        while self._lockstep and self._ring.end - self.acked > ahead:
            self._progress.clear()
            await self._progress.wait()
            self._check()

    async def _run(self, socket: ClientConnection) -> None:
        """Read what the server says; come back when the socket breaks."""
        try:
            while not self._over.done():
                await self._listen(socket)
                if not self._over.done():
                    self._socket = None
                    self.drops += 1
                    socket = await self._come_back()
        except CallError as error:
            self._fail(error)
        except Exception as error:  # whoever waits must not wait for ever
            self._fail(CallError("internal", f"the client failed: {type(error).__name__}"))
            raise

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            while not self._over.done():
                async with asyncio.timeout(SILENCE_S):
                    message = parse_server(await socket.recv())
                match message:
                    case Ack():
                        self.acked = message.next_sample
                        self._ring.forget(self.acked)
                        self._progress.set()
                    case Ended():
                        self._over.set_result(message)
                    case Problem() if message.code not in RESUMABLE:
                        raise _refused(message)
        except (ConnectionClosed, ProtocolError):
            return
        except TimeoutError:
            socket.transport.abort()

    async def _come_back(self) -> ClientConnection:
        loop = asyncio.get_running_loop()
        deadline, wait_s = loop.time() + self._patience_s, FIRST_WAIT_S
        while True:
            try:
                return await self._connect()
            except CallError as error:
                if error.code != "unreachable" or loop.time() + wait_s > deadline:
                    raise
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def _connect(self) -> ClientConnection:
        """Connect, say what for, and send again what the server does not have."""
        try:
            socket = await connect(
                self._url,
                compression=None,
                ping_interval=None,  # a server that holds back reads no pings
                max_size=MAX_BINARY,
                proxy=None if is_loopback(urlsplit(self._url).hostname or "") else True,
            )
        except InvalidStatus as error:
            raise _rejected(error) from error
        except (OSError, TimeoutError, InvalidHandshake) as error:
            raise CallError("unreachable", f"{self._url}: nobody answers there") from error
        try:
            async with self._writing:
                await self._introduce(socket)
        except (ConnectionClosed, ProtocolError, TimeoutError) as error:
            await socket.close()
            raise CallError("unreachable", f"{self._url}: it does not answer") from error
        except BaseException:
            await socket.close()
            raise
        return socket

    async def _introduce(self, socket: ClientConnection) -> None:
        call_id, token = self._start.call_id, self._start.token
        if self._began:
            first: Message = Reconnect(call_id=call_id, token=token)
        else:
            first = self._start
        async with asyncio.timeout(SILENCE_S):
            await socket.send(first.model_dump_json(exclude_none=True))
            answer = parse_server(await socket.recv())
        match answer:
            case Started():
                self._began = True
            case Resumed():
                missing, again = self._ring.since(answer.next_sample)
                with suppress(ConnectionClosed):  # what it said last is still to be read
                    for item in [missing, *again] if missing else again:
                        await socket.send(item if not isinstance(item, int) else _gap(item))
            case Problem():
                raise _refused(answer)
            case _:
                raise CallError("draining", "the server is going down")
        self._socket = socket

    def _fail(self, error: CallError) -> None:
        if not self._over.done():
            self._over.set_exception(error)


def _gap(samples: int) -> str:
    return Gap(samples=samples).model_dump_json(exclude_none=True)


def _refused(problem: Problem) -> CallError:
    expected = f" (expected: {problem.expected})" if problem.expected else ""
    return CallError(problem.code, f"{problem.message}{expected}")


def _rejected(error: InvalidStatus) -> CallError:
    status = error.response.status_code
    if status == 401:
        return CallError("unauthorized", "the token is wrong")
    if status >= 500:
        return CallError("unreachable", f"the server answers {status}")
    return CallError("bad_message", f"the server refuses the connection with {status}")
