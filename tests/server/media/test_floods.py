"""A client that says far more than a call needs holds up itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

from server.media.visit import TEXTS_AT_ONCE, TEXTS_PER_S

from .beside import another_call
from .fakes import house, until

FLOOD_S = 0.5
PATIENCE_S = 20.0
"""Far less than what was flooded would take at its pace: going down does not wait for that."""


def test_messages_between_samples_are_taken_at_a_pace() -> None:
    async def run() -> None:
        async with (
            asyncio.timeout(PATIENCE_S),
            house(tokens=("right",)) as at,
            another_call(at),
        ):
            socket = await at.begun("flood", token="right")
            call = at.floor.calls["flood"]
            loop = asyncio.get_running_loop()
            began = loop.time()
            sent = 0
            with suppress(TimeoutError, ConnectionClosed):
                async with asyncio.timeout(FLOOD_S):
                    while True:
                        await socket.send('{"type":"hold"}')
                        await socket.send('{"type":"unhold"}')
                        sent += 2
            await until(lambda: len(call.commands) > TEXTS_AT_ONCE)
            took_s = loop.time() - began
            assert sent > len(call.commands)
            assert len(call.commands) <= TEXTS_AT_ONCE + TEXTS_PER_S * took_s + 1
            socket.transport.abort()

    asyncio.run(run())
