"""What goes wrong in one call: it costs neither the workers nor anybody else's call."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from server.live.floor import Floor
from server.live.opening import Consent
from server.live.recorder import Recorder
from server.store.errors import StoreError
from server.store.store import Store
from tests.voice.sound import sample

from .floors import PATIENCE_S, feed, floor_in, frames, opening, read_until, reviewed, stored

NAME = "en-rising"
ANNOUNCED = Consent(basis="announcement", announced=True)


@contextmanager
def two_servers(folder: Path, **settings: Any) -> Iterator[tuple[Floor, Floor, Store]]:
    """Two servers at one database."""
    with floor_in(folder, **settings) as (here, store), floor_in(folder, **settings) as (there, _):
        yield here, there, store


def alive(floor: Floor) -> bool:
    """Whether all workers are, and take a call."""
    call = floor.open(opening("after"))
    call.feed(sample(NAME)[0][:, :1600])
    call.end().result(PATIENCE_S)
    state = floor.state()
    return state.workers_alive == state.workers


@pytest.mark.parametrize("pacing", ["realtime", "lockstep"])
def test_an_end_behind_part_of_a_tick_is_not_forgotten(pacing: str, tmp_path: Path) -> None:
    with floor_in(tmp_path, workers=1) as (floor, _):
        for samples in (8000, 8001, 8100, 8799, 8800, 16_050):
            call = floor.open(opening(f"c-{samples}", pacing=pacing))
            call.feed(sample(NAME)[0][:, :samples])
            call.end().result(PATIENCE_S)
            assert call.heard_s == samples / 8000


def test_a_call_that_another_server_has_stored_ends_broken(tmp_path: Path) -> None:
    with two_servers(tmp_path, consent_required=True) as (here, there, store):
        ours, theirs = (floor.open(opening("c")) for floor in (here, there))
        for call in (theirs, ours):
            feed(call, frames(NAME, 1))
            call.consent(ANNOUNCED)
            feed(call, frames(NAME, 3))
            if call is theirs:
                call.end().result(PATIENCE_S)
        ours.context({"name": "Wang"})
        ours.end().result(PATIENCE_S)
        assert ours.outlet.row.state == "broken"
        row = store.call("c")
        assert row is not None
        assert (row.state, row.context) == ("ended", {})
        assert alive(here)


class FullDisk(Recorder):
    """Has no room after a second."""

    def write(self, block: NDArray[np.float32], lost: NDArray[np.bool_]) -> None:
        """Fail in the second second."""
        if self._samples >= 8000:
            raise OSError(errno.ENOSPC, "no space left on device")
        super().write(block, lost)

    def close(self) -> None:
        """Fail after closing, as a file does."""
        super().close()
        raise OSError(errno.ENOSPC, "no space left on device")


def test_a_full_disk_costs_the_recording_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.live.analysis.Recorder", FullDisk)
    with floor_in(tmp_path, recordings=tmp_path, workers=1) as (floor, store):
        call = floor.open(opening("c"))
        feed(call, frames(NAME, 6))
        call.end().result(PATIENCE_S)
        assert stored(store, "c") == reviewed("c", NAME, 6)
        row = store.call("c")
        assert row is not None
        assert row.state == "ended"
        assert alive(floor)


def test_a_call_without_consent_leaves_no_recording(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    with floor_in(tmp_path, recordings=recordings, consent_required=True) as (floor, store):
        never, refused = floor.open(opening("never")), floor.open(opening("refused"))
        feed(never, frames(NAME, 2))
        refused.opt_out()
        refused.consent(ANNOUNCED)
        feed(refused, frames(NAME, 2))
        for call in (never, refused):
            call.end().result(PATIENCE_S)
            assert store.call(call.call_id) is None
        assert not recordings.exists()


def test_late_consent_is_silence_until_then(tmp_path: Path) -> None:
    with floor_in(tmp_path, recordings=tmp_path, consent_required=True) as (floor, store):
        call = floor.open(opening("c"))
        sound = sample(NAME)[0]
        call.feed(sound[:, :12_345])
        call.consent(ANNOUNCED)
        call.feed(sound[:, 12_345:20_000])
        call.end().result(PATIENCE_S)
        row = store.call("c")
        assert row is not None
        assert row.audio == "c.wav"
    kept = np.frombuffer((tmp_path / "c.wav").read_bytes()[44:], "<i2").reshape(-1, 2).T
    assert kept.shape == (2, 20_000)
    assert not kept[:, :12_345].any()
    assert np.array_equal(kept[:, 12_345:], (sound[:, 12_345:20_000] * 32767).astype("<i2"))


def test_who_comes_late_to_a_call_that_is_not_stored_sees_what_is_kept(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, _):
        call = floor.open(opening("c"))

        def refuse(*_: object) -> None:
            raise StoreError("no room")

        call.outlet._sink.append = refuse  # type: ignore[union-attr, method-assign]
        for number in range(1500):  # more than is kept
            call.hold(number % 2 == 0)
        feed(call, frames(NAME, 2))
        call.end().result(PATIENCE_S)
        news = Event()
        reader = call.outlet.hub.subscribe(1, news.set)
        got = read_until(reader, news, lambda got: any(one["kind"] == "end" for one in got))
        seqs = [one["event"]["seq"] for one in got if one["kind"] == "event"]
        assert seqs == list(range(seqs[0], call.events + 1))
        assert len(seqs) == 1024
        assert got[-1]["state"] == "broken"


def test_a_slow_database_holds_up_the_new_call_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with floor_in(tmp_path) as (floor, store):
        asked, answer = Event(), Event()

        def slow(_: str) -> None:
            asked.set()
            assert answer.wait(PATIENCE_S)

        old = floor.open(opening("old"))
        monkeypatch.setattr(store, "call", slow)
        opens = Thread(target=floor.open, args=(opening("new"),))
        opens.start()
        assert asked.wait(PATIENCE_S)
        looks = Thread(target=floor.live)
        looks.start()
        looks.join(PATIENCE_S)
        assert not looks.is_alive()
        old.end().result(PATIENCE_S)
        answer.set()
        opens.join(PATIENCE_S)
        assert [call.call_id for call in floor.live()] == ["new"]


def test_calls_that_end_while_nothing_can_be_stored_wait_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with floor_in(tmp_path) as (floor, _):
        calls = [floor.open(opening(f"c-{number}")) for number in range(8)]
        waits: list[float] = []
        all_over = Event()

        def down(timeout_s: float) -> None:
            waits.append(timeout_s)
            assert all_over.wait(PATIENCE_S)
            raise StoreError("the database is down")

        monkeypatch.setattr(floor._writer, "flush", down)
        ends = [call.end() for call in calls]
        for call in calls:
            while not call.over:
                all_over.wait(0.01)
        all_over.set()
        for end in ends:
            end.result(PATIENCE_S)
        monkeypatch.undo()
        assert len(waits) <= 2
        assert floor.live() == []


def test_a_call_that_comes_back_to_an_agent_is_shown_again(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, _):
        call = floor.open(opening("c"))
        following = floor.follow("7", lambda: None)

        def kinds() -> list[str]:
            return [json.loads(text)["kind"] for text in following.read()]

        feed(call, frames(NAME, 1))
        assert "call" in kinds()
        call.transfer("8")
        following.read()
        assert kinds() == ["waiting"]
        call.transfer("7")
        assert "call" in kinds()
        following.close()


def test_a_call_that_waited_for_its_client_counts_as_no_delay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("server.live.call.time.monotonic", lambda: now)
    with floor_in(tmp_path) as (floor, _):
        call = floor.open(opening("c"))
        feed(call, frames(NAME, 3))
        while call.heard_s < 3:
            Event().wait(0.01)
        now += 30.0
        call.end("broken").result(PATIENCE_S)
        assert call.outlet.row.state == "broken"
        assert (floor.state().told.delay_p99_s or 0.0) < 30.0
