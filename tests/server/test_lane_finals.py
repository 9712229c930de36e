"""Utterances on their way to the lane: early where they are likely over, and the same words."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np
import pytest

from coaching.session import CallSession, Logged
from server.lane.client import Lane
from server.lane.desk import Answer
from server.lane.finals import LIKELY_OVER_S, Finals, words_of
from server.lane.languages import Languages
from server.lane.lockstep import Lockstep
from server.lane.settings import LaneSettings
from tests.server.lane_fakes import Answering, NotedLane, load, transcript
from tests.server.test_lane_lockstep import CALL, setup
from voice.clock import TICK
from voice.events import Language, UtteranceEnded, WordsFinal


@dataclass
class Call:
    """A call whose sound does not wait, but whose words are always there in time."""

    lane: Lane
    said: Language | None = "en"
    live: bool = True

    def __post_init__(self) -> None:
        self.session = CallSession(setup())
        self.finals = Finals(
            self.session, self.lane, call_id="call", languages=Languages(self.said)
        )
        self.log: list[Logged] = []
        self.answers: dict[str, tuple[UtteranceEnded, Future[Answer]]] = {}

    def tick(self, at: int) -> None:
        """Hear a tick."""
        self.bring(self.session.now_s + 0.1)
        self.take(self.session.feed(CALL[:, at : at + TICK]))
        if self.live:
            self.finals.guess()

    def take(self, told: list[Logged]) -> None:
        """Hand in what has ended."""
        self.log += told
        for ended, answer in self.finals.submit(told):
            self.answers[ended.utterance_id] = ended, answer

    def bring(self, until_s: float) -> None:
        """Bring the words that are due."""
        for name in self.session.awaited(until_s):
            ended, answer = self.answers[name]
            self.session.words(words_of(ended, answer.result()))

    def finish(self) -> None:
        """End it."""
        self.take(self.session.end_audio())
        self.bring(float("inf"))
        self.take(self.session.finish())


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(load, LaneSettings(workers=1, nice=0, measure_s=0)) as opened:
        yield opened


def test_guesses_change_nothing_but_when_words_are_asked_for(lane: Lane) -> None:
    call = Call(lane)
    for at in range(0, CALL.shape[1], TICK):
        call.tick(at)
    call.finish()
    waiting = Lockstep(CallSession(setup()), lane, call_id="other", language="en")
    assert call.log == waiting.feed(CALL) + waiting.finish()
    assert sum(isinstance(logged.event, WordsFinal) for logged in call.log) >= 10


def test_most_utterances_are_asked_for_long_before_their_end_is_known() -> None:
    lane = NotedLane()
    call = Call(lane)
    asked_at_s: list[float] = []
    early_s: list[float] = []
    for at in range(0, CALL.shape[1], TICK):
        before = len(call.log)
        for name in call.session.awaited(call.session.now_s + 0.1):
            call.session.words(words_of(call.answers[name][0], transcript("amber")))
        call.tick(at)
        asked_at_s += [call.session.now_s] * (len(lane.asked) - len(asked_at_s))
        for logged in call.log[before:]:
            if isinstance(logged.event, UtteranceEnded):
                answer = call.answers[logged.event.utterance_id][1]
                number = [one.answer for one in lane.asked].index(answer)
                early_s.append(logged.event.known_at_s - asked_at_s[number])
                delay_s = asked_at_s[number] - logged.event.at_s
                assert delay_s < LIKELY_OVER_S + 0.15
    assert len(early_s) >= 8
    assert sorted(early_s)[1] >= 0.2 - 1e-9
    used = {id(answer) for _, answer in call.answers.values()}
    for one in lane.asked:  # what was not over is not wanted
        assert one.answer.cancelled() is (id(one.answer) not in used)


def test_speech_that_goes_on_takes_a_guess_back() -> None:
    lane = Answering()
    call = Call(lane)
    for at in range(0, 17 * 8000, TICK):  # the caller pauses for half a second at 13 s
        call.tick(at)
    again = [one for one in lane.asked if one.utterance_id == "0-2"]
    first, second = again
    assert len(second.samples) > len(first.samples)
    assert call.answers["0-2"][1] is second.answer
    assert np.array_equal(second.samples[:16000], first.samples[:16000])


def test_each_channel_is_asked_for_in_its_own_language_once_it_is_known() -> None:
    for live in (False, True):
        lane = Answering(own="zh")
        call = Call(lane, said=None, live=live)
        for at in range(0, CALL.shape[1], TICK):
            call.tick(at)
        call.finish()
        for track in "01":
            languages = [
                one.language for one in lane.asked if one.utterance_id.startswith(f"{track}-")
            ]
            assert languages[0] is None
            assert languages[-1] == "zh"
            known = languages.index("zh")
            assert set(languages[:known]) == {None}
            assert set(languages[known:]) == {"zh"}
        if not live:
            waited = call.log
    assert call.log == waited


def test_a_guess_in_another_language_is_not_taken() -> None:
    lane = NotedLane()
    call = Call(lane, said=None)
    at = 0
    while not lane.asked:
        call.tick(at)
        at += TICK
    first = lane.asked[0]
    long = transcript(*["amber"] * 8, language="zh")
    ended = call.session.open_utterances()[0].ended
    final = words_of(ended, long)
    assert isinstance(final, WordsFinal)
    call.finals.submit([Logged(1, replace(final, at_s=final.start_s + 4.0))])
    while not call.answers:
        call.tick(at)
        at += TICK
    assert first.answer.cancelled()
    assert lane.asked[-1].utterance_id == first.utterance_id
    assert lane.asked[-1].language == "zh"
