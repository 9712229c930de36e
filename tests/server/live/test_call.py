from __future__ import annotations

import json
import time
import wave
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from server.lane.client import Lane, LaneSettings
from server.live.floor import Floor
from server.live.opening import Consent, WordsPolicy
from tests.server.lane_fakes import FakeTranscriber
from tests.server.live.floors import (
    PATIENCE_S,
    feed,
    floor_in,
    frames,
    opening,
    read_until,
    reviewed,
    stored,
    types,
)

LANE = LaneSettings(workers=1, measure_s=0, nice=0)


def test_a_live_call_gives_the_log_that_a_review_gives(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, store):
        call = floor.open(opening("a"))
        feed(call, frames("en-rising", 40))
        call.end().result(PATIENCE_S)
        assert stored(store, "a") == reviewed("a", "en-rising", 40)
        assert floor.find("a") is None
        row = store.call("a")
        assert row is not None
        assert (row.state, row.heard_s, row.words) == ("ended", 40.0, False)


def test_calls_at_once_do_not_change_each_other(tmp_path: Path) -> None:
    names = {"a": "en-rising", "b": "zh-rising", "c": "en-calm", "d": "en-gives-up"}
    with floor_in(tmp_path, workers=3) as (floor, store):
        calls = {key: floor.open(opening(key)) for key in names}
        for together in zip(*(frames(name, 15) for name in names.values()), strict=True):
            for call, frame in zip(calls.values(), together, strict=True):
                call.feed(frame)
        for call in calls.values():
            call.end().result(PATIENCE_S)
        for key, name in names.items():
            assert stored(store, key) == reviewed(key, name, 15)


def words_lane() -> Lane:
    return Lane(partial(FakeTranscriber), LANE)


def with_words(tmp_path: Path, lane: Lane, call_id: str, pacing: str) -> tuple[list[str], Floor]:
    with floor_in(tmp_path, lane=lane) as (floor, store):
        call = floor.open(opening(call_id, pacing=pacing))
        for frame in frames("en-rising", 20):
            call.feed(frame)
        call.end().result(PATIENCE_S)
        return stored(store, call_id), floor


def test_in_lockstep_words_are_never_late(tmp_path: Path) -> None:
    with words_lane() as lane:
        first, _ = with_words(tmp_path, lane, "a", "lockstep")
        (tmp_path / "again").mkdir()
        second, _ = with_words(tmp_path / "again", lane, "a", "lockstep")
    assert first == second
    assert types(first).count("words_final") >= 3
    assert not any('"late_words"' in line for line in first)


def test_in_real_time_sound_does_not_wait_and_no_words_are_left_out(tmp_path: Path) -> None:
    with words_lane() as lane:
        log, _ = with_words(tmp_path, lane, "a", "realtime")
    found = types(log)
    assert found.count("words_final") == found.count("utterance_ended") >= 3
    voice = [line for line in log if "words_final" not in line and "late_words" not in line]
    assert len(voice) > 50


def test_abandoned_words_are_missing(tmp_path: Path) -> None:
    gate = tmp_path / "never"
    with words_lane() as lane, floor_in(tmp_path, lane=lane) as (floor, store):
        # the fake's orders come in as hotwords, which are the playbook's: hold the lane up instead
        held = lane.submit("x", "x", np.zeros(8000, np.float32), "en", hotwords=f"gate:{gate}")
        call = floor.open(opening("a"))
        for frame in frames("en-rising", 10):
            call.feed(frame)
        ending = call.end()
        assert not ending.done()
        call.abandon("closed")
        ending.result(PATIENCE_S)
        gate.touch()
        held.result(PATIENCE_S)
        lines = [json.loads(line) for line in stored(store, "a")]
        reasons = {line["reason"] for line in lines if line["type"] == "words_missing"}
        assert reasons == {"closed"}


def test_paused_sound_is_neither_heard_nor_kept_and_time_goes_on(tmp_path: Path) -> None:
    with floor_in(tmp_path, recordings=tmp_path / "rec") as (floor, store):
        call = floor.open(opening("a"))
        for number, frame in enumerate(frames("en-rising", 20)):
            if number == 250:
                call.pause(True)
            if number == 750:
                call.pause(False)
            call.feed(frame)
        call.end().result(PATIENCE_S)
        lines = [json.loads(line) for line in stored(store, "a")]
    paused = [(line["at_s"], line["on"]) for line in lines if line["type"] == "paused"]
    assert paused == [(5.0, True), (15.0, False)]
    assert not [
        line for line in lines if line["type"] == "speech_started" and 5 < line["at_s"] < 15
    ]
    assert lines[-1]["at_s"] == 20.0
    with wave.open(str(tmp_path / "rec" / "a.wav")) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert len(sound) == 20 * 8000
    assert not sound[5 * 8000 : 15 * 8000].any()
    assert sound[: 5 * 8000].any()


def test_before_consent_nothing_is_stored_or_heard(tmp_path: Path) -> None:
    with floor_in(tmp_path, consent_required=True, recordings=tmp_path / "rec") as (floor, store):
        call = floor.open(opening("a"))
        news = Event()
        reader = floor.subscribe("a", 1, news.set)
        for number, frame in enumerate(frames("en-rising", 12)):
            if number == 300:
                read_until(reader, news, lambda got: any(e.get("media_s", 0) >= 5 for e in got))
                assert store.call("a") is None
                call.consent(Consent(basis="announcement", announced=True))
            call.feed(frame)
        call.end().result(PATIENCE_S)
        lines = [json.loads(line) for line in stored(store, "a")]
        row = store.call("a")
    assert row is not None
    assert row.consent == {"basis": "announcement", "announced": True}
    heard = [line["at_s"] for line in lines if line["type"] == "speech_started"]
    assert heard
    assert min(heard) >= 6.0


def test_a_call_without_consent_leaves_nothing(tmp_path: Path) -> None:
    with floor_in(tmp_path, consent_required=True) as (floor, store):
        call = floor.open(opening("a"))
        for frame in frames("en-rising", 8):
            call.feed(frame)
        call.end().result(PATIENCE_S)
        assert store.call("a") is None
        assert store.events("a") == []


def test_a_caller_who_says_no_is_not_analysed_any_more(tmp_path: Path) -> None:
    with words_lane() as lane, floor_in(tmp_path, lane=lane) as (floor, store):
        call = floor.open(opening("a"))
        for number, frame in enumerate(frames("en-rising", 20)):
            if number == 400:
                call.press("opted_out")
            call.feed(frame)
        call.end().result(PATIENCE_S)
        lines = [json.loads(line) for line in stored(store, "a")]
    after = [line for line in lines if line["known_at_s"] > 8.2]
    assert {line["type"] for line in after} <= {
        "lost_audio",
        "paused",
        "degraded",
        "words_missing",
        "speech_ended",
        "utterance_ended",
        "turn_ended",
        "silence",
        "call_ended",
    }
    assert not [line for line in after if line["type"] == "words_final"]


def test_who_watches_reads_the_log_as_it_is_stored(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, store):
        news = Event()
        call = floor.open(opening("a"))
        early = floor.subscribe("a", 1, news.set)
        for frame in frames("en-rising", 10):
            call.feed(frame)
        call.end().result(PATIENCE_S)
        got = read_until(early, news, lambda _: early.over)
        bodies = [one["event"] for one in got if one["kind"] == "event"]
        assert bodies == [json.loads(line) for line in stored(store, "a")]
        late = floor.subscribe("a", 5, lambda: None)
        after = read_until(late, news, lambda _: late.over)
        assert next(one["event"]["seq"] for one in after if one["kind"] == "event") == 5
        assert after[-1] == {"kind": "end", "call_id": "a", "state": "ended"}


def test_an_ephemeral_call_leaves_nothing_but_is_seen(tmp_path: Path) -> None:
    with words_lane() as lane, floor_in(tmp_path, lane=lane) as (floor, store):
        news = Event()
        call = floor.open(opening("a", ephemeral=True))
        reader = floor.subscribe("a", 1, news.set)
        for frame in frames("en-rising", 5):
            call.feed(frame)
        call.end().result(PATIENCE_S)
        got = read_until(reader, news, lambda _: reader.over)
        bodies = [json.dumps(one["event"], separators=(",", ":")) for one in got if "event" in one]
        assert types(bodies) == types(reviewed("a", "en-rising", 5))
        assert store.call("a") is None


def test_a_call_that_fails_costs_itself_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with floor_in(tmp_path) as (floor, store):
        bad, good = floor.open(opening("bad")), floor.open(opening("good"))
        for frame in frames("en-rising", 5):
            good.feed(frame)
            bad.feed(np.full_like(frame, np.nan))
        good.end().result(PATIENCE_S)
        bad.end().result(PATIENCE_S)
        row = store.call("bad")
        assert row is not None
        assert row.state == "broken"
        assert stored(store, "good") == reviewed("good", "en-rising", 5)
    assert "call bad failed: ValueError" in caplog.text


def test_room_is_told_once_there_is_some(tmp_path: Path) -> None:
    with words_lane() as lane, floor_in(tmp_path, lane=lane) as (floor, _):
        gate = tmp_path / "gate"
        lane.submit("x", "x", np.zeros(8000, np.float32), "en", hotwords=f"gate:{gate}")
        call = floor.open(opening("a", pacing="lockstep"))
        for frame in frames("en-rising", 20):
            call.feed(frame)
        room = call.when_below(1.0)
        assert not room.done()  # the lane is held up, so the sound waits for its words
        gate.touch()
        room.result(PATIENCE_S)
        assert call.backlog_s <= 1.0
        call.end().result(PATIENCE_S)


def test_a_demo_model_says_so(tmp_path: Path) -> None:
    with (
        words_lane() as lane,
        floor_in(tmp_path, lane=lane, words_for=lambda _: WordsPolicy(True, True)) as (
            floor,
            store,
        ),
    ):
        floor.open(opening("a")).end().result(PATIENCE_S)
        assert '"demo_words"' in "".join(stored(store, "a"))


def test_who_watches_sees_first_guesses_which_are_not_stored(tmp_path: Path) -> None:
    with words_lane() as lane, floor_in(tmp_path, lane=lane) as (floor, store):
        call = floor.open(opening("a"))
        news = Event()
        reader = floor.subscribe("a", 1, news.set)
        guesses: list[dict[str, object]] = []
        began = time.monotonic()
        # at its real pace, for there is at most one guess a second; here somebody speaks for 8 s
        for number, frame in enumerate(list(frames("en-rising", 26))[800:]):
            call.feed(frame)
            news.wait(max(0.0, began + number * 0.02 - time.monotonic()))
            news.clear()
            told = [json.loads(text) for text in reader.read()]
            guesses += [one for one in told if one["kind"] == "partial"]
            if len(guesses) >= 2:
                break
        call.end().result(PATIENCE_S)
        assert guesses
        ended = [json.loads(line) for line in stored(store, "a") if "utterance_ended" in line]
        assert {guess["utterance_id"] for guess in guesses} <= {e["utterance_id"] for e in ended}
        assert "words_partial" not in types(stored(store, "a"))


def test_who_does_not_watch_costs_no_guesses(tmp_path: Path) -> None:
    with words_lane() as lane, floor_in(tmp_path, lane=lane) as (floor, _):
        call = floor.open(opening("a"))
        for frame in frames("en-rising", 10):
            call.feed(frame)
        call.end().result(PATIENCE_S)
        assert lane.state().partials_waiting == 0
        assert lane.state().shed == 0
