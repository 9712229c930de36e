"""A recording with words: the same log at any speed, and the same advice from its facts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from coaching.advice import Advice
from coaching.coach import replay
from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup, Logged
from coaching.thresholds import Thresholds
from server.lane.client import Lane
from server.lane.lockstep import Lockstep
from server.lane.settings import LaneSettings
from server.wire import to_line
from tests.server.lane_fakes import load
from tests.voice.sound import sample
from voice.events import CallStarted, Fact, UtteranceEnded, WordsFinal, WordsMissing

CALL = sample("en-rising")[0][:, 30 * 8000 : 75 * 8000]


class Pace:
    """A clock that only sleeping moves on; it sleeps a hundredth of what it is told."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.now_s = 0.0

    def blocks(self, size: int) -> Iterator[NDArray[np.float32]]:
        """The call in blocks, each when its last sample is due."""
        for at in range(0, CALL.shape[1], size):
            due_s = (at + size) / 8000 / self.speed
            self._sleep(due_s - self.now_s)
            yield CALL[:, at : at + size]

    def _sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds) / 100)
        self.now_s += max(0.0, seconds)


def setup() -> CallSetup:
    return CallSetup(
        call_id="call",
        roles=("caller", "agent"),
        language="en",
        playbook=bundled("en"),
        thresholds=Thresholds(),
        words=True,
    )


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    """Two workers, so that words come out of order."""
    with Lane(load, LaneSettings(workers=2, nice=0, measure_s=0)) as opened:
        yield opened


def hear(
    lane: Lane,
    blocks: Iterator[NDArray[np.float32]],
    *,
    hotwords: str = "slow",
) -> list[Logged]:
    call = Lockstep(
        CallSession(setup()),
        lane,
        call_id="call",
        language="en",
        hotwords=hotwords,
    )
    log = [logged for block in blocks for logged in call.feed(block)]
    return log + call.finish()


def whole() -> Iterator[NDArray[np.float32]]:
    yield CALL


def lines(log: list[Logged]) -> list[str]:
    return [to_line("call", logged) for logged in log]


@pytest.fixture(scope="module")
def review(lane: Lane) -> list[Logged]:
    """The log of the call, fed at once."""
    return hear(lane, whole())


def test_1x_20x_and_review_write_the_same_bytes(lane: Lane, review: list[Logged]) -> None:
    expected = lines(review)
    assert sum('"words_final"' in line for line in expected) >= 10
    assert lines(hear(lane, Pace(1).blocks(160))) == expected
    assert lines(hear(lane, Pace(20).blocks(7919))) == expected
    # words that come at once, one by one in order
    assert lines(hear(lane, whole(), hotwords="")) == expected


def test_replaying_the_facts_gives_the_advice_byte_for_byte(review: list[Logged]) -> None:
    used = setup()
    facts = [logged.event for logged in review if isinstance(logged.event, Fact)]
    again = replay(facts, used.roles, used.language, used.playbook, used.thresholds, call_id="call")
    advice = [logged for logged in review if isinstance(logged.event, Advice)]
    assert len(advice) > 20
    told = [Logged(logged.seq, new) for logged, new in zip(advice, again, strict=True)]
    assert lines(told) == lines(advice)


def test_words_come_a_second_after_their_utterance_with_the_times_of_the_call(
    review: list[Logged],
) -> None:
    events = [logged.event for logged in review]
    utterances = {e.utterance_id: e for e in events if isinstance(e, UtteranceEnded)}
    finals = [event for event in events if isinstance(event, WordsFinal)]
    assert {final.utterance_id for final in finals} == set(utterances)
    for final in finals:
        utterance = utterances[final.utterance_id]
        assert utterance.reason in ("silence", "end")
        assert final.known_at_s >= utterance.at_s + 1.0 > final.known_at_s - 0.1 - 1e-9
        assert (final.track, final.role) == (utterance.track, utterance.role)
        # the sound begins 0.2 s before the speech, and the fake says a word each half second
        assert final.words[0].start_s == pytest.approx(max(0.0, utterance.start_s - 0.2), abs=0.002)
        for one, other in pairwise(final.words):
            assert other.start_s == pytest.approx(one.start_s + 0.5, abs=0.002)
        assert final.text == " ".join(word.text for word in final.words)
        assert final.engine == "fake-1"


def test_a_lane_that_is_lost_leaves_a_call_without_words_but_whole() -> None:
    lane = Lane(load, LaneSettings(workers=1, measure_s=0))
    lane.start()
    lane.close()
    log = hear(lane, whole())
    utterances = [e for e in log if isinstance(e.event, UtteranceEnded)]
    missing = [e.event for e in log if isinstance(e.event, WordsMissing)]
    assert len(missing) == len(utterances) >= 10
    assert {event.reason for event in missing} == {"closed"}
    assert isinstance(log[0].event, CallStarted)
