"""What cannot be known is said, and the rest is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coaching.playbook import bundled
from coaching.review import bundled_form
from coaching.review.log import CallLog
from coaching.review.swapped import sides, swapped
from coaching.session import Logged
from tests.coaching.script import Script
from tests.scenarios.play import scenarios
from voice.events import CallStarted, Degraded, Fact, Role, SpeechEnded

from . import talks


def kinds(log: Any, language: Any = "en") -> list[str]:
    return [limit.kind for limit in talks.reviewed(language, log).limits]


@pytest.mark.parametrize(
    "name", ["en-calm", "en-gives-up", "en-rising", "zh-gives-up", "zh-rising"]
)
def test_swapped_channels_are_heard_in_the_words(name: str) -> None:
    language = talks.language_of(name)
    assert kinds(talks.sample(name), language) == []
    review = talks.reviewed(language, talks.sample(name, swapped=True))
    assert [limit.kind for limit in review.limits] == ["swapped_channels"]
    assert {a.not_assessable for a in review.scorecard.answers} == {"swapped_channels"}


def test_no_written_call_sounds_swapped() -> None:
    for _, language, scenario in scenarios():
        log = talks.call(language, *scenario["call"])
        assert not swapped(CallLog(log, bundled(language)))


def test_a_few_words_do_not_swap_the_channels() -> None:
    log = talks.call("en", {"caller": "How can I help?"}, {"agent": "My phone is broken."})
    call = CallLog(log, bundled("en"))
    assert sides(call, 0).other == 2
    assert not swapped(call)


def mono(name: str) -> list[Logged]:
    """A bundled call as one track would have it: nobody knows who speaks."""
    log = talks.sample(name)
    facts: list[Fact] = []
    for entry in log:
        event = entry.event
        if isinstance(event, CallStarted):
            start = replace(event, roles=("unknown",))
            facts += [start, Degraded(at_s=0.0, known_at_s=0.0, reason="mono")]
        elif isinstance(event, Fact):
            track = 0 if event.track is not None else None
            facts.append(replace(event, track=track, role="unknown"))
    return talks.logged(facts)


def test_a_mono_call_has_words_without_speakers() -> None:
    review = talks.reviewed("en", mono("en-rising"))
    assert [limit.kind for limit in review.limits] == ["mono"]
    assert "roles" in review.limits[0].hides
    assert review.note.request is not None
    assert review.note.request.text == "I am calling about the laptop I ordered two weeks ago"
    assert [promise.due for promise in review.promises] == [
        "today", "before six this evening", "at five",
    ]  # fmt: skip
    assert {promise.who for promise in review.promises} == {"unknown"}
    assert (review.voice, review.index[0].index, review.scorecard.score) == ((), None, None)
    assert {a.not_assessable for a in review.scorecard.answers} == {"mono"}
    assert review.outcome.left == "not assessable"


def test_roles_that_nobody_gave() -> None:
    roles: tuple[Role, ...] = ("unknown", "unknown")
    script = Script(roles=roles).words(10.0, "I want to cancel my order.", "unknown")
    script.add(
        Degraded(at_s=0.0, known_at_s=0.0, reason="unknown_role"),
        SpeechEnded(at_s=9.0, known_at_s=9.0, track=0, role="unknown", start_s=2.0),
    )
    review = talks.reviewed("en", talks.logged(script.all_facts(30.0)))
    assert [limit.kind for limit in review.limits] == ["unknown_role"]
    assert review.wanted is not None
    assert review.wanted.quote == "I want to cancel my order"


def unnamed(name: str) -> list[Logged]:
    """A bundled call of whose two tracks nobody said whose they are."""
    facts: list[Fact] = []
    for entry in talks.sample(name):
        event = entry.event
        if isinstance(event, CallStarted):
            start = replace(event, roles=("unknown", "unknown"))
            facts += [start, Degraded(at_s=0.0, known_at_s=0.0, reason="unknown_role")]
        elif isinstance(event, Fact):
            facts.append(replace(event, role="unknown"))
    return talks.logged(facts)


@pytest.mark.parametrize("name", ["en-rising", "zh-gives-up"])
def test_the_words_may_say_whose_track_is_the_callers(name: str) -> None:
    review = talks.reviewed(talks.language_of(name), unnamed(name))
    (limit,) = review.limits
    assert (limit.kind, limit.values) == ("unknown_role", {"caller_track": 0})
    note = review.note  # who accepts what cannot be known
    assert (note.agreed, note.solved, note.suggested_outcome) == (None, None, None)
    assert note.request is not None


def test_a_call_without_speech() -> None:
    assert kinds(talks.logged(Script().all_facts(30.0))) == ["no_speech"]


def test_late_words_are_counted() -> None:
    late = [Degraded(at_s=t, known_at_s=t, reason="late_words") for t in (5.0, 9.0)]
    log = [*talks.sample("en-calm"), *(Logged(900 + n, fact) for n, fact in enumerate(late))]
    (limit,) = talks.reviewed("en", log).limits
    assert (limit.kind, limit.values) == ("late_words", {"times": 2})


def test_a_voice_hardly_heard_is_no_baseline() -> None:
    log = talks.logged(Script().voice(2, 5).agent(6, 12, "How can I help?").all_facts(20.0))
    (limit,) = [x for x in talks.reviewed("en", log).limits if x.kind == "short_baseline"]
    assert 0 <= float(limit.values["seconds"]) < 8


def test_the_same_limits_with_any_form() -> None:
    assert bundled_form("en") != bundled_form("zh")
    assert kinds(talks.sample("zh-calm"), "zh") == kinds(talks.sample("zh-calm"), "zh") == []
