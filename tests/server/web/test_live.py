"""Watching calls by websocket: complete and in order whatever happens, and never in the way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import count
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from server.live.hub import Envelope, envelope
from server.store.errors import StoreError
from server.web import WebSettings, live

from .conftest import Serve, Site, running
from .stage import PATIENCE_S, FakeFloor

names = (f"live-{number}" for number in count())


def watch(site: Site, call_id: str, from_seq: int | None = None) -> ClientConnection:
    query = "" if from_seq is None else f"?from={from_seq}"
    # all that comes is taken off the socket at once, so that closing never waits for a reader
    return connect(f"{site.ws}/v1/calls/{call_id}/live{query}", max_queue=None)


def follow(site: Site, agent_id: str, query: str = "") -> ClientConnection:
    return connect(f"{site.ws}/v1/agents/{agent_id}/live{query}")


def take(console: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(console.recv(timeout=PATIENCE_S))
    return found


def until(console: ClientConnection, kind: str) -> list[dict[str, Any]]:
    """Give all envelopes up to the first of a kind."""
    told = [take(console)]
    while told[-1]["kind"] != kind:
        told.append(take(console))
    return told


def seqs(told: list[dict[str, Any]]) -> list[int]:
    return [one["event"]["seq"] for one in told if one["kind"] == "event"]


def closed(console: ClientConnection) -> int | None:
    """Read to the end, and give the code."""
    return rest(console)[1]


def rest(console: ClientConnection) -> tuple[list[dict[str, Any]], int | None]:
    """Give all envelopes up to the end, and the code it was closed with."""
    told = []
    try:
        while True:
            told.append(take(console))
    except ConnectionClosed as error:
        return told, error.rcvd.code if error.rcvd else None


def vanish(console: ClientConnection) -> None:
    """Go without a word."""
    with suppress(OSError):  # the other side was first
        console.socket.shutdown(socket.SHUT_RDWR)


def wait_for(true: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE_S
    while not true():
        assert monotonic() < end
        sleep(0.01)


def test_a_call_from_its_beginning_to_its_end(site: Site, floor: FakeFloor) -> None:
    call = floor.begin(next(names))
    call.speak(2)
    with watch(site, call.call_id) as console:
        row, one, two = take(console), take(console), take(console)
        assert row["call"]["context"] == {"name": "王女士", "order": 8841}
        assert one == {
            "kind": "event",
            "call_id": call.call_id,
            "stamped_at": "2026-11-22T18:00:01.000Z",
            "event": one["event"],
        }
        assert (one["event"]["id"], two["event"]["seq"]) == (f"{call.call_id}/1", 2)
        partial = envelope("partial", call.call_id, track=0, utterance_id="0-1", text="我等了三天")
        call.hub.say("partial-0", partial)
        assert take(console)["text"] == "我等了三天"
        call.speak(1)
        assert take(console)["event"]["seq"] == 3
        floor.end(call)
        assert take(console) == {"kind": "end", "call_id": call.call_id, "state": "ended"}
        assert closed(console) == live.DONE
    assert call.hub.watched == 0


def test_a_call_that_is_over_comes_from_the_store(site: Site, floor: FakeFloor) -> None:
    call = floor.begin(next(names))
    call.speak(1200)  # more than is read at a time
    floor.end(call)
    with watch(site, call.call_id, 700) as console:
        told = until(console, "end")
        assert told[0]["call"]["state"] == "ended"
        assert seqs(told) == list(range(700, 1201))
        assert closed(console) == live.DONE


def test_no_such_call(site: Site) -> None:
    with watch(site, "nobody") as console:
        assert closed(console) == live.NO_CALL


@pytest.mark.parametrize("query", ["?from=0", "?from=x", "?from=-1"])
def test_a_place_that_is_none(site: Site, query: str) -> None:
    with pytest.raises(Exception, match="403"):
        connect(f"{site.ws}/v1/calls/x/live{query}")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    reads=st.lists(st.integers(0, 40), max_size=6),
    batches=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    kept=st.sampled_from([4, 32, 1024]),
)
def test_nothing_is_lost_or_doubled_however_often_it_reconnects(
    site: Site, floor: FakeFloor, reads: list[int], batches: list[int], kept: int
) -> None:
    """A console leaves after so many frames and comes back for the next one, while events come."""
    call = floor.begin(next(names), kept=kept)

    def happen() -> None:
        for batch in batches:
            call.speak(batch)
        floor.end(call)

    happening = threading.Thread(target=happen)
    happening.start()
    seen: list[int] = []
    try:
        for frames in reads:
            with watch(site, call.call_id, len(seen) + 1) as console:
                try:
                    for _ in range(frames):
                        seen += seqs([take(console)])
                except ConnectionClosed:  # it was over
                    pass
                vanish(console)
        with watch(site, call.call_id, len(seen) + 1) as console:
            seen += seqs(until(console, "end"))
    finally:
        happening.join()
    assert seen == list(range(1, sum(batches) + 1))


def test_one_behind_what_is_kept_waits_for_the_store(
    site: Site, floor: FakeFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store may learn of an event after those who watch were woken for the last time."""
    monkeypatch.setattr(live, "LOOK_S", 0.05)
    call = floor.begin(next(names), kept=4)
    read = call._stored
    asked = threading.Event()
    stored = threading.Event()

    def late(from_seq: int, limit: int) -> list[Envelope]:
        asked.set()
        return read(from_seq, limit) if stored.is_set() else []

    call.hub._read_stored = late
    call.speak(20)
    with watch(site, call.call_id) as console:
        assert asked.wait(PATIENCE_S)
        stored.set()
        told = [take(console) for _ in range(21)]
        assert seqs(told) == list(range(1, 21))


def test_a_console_that_takes_nothing_is_closed_and_disturbs_nobody(
    serve: Serve, floor: FakeFloor
) -> None:
    site = serve(WebSettings(send_s=1.0))
    call = floor.begin(next(names), kept=512)
    slow = connect(
        f"{site.ws}/v1/calls/{call.call_id}/live", max_queue=1, max_size=None, ping_interval=None
    )
    fast = connect(f"{site.ws}/v1/calls/{call.call_id}/live", max_size=None)
    body = "忍" * 40_000  # far more than the buffers of a socket hold
    total = 300
    for seq in range(1, total + 1):
        text = envelope("event", call.call_id, event={"seq": seq, "text": body})
        call.hub.publish([Envelope(seq, text)])
    with fast:
        assert seqs([take(fast) for _ in range(total + 1)]) == list(range(1, total + 1))
        wait_for(lambda: site.metrics.slow_consoles._value.get() == 1)
        with slow:
            told, code = rest(slow)
        assert seqs(told) == list(range(1, len(told)))
        assert len(told) < total
        assert code == live.TOO_SLOW
        wait_for(lambda: call.hub.watched == 1)
        call.hub.publish([Envelope(total + 1, envelope("event", call.call_id, event={"seq": 301}))])
        assert take(fast)["event"]["seq"] == total + 1


def test_an_agents_calls_one_after_the_other(site: Site, floor: FakeFloor) -> None:
    with follow(site, "grace") as console:
        assert take(console) == {"kind": "waiting"}
        for _ in range(2):
            call = floor.begin(next(names), agent_id="grace")
            other = floor.begin(next(names), agent_id="heidi")
            other.speak(5)
            call.speak(3)
            floor.end(call)
            told = until(console, "end")
            assert {one["call_id"] for one in told} == {call.call_id}
            assert seqs(told) == [1, 2, 3]
            assert take(console) == {"kind": "waiting"}


def test_an_agents_console_goes_on_where_it_was(site: Site, floor: FakeFloor) -> None:
    call = floor.begin(next(names), agent_id="ivan")
    call.speak(9)
    with follow(site, "ivan", f"?call_id={call.call_id}&from=8") as console:
        told = [take(console) for _ in range(3)]
        assert seqs(told) == [8, 9]
    call.speak(1)
    floor.end(call)
    with follow(site, "ivan", f"?call_id={call.call_id}&from=10") as console:
        told = until(console, "end")
        assert seqs(told) == [10]
        assert take(console) == {"kind": "waiting"}


def test_an_agents_call_that_nobody_knows(site: Site) -> None:
    with follow(site, "judy", "?call_id=nobody&from=5") as console:
        assert closed(console) == live.NO_CALL


@pytest.fixture
def desk(site: Site, floor: FakeFloor) -> Iterator[tuple[ClientConnection, Any]]:
    """An agent's console in a call."""
    call = floor.begin(next(names), agent_id="kim")
    with follow(site, "kim") as console:
        assert take(console)["kind"] == "call"
        yield console, call
    floor.end(call)


def test_keys_by_socket(site: Site, desk: tuple[ClientConnection, Any]) -> None:
    console, call = desk
    console.send('{"key":"why","cue_id":"cue-3"}')
    console.send('{"key":"wrong","cue_id":"cue-3"}')
    console.send('{"key":"help"}')
    wait_for(lambda: len(call.pressed) == 3)
    assert call.pressed == [("why", "cue-3"), ("wrong", "cue-3"), ("help", None)]
    (kept,) = site.client.get(f"/v1/calls/{call.call_id}/feedback").json()
    assert (kept["cue_id"], kept["verdict"]) == ("cue-3", "wrong")


@pytest.mark.parametrize("nonsense", ["", "{", "[]", '{"key":"panic"}', b'{"key":"help"}', b"\xff"])
def test_what_is_no_key_is_told_and_harms_nothing(
    desk: tuple[ClientConnection, Any], nonsense: str | bytes
) -> None:
    console, call = desk
    console.send(nonsense)
    error = take(console)
    assert (error["kind"], error["code"]) == ("error", "no_key")
    console.send('{"key":"help"}')
    call.speak(1)
    assert take(console)["event"]["seq"] == 1
    wait_for(lambda: call.pressed == [("help", None)])


def test_who_sends_nonsense_only_is_closed(desk: tuple[ClientConnection, Any]) -> None:
    console, _ = desk
    for _ in range(live.MISTAKES):
        console.send("?")
    assert closed(console) == live.NONSENSE


def test_a_huge_message_closes_its_own_socket_only(
    site: Site, desk: tuple[ClientConnection, Any]
) -> None:
    console, call = desk
    with watch(site, call.call_id) as other:
        assert take(other)["kind"] == "call"
        console.send("x" * 2**20)
        assert closed(console) == 1009
        call.speak(1)
        assert take(other)["event"]["seq"] == 1


def test_no_key_without_a_call(site: Site) -> None:
    with follow(site, "leo") as console:
        assert take(console) == {"kind": "waiting"}
        console.send('{"key":"help"}')
        assert take(console)["code"] == "no_call"


def test_no_key_in_a_call_that_is_over(site: Site, floor: FakeFloor) -> None:
    with follow(site, "mia") as console:
        call = floor.begin(next(names), agent_id="mia")
        floor.end(call)
        until(console, "end")
        assert take(console) == {"kind": "waiting"}
        console.send('{"key":"help"}')
        assert take(console)["code"] == "call_over"


def test_a_log_that_cannot_be_read(site: Site, floor: FakeFloor) -> None:
    call = floor.begin(next(names), kept=4)

    def fail(from_seq: int, limit: int) -> list[Envelope]:
        raise StoreError("cannot read the store: disk I/O error")

    call.hub._read_stored = fail
    call.speak(20)
    with watch(site, call.call_id) as console:
        assert closed(console) == live.TROUBLE


def test_a_store_that_cannot_be_asked(
    site: Site, floor: FakeFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("cannot read the store: disk I/O error")

    monkeypatch.setattr(floor, "_over", fail)
    with watch(site, "one-of-yesterday") as console:
        assert closed(console) == live.TROUBLE


def test_who_has_gone_watches_no_more(site: Site, floor: FakeFloor) -> None:
    call = floor.begin(next(names))
    with ExitStack() as stack:
        consoles = [stack.enter_context(watch(site, call.call_id)) for _ in range(5)]
        for console in consoles:
            assert take(console)["kind"] == "call"
        assert call.hub.watched == 5
        assert site.metrics.consoles._value.get() == 5
        for console in consoles[:3]:
            vanish(console)
        wait_for(lambda: call.hub.watched == 2)
    wait_for(lambda: call.hub.watched == 0)
    wait_for(lambda: site.metrics.consoles._value.get() == 0)


def test_a_server_that_stops_says_so(floor: FakeFloor) -> None:
    call = floor.begin(next(names))
    with ExitStack() as consoles, ExitStack() as servers:
        site = running(servers, floor, WebSettings())
        console = consoles.enter_context(watch(site, call.call_id))
        assert take(console)["kind"] == "call"
        servers.close()
        assert closed(console) == 1012
    assert call.hub.watched == 0
