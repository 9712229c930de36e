"""``calmline stream``: files in, a call at the server."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest

from server.errors import Refused
from server.live.opening import Consent
from server.stream import stream
from tests.files import tone, write_wav

from .fakes import House, Samples, house


@contextmanager
def a_server(**settings: Any) -> Iterator[House]:
    """Run a house in a thread of its own, as `stream` has a loop of its own."""
    there: list[House] = []
    ready, stop = threading.Event(), threading.Event()

    async def run() -> None:
        async with house(**settings) as at:
            there.append(at)
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield there[0]
    finally:
        stop.set()
        thread.join()


def sound(seconds: float, hz: float, channels: int = 1) -> Samples:
    """Values of 16 bits, as a file holds them."""
    values = np.round(tone(hz, 8000, seconds, channels) * 32767)
    return (values / 32768).astype(np.float32)


def test_a_file_arrives_as_it_is(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a call (1).wav", tone(300, 8000, 3.0, 2))
    with a_server() as at:
        told = stream(
            [file],
            at.url,
            caller="right",
            speed=0,
            agent_id="a-1",
            language="en",
            context={"x": 1},
            announced=True,
        )
        call = at.floor.calls[told.call_id]
    assert np.array_equal(call.samples(), sound(3.0, 300, 2))
    assert call.opening.roles == ("agent", "caller")
    assert call.opening.agent_id == "a-1"
    assert call.opening.pacing == "lockstep"
    assert call.opening.language == "en"
    assert call.opening.context == {"x": 1}
    assert call.opening.consent == Consent(basis="announcement", announced=True)
    assert told.call_id.startswith("a-call-1-")
    assert (told.media_s, told.events, told.drops, told.interrupted) == (3.0, 7, 0, False)
    assert call.state == "ended"


def test_of_two_files_what_one_does_not_have_is_lost_not_silent(tmp_path: Path) -> None:
    caller = write_wav(tmp_path / "caller.wav", tone(300, 8000, 2.0))
    agent = write_wav(tmp_path / "agent.wav", tone(500, 8000, 1.0))
    with a_server() as at:
        stream([caller, agent], at.url, offset_s=0.52, speed=0, call_id="two")
        out = at.floor.calls["two"].samples()
    assert at.floor.calls["two"].opening.roles == ("caller", "agent")
    assert np.array_equal(out[0], sound(2.0, 300)[0])
    assert np.isnan(out[1, :4160]).all()
    assert np.array_equal(out[1, 4160:12160], sound(1.0, 500)[0])
    assert np.isnan(out[1, 12160:]).all()


def test_speed_is_a_multiple_of_real_time(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "call.wav", tone(300, 8000, 4.0, 2))
    with a_server() as at:
        began = monotonic()
        stream([file], at.url, speed=10)
        took_s = monotonic() - began
    assert took_s >= 0.4


def test_ctrl_c_ends_the_call_cleanly(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "call.wav", tone(300, 8000, 60.0, 2))
    with a_server() as at:

        def interrupt() -> None:
            while not (calls := list(at.floor.calls.values())) or calls[0].fed_s < 0.5:
                threading.Event().wait(0.01)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        told = stream([file], at.url, speed=5, call_id="c")
        thread.join()
        call = at.floor.calls["c"]
    assert told.interrupted
    assert call.state == "ended"
    assert 0.5 <= told.media_s < 60
    assert np.array_equal(call.samples(), sound(60.0, 300, 2)[:, : round(told.media_s * 8000)])


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "call.wav", tone(300, 8000, 0.2, 2))
    with a_server(tokens=("t",)) as at:
        with pytest.raises(Refused, match="token is missing or wrong: give it with --token"):
            stream([file], at.url)
        stream([file], at.url, token="t", call_id="c", speed=0)
        with pytest.raises(Refused, match="choose another --call-id"):
            stream([file], at.url, token="t", call_id="c")
        with pytest.raises(Refused, match="call_id"):
            stream([file], at.url, token="t", call_id="not an id")
        with pytest.raises(Refused, match="speed"):
            stream([file], at.url, token="t", speed=-1)
        with pytest.raises(Refused, match="no such file"):
            stream([tmp_path / "none.wav"], at.url, token="t")
        url = at.url
    with pytest.raises(Refused, match="no server answers there: start one with `calmline serve`"):
        stream([file], url)
