from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from server.live.hub import Envelope, Hub, envelope, event_envelope


def event(seq: int) -> Envelope:
    return Envelope(seq, event_envelope("c", "2026-01-01T00:00:00.000Z", json.dumps({"seq": seq})))


def seqs(texts: Sequence[str]) -> list[int]:
    found = [json.loads(text) for text in texts]
    return [one["event"]["seq"] for one in found if one["kind"] == "event"]


def kinds(texts: Sequence[str]) -> list[str]:
    return [json.loads(text)["kind"] for text in texts]


def hub_with_store(kept: int) -> tuple[Hub, list[Envelope]]:
    stored: list[Envelope] = []
    return Hub(lambda seq, limit: stored[seq - 1 : seq - 1 + limit], kept), stored


@given(
    batches=st.lists(st.integers(0, 7), max_size=20),
    reads=st.lists(st.integers(1, 5), min_size=1, max_size=40),
    start=st.integers(1, 30),
)
def test_a_reader_misses_nothing_and_gets_nothing_twice(
    batches: list[int], reads: list[int], start: int
) -> None:
    hub, stored = hub_with_store(kept=4)
    reader = hub.subscribe(start, lambda: None)
    got: list[int] = []
    turns = iter(reads)
    for size in batches:
        new = [event(len(stored) + 1 + n) for n in range(size)]
        stored += new
        hub.publish(new)
        if (limit := next(turns, None)) is not None:
            got += seqs(reader.read(limit))
    hub.end(envelope("end", "c", state="ended"))
    while not reader.over:
        got += seqs(reader.read(3))
    assert got == list(range(start, len(stored) + 1))


def test_the_end_is_read_last_and_once() -> None:
    hub, stored = hub_with_store(kept=10)
    stored += [event(1), event(2)]
    hub.publish(stored)
    hub.end(envelope("end", "c", state="ended"))
    reader = hub.subscribe(1, lambda: None)
    assert seqs(reader.read(1)) == [1]
    assert not reader.over
    assert kinds(reader.read(1)) == ["event", "end"]
    assert reader.over
    assert reader.read() == []


def test_of_what_is_no_log_only_the_latest_is_told_and_the_row_comes_first() -> None:
    hub, _ = hub_with_store(kept=10)
    hub.say("clock", envelope("clock", "c", media_s=1.0))
    hub.say("clock", envelope("clock", "c", media_s=2.0))
    hub.say("call", envelope("call", "c", call={}))
    hub.publish([event(1)])
    reader = hub.subscribe(1, lambda: None)
    texts = reader.read()
    assert kinds(texts) == ["call", "event", "clock"]
    assert json.loads(texts[-1])["media_s"] == 2.0
    assert reader.read() == []


def test_what_was_taken_back_is_not_told() -> None:
    hub, _ = hub_with_store(kept=10)
    hub.say("partial", envelope("partial", "c", text="he"))
    hub.say("partial", None)
    assert hub.subscribe(1, lambda: None).read() == []


def test_readers_are_woken_until_they_leave() -> None:
    hub, _ = hub_with_store(kept=10)
    woken: list[str] = []
    first = hub.subscribe(1, lambda: woken.append("first"))
    hub.subscribe(1, lambda: woken.append("second"))
    hub.publish([event(1)])
    first.close()
    hub.publish([event(2)])
    assert woken == ["first", "second", "second"]
    assert hub.watched == 1


def test_a_writer_and_readers_on_threads() -> None:
    hub, stored = hub_with_store(kept=16)
    got: list[list[int]] = [[] for _ in range(3)]

    def read(place: int) -> None:
        reader = hub.subscribe(1, lambda: None)
        while not reader.over:
            got[place] += seqs(reader.read(7))

    threads = [Thread(target=read, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for seq in range(1, 2001):
        stored.append(event(seq))
        hub.publish([event(seq)])
    hub.end(envelope("end", "c", state="ended"))
    for thread in threads:
        thread.join(20)
    assert got == [list(range(1, 2001))] * 3
