"""What becomes of words that are not wanted any more."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, cast

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from server.lane.client import Lane
from server.lane.desk import Answer
from server.live.words import LiveWords
from tests.voice.sound import sample
from voice.events import UtteranceEnded, WordsMissing


class Spy:
    """A lane that hears and never answers."""

    def __init__(self) -> None:
        self.asked: dict[str, Future[Answer]] = {}

    def submit(self, _: str, utterance_id: str, *args: Any, **options: Any) -> Future[Answer]:
        """Take note."""
        return self.asked.setdefault(utterance_id, Future())


def test_after_a_refusal_nothing_more_goes_to_the_lane_and_nothing_is_awaited() -> None:
    session = CallSession(
        CallSetup(
            call_id="c", roles=("caller", "agent"), language="en", playbook=bundled("en"),
            thresholds=Thresholds(), words=True,
        )
    )  # fmt: skip
    lane = Spy()
    words = LiveWords(
        session, cast("Lane", lane), call_id="c", language="en", hotwords=None, early=False,
        arrived=lambda: None,
    )  # fmt: skip
    call = sample("en-rising")[0]
    told = session.feed(call[:, : 20 * 8000])
    words.take(told)
    before = dict(lane.asked)
    assert before
    words.refuse("opted_out")
    assert all(answer.cancelled() for answer in before.values())
    words.deliver()
    later = session.feed(call[:, 20 * 8000 : 40 * 8000])
    words.take(later)
    assert any(isinstance(logged.event, UtteranceEnded) for logged in later)
    assert lane.asked == before
    last = session.end_audio()
    words.take(last)
    assert session.awaited(float("inf")) == []
    log = [logged.event for logged in (*told, *later, *last, *session.finish())]
    missing = [event for event in log if isinstance(event, WordsMissing)]
    ended = [event for event in log if isinstance(event, UtteranceEnded)]
    assert len(missing) == len(ended)
    assert {event.reason for event in missing} == {"opted_out"}
