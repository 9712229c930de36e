"""Sound that is taken as it comes stays in order with all that is not."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .fakes import answer, heard, house, pcm, until

PIECE = 4 * 160
"""Bytes of 20 ms."""


@given(
    kinds=st.lists(st.sampled_from(["whole", "in pieces", "hold"]), max_size=40),
    breathes=st.sets(st.integers(0, 39)),
)
@settings(max_examples=30, deadline=None)
def test_whatever_comes_together_is_heard_in_order(kinds: list[str], breathes: set[int]) -> None:
    data = pcm(0.02 * len(kinds))
    holds: list[float] = []

    async def run() -> None:
        async with house() as at:
            socket = await at.begun("c")
            call = at.floor.calls["c"]
            sent = 0
            for place, kind in enumerate(kinds):
                piece = data[sent : sent + PIECE]
                if kind == "hold":
                    held = len(holds) % 2 == 0
                    holds.append(sent / 4 / 8000)
                    await socket.send('{"type":"hold"}' if held else '{"type":"unhold"}')
                elif kind == "whole":
                    await socket.send(piece)
                else:
                    await socket.send([piece[:100], piece[100:]])
                sent += PIECE if kind != "hold" else 0
                if place in breathes:  # else it lies in the server's buffer with what follows
                    await asyncio.sleep(0)
            await socket.send('{"type":"stop"}')
            await answer(socket, "ended")
            assert np.array_equal(call.samples(), heard(data[:sent]))
            assert [at_s for at_s, _, _ in call.commands] == pytest.approx(holds)

    asyncio.run(run())


def test_sound_that_cannot_be_used_closes_the_socket_once_and_counts_once() -> None:
    async def run() -> None:
        async with house() as at:
            socket = await at.begun("c")
            good = pcm(0.5)
            await socket.send(good)
            await until(lambda: at.floor.calls["c"].fed_s == 0.5)
            await socket.send(good[:-1])
            await socket.send(good)
            assert (await answer(socket, "error"))["code"] == "bad_audio"
            await socket.wait_closed()
            assert socket.close_code == 4415
            assert at.plane.counters.errors["bad_audio"] == 1
            assert at.floor.calls["c"].fed_s == 0.5

    asyncio.run(run())
