"""Watching calls: one websocket for a call, or for the calls of an agent.

A console pulls: it is woken when there is more, and reads from where it is. One that is slow only
falls behind, and disturbs neither the call nor anybody else; one that takes nothing at all is
closed, and may come back with the ``seq`` it still has to see.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.types import Message

from ..live.hub import Reader, Wake
from ..pace import Pace
from ..store.errors import StoreError
from .keys import CallIsOver, press
from .plane import Here, Plane
from .shapes import LAST, NAME, AgentId, CallId, Key

DONE = 1000
TROUBLE = 1011
NONSENSE = 4400
NO_CALL = 4404
TOO_SLOW = 4408

LOOK_S = 1.0
"""A reader that is behind what is kept in memory waits for the store, which wakes nobody."""
BATCH = 100
"""Envelopes that are read at a time."""
KEYS_AT_ONCE, KEYS_PER_S = 20, 5.0
"""Nobody presses keys faster."""
MISTAKES = 20
"""Messages that a console may get wrong before it is closed."""

Open = Callable[[Wake], Reader]

router = APIRouter(prefix="/v1", tags=["live"])


@router.websocket("/calls/{call_id}/live")
async def watch_call(
    websocket: WebSocket,
    here: Here,
    call_id: CallId,
    from_seq: Annotated[int, Query(alias="from", ge=1, le=LAST)] = 1,
) -> None:
    """A call's envelopes from an event on, then ``end``; one that is over comes from the store."""
    await Console(websocket, here, call_id).run(
        lambda wake: here.floor.subscribe(call_id, from_seq, wake)
    )


@router.websocket("/agents/{agent_id}/live")
async def watch_agent(
    websocket: WebSocket,
    here: Here,
    agent_id: AgentId,
    call_id: Annotated[str | None, Query(pattern=NAME)] = None,
    from_seq: Annotated[int, Query(alias="from", ge=1, le=LAST)] = 1,
) -> None:
    """The calls of an agent, one after the other; ``call_id`` and ``from`` say where to go on."""
    await Console(websocket, here, call_id).run(
        lambda wake: here.floor.follow(agent_id, wake, call_id=call_id, from_seq=from_seq)
    )


class TooSlow(Exception):
    """The console does not take what it is sent."""


class Console:
    """One socket: sends what there is to read, takes keys.

    Parameters
    ----------
    call_id
        The call that keys are for until another is shown.
    """

    def __init__(self, websocket: WebSocket, here: Plane, call_id: str | None) -> None:
        self._websocket = websocket
        self._here = here
        self._call_id = call_id
        self._loop = asyncio.get_running_loop()
        self._more = asyncio.Event()
        self._woken = self._gone = False
        self._reading: asyncio.Future[list[str]] = self._loop.create_future()
        self._reading.set_result([])

    async def run(self, open_: Open) -> None:
        """Serve it until it goes, or nothing will come any more."""
        await self._websocket.accept()
        with self._here.metrics.consoles.track_inprogress():
            code, reason = await self._serve(open_)
        if code is None:
            return
        try:  # one that takes nothing does not take this, either
            async with asyncio.timeout(self._here.settings.send_s):
                await self._websocket.close(code, reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass

    async def _serve(self, open_: Open) -> tuple[int | None, str]:
        """Give the code to close with; ``None`` if the console has gone."""
        try:
            reader = await run_in_threadpool(open_, self._wake)
        except KeyError:
            return NO_CALL, "there is no such call"
        except StoreError:
            return TROUBLE, "the log cannot be read now: come back with from=SEQ"
        tasks = [
            asyncio.create_task(self._show(reader), name="show"),
            asyncio.create_task(self._listen(), name="listen"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        except TooSlow:
            self._here.metrics.slow_consoles.inc()
            return TOO_SLOW, "too slow: come back with from=SEQ"
        except WebSocketDisconnect:
            return None, ""
        except StoreError:
            return TROUBLE, "the log cannot be read now: come back with from=SEQ"
        finally:
            self._gone = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, self._reading, return_exceptions=True)
            await run_in_threadpool(reader.close)

    def _wake(self) -> None:
        """There may be more; from any thread."""
        if not self._gone and not self._woken:  # once is enough until it reads
            self._woken = True
            with suppress(RuntimeError):  # the loop is closed: nobody reads any more
                self._loop.call_soon_threadsafe(self._more.set)

    async def _show(self, reader: Reader) -> tuple[int, str]:
        while True:
            self._woken = False
            self._more.clear()
            if reader.behind:
                # a reader serves one thread at a time: what was begun is waited for on leaving
                self._reading = self._loop.run_in_executor(None, reader.read, BATCH)
                texts = await asyncio.shield(self._reading)
            else:
                texts = reader.read(BATCH)
            for text in texts:
                if text.startswith('{"kind":"call"'):
                    self._call_id = json.loads(text)["call_id"]
            await self._send(texts)
            if reader.over:
                return DONE, "the call is over"
            if not texts:
                await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._more.wait()
        except TimeoutError:
            pass

    async def _send(self, texts: list[str]) -> None:
        try:
            async with asyncio.timeout(self._here.settings.send_s):
                for text in texts:
                    await self._websocket.send_text(text)
                    if len(texts) > 1:  # what fits the buffers yields to nobody
                        await asyncio.sleep(0)
        except TimeoutError:
            raise TooSlow from None

    async def _listen(self) -> tuple[int, str]:
        pace = Pace(KEYS_AT_ONCE, KEYS_PER_S)
        for _ in range(MISTAKES):
            mistake = None
            while mistake is None:
                message = await self._websocket.receive()
                await asyncio.sleep(pace.wait_s())
                mistake = await self._take(message)
            code, text = mistake
            await self._send([json.dumps({"kind": "error", "code": code, "message": text})])
        return NONSENSE, "too many messages that mean nothing"

    async def _take(self, message: Message) -> tuple[str, str] | None:
        """Do what the console says, or give what is wrong with it."""
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        text = message.get("text")
        try:
            key = Key.model_validate_json(text if isinstance(text, str) else "")
        except ValidationError:
            return "no_key", 'a message is {"key": ..., "cue_id": ...}'
        if self._call_id is None:
            return "no_call", "there is no call to press a key in"
        try:
            await run_in_threadpool(press, self._here, self._call_id, key)
        except CallIsOver:
            return "call_over", f"call {self._call_id} is over"
        return None
