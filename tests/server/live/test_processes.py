"""Calls that voice processes work on: the same log as anywhere, and a crash costs its own calls."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from coaching.profiles import Profiles
from coaching.thresholds import Thresholds
from server.lane.client import Lane, LaneSettings
from server.live import voice_seat
from server.live.analysis import Analysis
from server.live.floor import Floor
from server.live.opening import Consent
from server.live.processes import VoiceError, VoiceProcesses
from server.live.versions import thresholds_version
from server.rules import Rules
from server.store.store import Store
from tests.server.lane_fakes import FakeTranscriber
from tests.voice.sound import sample

from .floors import PATIENCE_S, feed, floor_in, frames, opening, read_until, reviewed, stored, types

NAME = "en-rising"
REPLACED_S = 120.0
"""How long a process may take to start on a busy machine before a test fails."""
Two = tuple[Floor, Store, Path]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """A floor with two voice processes and a lane, which keeps sound."""
    folder = tmp_path_factory.mktemp("processes")
    with (
        Lane(partial(FakeTranscriber), LaneSettings(workers=1, measure_s=0, nice=0)) as lane,
        floor_in(
            folder, lane=lane, processes=2, recordings=folder / "rec", consent_required=True
        ) as (floor, store),
    ):
        yield floor, store, folder


ANNOUNCED = Consent(basis="announcement", announced=True)


def pids(floor: Floor) -> list[int]:
    """The voice processes."""
    assert isinstance(floor._voice, VoiceProcesses)
    return floor._voice.pids


def eventually(so: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so."""
    until = time.monotonic() + patience_s
    while not so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_two_processes_give_the_logs_that_a_review_gives(two: Two) -> None:
    floor, store, _ = two
    names = {"r-a": NAME, "r-b": "zh-rising", "r-c": "en-calm"}
    calls = {
        key: floor.open(opening(key, consent=ANNOUNCED, ephemeral=key == "r-c")) for key in names
    }
    seen: list[str] = []
    news = Event()
    reader = floor.subscribe("r-c", 1, news.set)
    for key, call in calls.items():
        feed(call, frames(names[key], 12))
    for call in calls.values():
        call.end().result(PATIENCE_S)
    state = floor.state()
    assert (state.workers, state.workers_alive, state.calls) == (2, 2, 0)
    assert state.told.delay_p95_s is not None
    for one in read_until(reader, news, lambda _: reader.over):
        if one["kind"] == "event":
            seen.append(json.dumps(one["event"], ensure_ascii=False, separators=(",", ":")))
    # voice only, as it may leave nothing behind: to the byte what a review tells
    assert seen == reviewed("r-c", "en-calm", 12)
    for key in ("r-a", "r-b"):
        assert types(stored(store, key)).count("words_final") >= 1
        row = store.call(key)
        assert row is not None
        assert (row.state, row.heard_s) == ("ended", 12.0)


def test_in_lockstep_words_and_keys_come_as_on_a_thread(two: Two, tmp_path: Path) -> None:
    floor, store, _ = two

    def lived(floor: Floor, store: Store) -> list[str]:
        call = floor.open(opening("lock", pacing="lockstep", consent=ANNOUNCED))
        for number, frame in enumerate(frames(NAME, 20)):
            if number in (300, 400):
                call.hold(number == 300)
            if number == 500:
                call.press("help")
            if number in (600, 650):
                call.pause(number == 600)
            call.feed(frame)
        call.end().result(PATIENCE_S)
        return stored(store, "lock")

    with (
        Lane(partial(FakeTranscriber), LaneSettings(workers=1, measure_s=0, nice=0)) as lane,
        floor_in(tmp_path, lane=lane, consent_required=True) as (threads, there),
    ):
        expected = lived(threads, there)
    found = lived(floor, store)
    assert found == expected
    told = types(found)
    assert {"hold", "pressed", "paused", "help_wanted"} <= set(told)
    assert told.count("words_final") >= 3


def test_consent_gates_store_and_recording(two: Two) -> None:
    floor, store, folder = two
    sound = sample(NAME)[0]
    call, never = (floor.open(opening(name)) for name in ("late", "never"))
    for one in (call, never):
        one.feed(sound[:, :12_345])
    assert store.call("late") is None
    call.consent(ANNOUNCED)
    call.context({"name": "Wang"})
    call.feed(sound[:, 12_345:20_000])
    for one in (call, never):
        one.end().result(PATIENCE_S)
    row = store.call("late")
    assert row is not None
    assert (row.audio, row.context) == ("late.wav", {"name": "Wang"})
    kept = np.frombuffer((folder / "rec" / "late.wav").read_bytes()[44:], "<i2").reshape(-1, 2).T
    assert not kept[:, :12_345].any()
    assert np.array_equal(kept[:, 12_345:], (sound[:, 12_345:20_000] * 32767).astype("<i2"))
    assert store.call("never") is None
    assert not (folder / "rec" / "never.wav").exists()


def test_lost_sound_is_lost_there_too(two: Two) -> None:
    floor, store, _ = two
    sound = sample(NAME)[0][:, :40_000]
    lost = np.zeros(sound.shape, np.bool_)
    lost[0, 8_000:12_000] = True
    call = floor.open(opening("gap", consent=ANNOUNCED))
    call.feed(sound, lost)
    call.feed(np.zeros((2, 8_000), np.float32), np.ones((2, 8_000), np.bool_))
    with pytest.raises(ValueError, match="2 tracks"):
        call.feed(sound[:1])
    call.end().result(PATIENCE_S)
    events = [json.loads(line) for line in stored(store, "gap")]
    found = [(e["track"], e["start_s"], e["at_s"]) for e in events if e["type"] == "lost_audio"]
    assert found == [(0, 1.0, 1.5), (0, 5.0, 6.0), (1, 5.0, 6.0)]


def test_who_watches_sees_first_guesses(two: Two) -> None:
    floor, _, _ = two
    call = floor.open(opening("watched", consent=ANNOUNCED))
    news = Event()
    reader = floor.subscribe("watched", 1, news.set)
    guesses: list[dict[str, object]] = []
    began = time.monotonic()
    # at its real pace, for there is at most one guess a second; here somebody speaks for 8 s
    for number, frame in enumerate(list(frames(NAME, 26))[800:]):
        call.feed(frame)
        news.wait(max(0.0, began + number * 0.02 - time.monotonic()))
        news.clear()
        told = [json.loads(text) for text in reader.read()]
        guesses += [one for one in told if one["kind"] == "partial"]
        if guesses:
            break
    call.end().result(PATIENCE_S)
    assert guesses


def test_a_process_that_is_behind_is_sent_no_more_than_it_may_keep(two: Two) -> None:
    floor, store, _ = two
    there = pids(floor)
    call = floor.open(opening("stopped", consent=ANNOUNCED))
    for pid in there:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        for _ in range(35):
            call.feed(np.zeros((2, 8_000), np.float32))
        room = call.when_below(1.0)
        assert time.monotonic() - began < PATIENCE_S / 2  # nobody waits for it
        assert not room.done()
        assert call.overrun_s > 0
    finally:
        for pid in there:
            os.kill(pid, signal.SIGCONT)
    room.result(PATIENCE_S)
    call.end().result(PATIENCE_S)
    assert call.heard_s == 35.0
    assert "lost_audio" in types(stored(store, "stopped"))


def test_a_process_that_dies_takes_its_calls_and_no_other(
    two: Two, caplog: pytest.LogCaptureFixture
) -> None:
    floor, store, _ = two
    calls = [floor.open(opening(f"die-{number}", consent=ANNOUNCED)) for number in range(2)]
    for call in calls:
        feed(call, frames(NAME, 4))
    eventually(lambda: all(call.heard_s == 4.0 for call in calls))
    before = pids(floor)
    for pid in before:
        os.kill(pid, signal.SIGTERM)  # which a supervisor sends to all: the server ends its calls
    shown = stored_or_shown(floor, calls[0].call_id)
    os.kill(before[0], signal.SIGKILL)
    eventually(lambda: any(call.over for call in calls))
    dead, alive = sorted(calls, key=lambda call: not call.over)
    dead.end().result(PATIENCE_S)
    assert dead.backlog_s == 0.0
    row = store.call(dead.call_id)
    assert row is not None
    assert (row.state, row.heard_s) == ("broken", 4.0)
    kept = stored(store, dead.call_id)
    assert kept[0].startswith('{"id"')
    assert types(kept).count("call_ended") == 0
    assert len(kept) >= len(shown) > 0
    assert "has lost its voice process" in caplog.text

    feed(alive, list(frames(NAME, 8))[200:])
    alive.end().result(PATIENCE_S)
    row = store.call(alive.call_id)
    assert row is not None
    assert (row.state, row.heard_s) == ("ended", 8.0)

    eventually(lambda: floor.state().workers_alive == 2, REPLACED_S)
    assert len(set(pids(floor)) - set(before)) == 1
    after = [floor.open(opening(f"after-{number}", consent=ANNOUNCED)) for number in range(2)]
    for call in after:
        feed(call, frames(NAME, 2))
        call.end().result(PATIENCE_S)
        assert call.outlet.row.state == "ended"


def test_a_process_that_hangs_is_ended_and_replaced(
    two: Two, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    floor, store, _ = two
    monkeypatch.setattr(voice_seat, "PING_S", 0.1)
    calls = [floor.open(opening(f"hang-{number}", consent=ANNOUNCED)) for number in range(2)]
    for call in calls:
        feed(call, frames(NAME, 2))
    eventually(lambda: all(call.heard_s == 2.0 for call in calls))
    # both processes have nothing to say for now, and are not taken for hanging
    monkeypatch.setattr(voice_seat, "HANGS_AFTER_S", 1.0)
    before = pids(floor)
    os.kill(before[0], signal.SIGSTOP)
    eventually(lambda: any(call.over for call in calls))
    hung, well = sorted(calls, key=lambda call: not call.over)
    hung.end().result(PATIENCE_S)
    row = store.call(hung.call_id)
    assert row is not None
    assert row.state == "broken"
    assert "a voice process hangs, and is ended" in caplog.text
    feed(well, list(frames(NAME, 4))[100:])
    well.end().result(PATIENCE_S)
    assert well.outlet.row.state == "ended"
    monkeypatch.setattr(voice_seat, "HANGS_AFTER_S", PATIENCE_S)  # the machine may be busy
    eventually(lambda: floor.state().workers_alive == 2, REPLACED_S)
    assert set(pids(floor)) & set(before) == {before[1]}


def test_new_rules_are_for_the_calls_that_come_after_them(two: Two) -> None:
    floor, store, _ = two
    before = floor.open(opening("rules-before", consent=ANNOUNCED))
    no_cards = Profiles(base=Thresholds.of({"cue_first_s": 300}))
    floor.use(Rules(profiles=no_cards))
    try:
        after = floor.open(opening("rules-after", consent=ANNOUNCED))
    finally:
        floor.use(Rules())
    for call in (before, after):
        feed(call, frames(NAME, 65))
        call.end().result(PATIENCE_S)
    assert "cue_shown" in types(stored(store, "rules-before"))
    assert "cue_shown" not in types(stored(store, "rules-after"))
    rows = [store.call(call_id) for call_id in ("rules-before", "rules-after")]
    versions = [row.thresholds for row in rows if row is not None]
    assert versions[1] == thresholds_version(no_cards.base) != versions[0]


def stored_or_shown(floor: Floor, call_id: str) -> list[str]:
    """Events that a console has been shown."""
    texts = floor.subscribe(call_id, 1, lambda: None).read()
    return [text for text in texts if '"kind":"event"' in text]


def test_what_cannot_start_says_why() -> None:
    broken = Analysis(language="xx")  # type: ignore[arg-type]
    with pytest.raises(VoiceError, match=r"could not be started: .*xx"):
        VoiceProcesses(1, broken, None)
