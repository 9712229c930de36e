"""First guesses of what is being said: when they are asked for, and what is shown of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coaching.session import CallSession, Logged
from models import catalog
from server.lane import schedule
from server.lane.client import Lane
from server.lane.desk import NotHeard
from server.lane.finals import Finals, words_of
from server.lane.languages import Languages
from server.lane.lockstep import Lockstep
from server.lane.partials import Partials
from server.lane.settings import LaneSettings
from server.words import loader
from tests.server.lane_fakes import (
    PATIENCE_S,
    Answering,
    Asked,
    NotedLane,
    transcript,
    until,
)
from tests.server.test_lane_lockstep import CALL, setup
from voice.clock import TICK
from voice.events import WordsFinal, WordsPartial

SPEECH = slice(6 * 8000, 17 * 8000)
"""The caller speaks alone from 7 to 14 s of the call."""


class Watched:
    """A call that somebody watches, tick by tick."""

    def __init__(self, lane: Lane, sound: np.ndarray = CALL) -> None:
        self.session = CallSession(setup())
        self.partials = Partials(self.session, lane, call_id="call", languages=Languages("en"))
        self.sound = sound
        self.ticks = 0
        self.told: list[WordsPartial] = []

    def tick(self) -> list[WordsPartial]:
        """Hear a tick."""
        self.session.feed(self.sound[:, self.ticks * TICK : (self.ticks + 1) * TICK])
        self.ticks += 1
        new = self.partials.look()
        self.told += new
        return new

    def until_asked(self, lane: NotedLane, count: int) -> Asked:
        """Hear until so many partials were asked for."""
        while len(lane.asked) < count:
            self.tick()
        return lane.asked[count - 1]


def test_an_open_utterance_is_asked_for_every_second_from_its_start() -> None:
    lane = NotedLane()
    call = Watched(lane, CALL[:, SPEECH])
    asked_at_s = []
    for _ in range(CALL[:, SPEECH].shape[1] // TICK):
        before = len(lane.asked)
        call.tick()
        asked_at_s += [call.session.now_s] * (len(lane.asked) - before)
    assert len(asked_at_s) >= 5
    assert np.diff(asked_at_s).min() >= 1.0 - 1e-9
    assert {one.kind for one in lane.asked} == {"partial"}
    for one, other in zip(lane.asked, lane.asked[1:], strict=False):
        if one.utterance_id == other.utterance_id:
            assert len(other.samples) > len(one.samples) >= 16000
            same = len(one.samples) - 3200
            assert np.array_equal(one.samples[:same], other.samples[:same])


def test_what_two_guesses_agree_on_is_told_once() -> None:
    lane = NotedLane()
    call = Watched(lane, CALL[:, SPEECH])
    first = call.until_asked(lane, 1)
    first.answer.set_result(transcript("my", "lamp", "is", "broke"))
    assert call.tick() == []
    second = call.until_asked(lane, 2)
    second.answer.set_result(transcript("My", "lamp", "is", "broken,", "again"))
    (told,) = call.tick()
    assert told.text == "My lamp is"
    assert (told.track, told.role) == (0, "caller")
    assert told.utterance_id == second.utterance_id == first.utterance_id
    assert told.known_at_s == call.session.now_s
    third = call.until_asked(lane, 3)
    third.answer.set_result(transcript("My", "lamp", "is"))
    assert call.tick() == []  # nothing new


def test_numbers_are_masked() -> None:
    lane = NotedLane()
    call = Watched(lane, CALL[:, SPEECH])
    number = transcript("it", "is", "4929", "13", "41", "so")
    for count, answer in enumerate((transcript("it"), transcript("is"), number, number), 1):
        call.until_asked(lane, count).answer.set_result(answer)
        call.tick()
    (told,) = call.told
    assert "4929" not in told.text
    assert told.text.startswith("it is [")


def test_inventions_are_not_shown_and_chinese_is_simplified() -> None:
    lane = NotedLane()
    call = Watched(lane, CALL[:, SPEECH])
    invented = transcript("Thanks", "for", "watching!")
    for count in (1, 2):
        call.until_asked(lane, count).answer.set_result(invented)
        call.tick()
    assert call.told == []
    for count in (3, 4):
        call.until_asked(lane, count).answer.set_result(transcript(*"我要退貨", language="zh"))
        call.tick()
    assert [told.text for told in call.told] == ["我要退货"]


def test_what_comes_after_the_end_is_thrown_away() -> None:
    lane = NotedLane()
    call = Watched(lane, CALL[:, SPEECH])
    first = call.until_asked(lane, 1)
    while first.utterance_id in {
        open_.ended.utterance_id for open_ in call.session.open_utterances()
    }:
        call.tick()
    assert all(
        one.answer.cancelled() for one in lane.asked if one.utterance_id == first.utterance_id
    )
    assert call.told == []


def test_what_was_left_out_is_left_out() -> None:
    lane = NotedLane()
    call = Watched(lane, CALL[:, SPEECH])
    call.until_asked(lane, 1).answer.set_result(NotHeard("shed"))
    assert call.tick() == []


def test_two_who_speak_at_once_take_turns() -> None:
    lane = NotedLane()
    caller = CALL[0, SPEECH]
    call = Watched(lane, np.stack([caller, caller]))
    for _ in range(len(caller) // TICK):
        call.tick()
    tracks = [one.utterance_id[0] for one in lane.asked[:4]]
    assert tracks == ["0", "1", "0", "1"]


def test_nothing_is_asked_for_once_nobody_watches() -> None:
    lane = NotedLane()
    call = Watched(lane, CALL[:, SPEECH])
    assert lane.watched == {"call"}
    asked = call.until_asked(lane, 1)
    call.partials.close()
    assert lane.watched == set()
    assert asked.answer.cancelled()


def watched(lane: Lane, seconds: float) -> tuple[list[Logged], list[WordsPartial]]:
    """Log and partials of a call whose sound comes no faster than its words."""
    session = CallSession(setup())
    languages = Languages("en")
    finals = Finals(session, lane, call_id="watched", languages=languages)
    partials = Partials(session, lane, call_id="watched", languages=languages)
    log: list[Logged] = []
    shown: list[WordsPartial] = []

    def bring(told: list[Logged]) -> None:
        log.extend(told)
        for ended, answer in finals.submit(told):
            session.words(words_of(ended, answer.result(PATIENCE_S)))

    for at in range(0, round(seconds * 8000), TICK):
        bring(session.feed(CALL[:, at : at + TICK]))
        shown += partials.look()
        until(lambda: lane.state().partials_waiting + lane.state().busy == 0)
    bring(session.end_audio())
    bring(session.finish())
    partials.close()
    return log, shown


def test_watching_changes_no_event() -> None:
    lane = Answering()
    log, shown = watched(lane, 20.0)
    unwatched = Lockstep(CallSession(setup()), lane, call_id="call", language="en")
    assert log == unwatched.feed(CALL[:, : 20 * 8000]) + unwatched.finish()
    assert shown


def test_the_bundled_model_says_the_beginning_of_what_it_says_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "PARTIAL_GAP_S", 0.0)  # on the lane's clock; the call's is kept
    places = catalog.Places(fetched=tmp_path, cache=tmp_path / "cache")
    model = catalog.find("auto", places, language="en", device="cpu")
    with Lane(loader(model), LaneSettings(workers=1, nice=0, measure_s=0)) as lane:
        log, shown = watched(lane, 20.0)
    finals = {e.event.utterance_id: e.event for e in log if isinstance(e.event, WordsFinal)}
    agreed = 0
    for partial in shown:
        meant = _bare(finals[partial.utterance_id].text)
        said = _bare(partial.text)
        agreed += meant[: len(said)] == said
    assert len(shown) >= 4
    assert agreed >= 0.7 * len(shown)


def _bare(text: str) -> list[str]:
    return [word.strip(",.?!").lower() for word in text.split()]
