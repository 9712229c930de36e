from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from coaching.understanding import bundled as bundled_understanding
from models.transcriber import Language, Samples, Transcript
from server.lane.client import Lane, LaneSettings
from server.live.opening import Refusal
from tests.server.lane_fakes import FakeTranscriber
from tests.server.live.floors import PATIENCE_S, feed, floor_in, frames, opening, read_until, stored


def test_a_call_that_is_there_already_is_refused(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, _):
        call = floor.open(opening("a"))
        with pytest.raises(Refusal, match="a call a already") as refused:
            floor.open(opening("a"))
        assert refused.value.code == "call_exists"
        call.end().result(PATIENCE_S)
        with pytest.raises(Refusal):
            floor.open(opening("a"))


def test_too_many_calls_and_a_closing_floor_are_refused(tmp_path: Path) -> None:
    with floor_in(tmp_path, most_calls=1) as (floor, _):
        floor.open(opening("a"))
        with pytest.raises(Refusal) as refused:
            floor.open(opening("b"))
        assert refused.value.code == "too_many_calls"
        floor.drain()
        with pytest.raises(Refusal) as refused:
            floor.open(opening("c"))
        assert refused.value.code == "draining"


def test_closing_ends_all_calls_with_their_words(tmp_path: Path) -> None:
    with (
        Lane(partial(FakeTranscriber), LaneSettings(workers=1, measure_s=0, nice=0)) as lane,
        floor_in(tmp_path, lane=lane) as (floor, store),
    ):
        for name in ("a", "b"):
            call = floor.open(opening(name))
            for frame in frames("en-rising", 6):
                call.feed(frame)
        floor.close(PATIENCE_S)
        for name in ("a", "b"):
            log = "".join(stored(store, name))
            assert "words_final" in log
            assert "call_ended" in log


class Complaining(FakeTranscriber):
    """Says the same complaint of every utterance, as fast as the sound allows."""

    def transcribe(
        self, samples: Samples, language: Language | None, *, hotwords: str | None = None
    ) -> Transcript:
        """Say it."""
        said = super().transcribe(samples, language, hotwords=hotwords)
        text = "nobody ever called me back and I have waited for weeks".split()
        words = tuple(
            replace(word, text=text[place % len(text)]) for place, word in enumerate(said.words)
        )
        return replace(said, words=words, text=" ".join(word.text for word in words))


def test_live_calls_are_understood_by_the_one_classifier(tmp_path: Path) -> None:
    with (
        Lane(partial(Complaining), LaneSettings(workers=1, measure_s=0, nice=0)) as lane,
        floor_in(tmp_path, lane=lane) as (floor, store),
    ):
        for name in ("a", "b"):
            call = floor.open(opening(name, pacing="lockstep"))
            feed(call, frames("en-rising", 16))
            call.end().result(PATIENCE_S)
        logs = [[json.loads(line) for line in stored(store, name)] for name in ("a", "b")]
    understood = [[e for e in log if e["type"] == "words_understood"] for log in logs]
    assert understood[0]
    assert {event["engine"] for event in understood[0]} == {bundled_understanding("en").engine}
    assert [{**e, "id": ""} for e in understood[0]] == [{**e, "id": ""} for e in understood[1]]
    labels = {meaning["label"] for event in understood[0] for meaning in event["meanings"]}
    assert "objection_service" in labels


def test_a_follower_goes_from_call_to_call(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, _):
        news = Event()
        following = floor.follow("7", news.set)
        assert [json.loads(text)["kind"] for text in following.read()] == ["waiting"]
        for name in ("a", "b"):
            call = floor.open(opening(name))
            floor.open(opening(f"{name}-other", agent_id="8"))
            for frame in frames("en-rising", 2):
                call.feed(frame)
            call.end()
            got = read_until(following, news, lambda got: any(one["kind"] == "end" for one in got))
            named = {one["call_id"] for one in got if one["kind"] == "event"}
            assert named == {name}
        following.close()


def test_a_follower_reads_the_rest_of_a_call_that_is_over(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, store):
        call = floor.open(opening("a"))
        for frame in frames("en-rising", 3):
            call.feed(frame)
        call.end().result(PATIENCE_S)
        floor.open(opening("b"))
        news = Event()
        following = floor.follow("7", news.set, call_id="a", from_seq=4)
        got = read_until(following, news, lambda got: any(one.get("call_id") == "b" for one in got))
        seqs = [
            one["event"]["seq"] for one in got if one["kind"] == "event" and one["call_id"] == "a"
        ]
        assert seqs == list(range(4, store.last_seq("a") + 1))


def test_a_transferred_call_is_followed_by_the_other_agent(tmp_path: Path) -> None:
    with floor_in(tmp_path) as (floor, _):
        call = floor.open(opening("a"))
        mine, theirs = Event(), Event()
        for frame in frames("en-rising", 1):
            call.feed(frame)
        here, there = floor.follow("7", mine.set), floor.follow("8", theirs.set)
        read_until(here, mine, lambda got: any(one["kind"] == "event" for one in got))
        assert json.loads(there.read()[0])["kind"] == "waiting"
        call.transfer("8")
        read_until(there, theirs, lambda got: any(one["kind"] == "event" for one in got))
        read_until(here, mine, lambda got: any(one["kind"] == "waiting" for one in got))


def test_the_state_tells_what_is_going_on(tmp_path: Path) -> None:
    with floor_in(tmp_path, workers=2) as (floor, _):
        call = floor.open(opening("a"))
        reader = floor.subscribe("a", 1, lambda: None)
        for frame in frames("en-rising", 3):
            call.feed(frame)
        state = floor.state()
        assert (state.calls, state.watched, state.workers, state.workers_alive) == (1, 1, 2, 2)
        reader.close()
        call.end().result(PATIENCE_S)
        state = floor.state()
        assert (state.calls, state.watched) == (0, 0)
        assert state.told.events["call_started"] == 1
        assert state.told.delay_p95_s is not None
        assert state.told.unstored == 0
