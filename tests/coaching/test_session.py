"""The core as drivers use it: one session a call, whatever the pace and the chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from coaching.advice import Advice, ObjectionHeard
from coaching.coach import replay
from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup, Logged
from coaching.thresholds import Thresholds
from tests.voice.sound import sample
from voice.events import (
    CallEnded,
    CallStarted,
    Degraded,
    Fact,
    Language,
    Meaning,
    Pressed,
    Role,
    UtteranceEnded,
    Word,
    WordsFinal,
    WordsMissing,
    WordsUnderstood,
)

CUT = sample("en-rising")[0][:, 42 * 8000 : 72 * 8000]


class Knows:
    """A classifier that takes whatever is broken for a matter of price."""

    language: Language = "en"
    engine = "test/1"

    def meanings(self, text: str, speaker: Literal["caller", "agent"]) -> tuple[Meaning, ...]:
        """Give what the text says."""
        start = text.find("broken")
        if start < 0:
            return ()
        return (Meaning(label="objection_price", score=0.9, start=start, end=start + 6),)


def setup(*, words: bool = False, roles: tuple[Role, ...] = ("caller", "agent")) -> CallSetup:
    return CallSetup(
        call_id="call",
        roles=roles,
        language="en",
        playbook=bundled("en"),
        thresholds=Thresholds(),
        words=words,
    )


def blocks(sound: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for at in range(0, sound.shape[1], size):
        yield sound[:, at : at + size]


TALK = (
    "the kettle came late and my new lamp is broken so please send another one to our house".split()
)


def said(utterance: UtteranceEnded) -> WordsFinal:
    """Two words a second, which the guards believe."""
    count = max(1, min(len(TALK), round(2 * (utterance.at_s - utterance.start_s))))
    step_s = (utterance.at_s - utterance.start_s) / count
    words = tuple(
        Word(
            start_s=utterance.start_s + place * step_s,
            end_s=utterance.start_s + (place + 1) * step_s,
            text=text,
            probability=0.9,
        )
        for place, text in enumerate(TALK[:count])
    )
    return WordsFinal(
        at_s=utterance.at_s,
        known_at_s=utterance.known_at_s,
        track=utterance.track,
        role=utterance.role,
        utterance_id=utterance.utterance_id,
        start_s=utterance.start_s,
        words=words,
        text=" ".join(TALK[:count]),
        language="en",
        engine="test",
    )


def run(
    size: int = 800,
    *,
    words: bool = False,
    late_ticks: int = 0,
    sound: np.ndarray = CUT,
    understanding: Knows | None = None,
    demo: bool = False,
) -> list[Logged]:
    """A call whose words, if any, come ``late_ticks`` blocks after their utterance has ended."""
    used = replace(setup(words=words), understanding=understanding, demo_words=demo)
    session = CallSession(used)
    log: list[Logged] = []
    coming: list[tuple[int, UtteranceEnded]] = []
    for number, block in enumerate(blocks(sound, size)):
        new = session.feed(block)
        log += new
        coming += [(number, e.event) for e in new if isinstance(e.event, UtteranceEnded)]
        while words and coming and coming[0][0] + late_ticks <= number:
            session.words(said(coming.pop(0)[1]))
    new = session.end_audio()
    log += new
    coming += [(0, e.event) for e in new if isinstance(e.event, UtteranceEnded)]
    if words:
        for _, utterance in coming:
            session.words(said(utterance))
    return log + session.finish()


@pytest.mark.parametrize("size", [160, 8000, 7919])
def test_the_same_log_from_any_blocks(size: int) -> None:
    assert run(size) == run()


def test_words_that_come_in_time_come_when_they_are_due() -> None:
    log = run(words=True)
    ends = {e.event.utterance_id: e.event.at_s for e in log if isinstance(e.event, UtteranceEnded)}
    finals = [e.event for e in log if isinstance(e.event, WordsFinal)]
    assert {final.utterance_id for final in finals} == set(ends)
    for final in finals:
        due_s = ends[final.utterance_id] + 1.0
        assert 0 <= final.known_at_s - due_s < 0.1 + 1e-9


def test_how_fast_words_come_does_not_matter_while_they_come_in_time() -> None:
    assert run(words=True, late_ticks=1) == run(words=True)


def test_late_words_come_late_and_it_is_said() -> None:
    log = run(words=True, late_ticks=20)
    late = [e for e in log if isinstance(e.event, Degraded) and e.event.reason == "late_words"]
    assert late
    for entry in late:
        follower = log[entry.seq].event  # seq counts from 1
        assert isinstance(follower, WordsFinal)
        assert follower.known_at_s == entry.event.known_at_s


def test_replaying_the_facts_gives_the_advice() -> None:
    for log in (run(), run(words=True), run(words=True, late_ticks=20)):
        facts = [e.event for e in log if isinstance(e.event, Fact)]
        advice = [e.event for e in log if isinstance(e.event, Advice)]
        used = setup()
        again = replay(
            facts, used.roles, used.language, used.playbook, used.thresholds, call_id="call"
        )
        assert list(again) == advice


def test_what_words_mean_is_a_fact_so_a_replay_needs_no_classifier() -> None:
    log = run(words=True, understanding=Knows())
    meant = [e for e in log if isinstance(e.event, WordsUnderstood)]
    assert meant
    for entry in meant:
        words = log[entry.seq - 2].event  # seq counts from 1
        assert isinstance(words, WordsFinal)
        assert isinstance(entry.event, WordsUnderstood)
        assert entry.event.utterance_id == words.utterance_id
        assert entry.event.known_at_s == words.known_at_s
        assert entry.event.engine == "test/1"
        (meaning,) = entry.event.meanings
        assert words.text[meaning.start : meaning.end] == "broken"
    advice = [e.event for e in log if isinstance(e.event, Advice)]
    heard = [event for event in advice if isinstance(event, ObjectionHeard)]
    assert any(event.source == "model" for event in heard)
    facts = [e.event for e in log if isinstance(e.event, Fact)]
    used = setup()
    again = replay(facts, used.roles, used.language, used.playbook, used.thresholds, call_id="call")
    assert list(again) == advice
    untold = [fact for fact in facts if not isinstance(fact, WordsUnderstood)]
    assert untold == [e.event for e in run(words=True) if isinstance(e.event, Fact)]


def test_words_of_a_demo_model_are_not_interpreted() -> None:
    log = run(words=True, understanding=Knows(), demo=True)
    assert any(isinstance(e.event, WordsFinal) for e in log)
    assert not any(isinstance(e.event, WordsUnderstood) for e in log)


def test_the_log_is_numbered_and_in_order() -> None:
    log = run(words=True)
    assert [e.seq for e in log] == list(range(1, len(log) + 1))
    known = [e.event.known_at_s for e in log]
    assert known == sorted(known)
    assert isinstance(log[0].event, CallStarted)
    facts = [e.event for e in log if isinstance(e.event, Fact)]
    assert isinstance(facts[-1], CallEnded)
    assert facts[-1].at_s == pytest.approx(30.0)


def test_a_key_is_told_at_the_next_tick() -> None:
    session = CallSession(setup())
    session.feed(CUT[:, :8000])
    session.press("not_now", "cue-1")
    told = [e.event for e in session.feed(CUT[:, 8000:8800])]
    pressed = [event for event in told if isinstance(event, Pressed)]
    assert [(p.at_s, p.known_at_s, p.cue_id) for p in pressed] == [(1.0, 1.1, "cue-1")]


def test_a_call_ends_once() -> None:
    session = CallSession(setup())
    session.feed(CUT[:, :4000])
    assert session.finish()
    assert session.finish() == []
    assert session.end_audio() == []
    with pytest.raises(RuntimeError, match="ended"):
        session.feed(CUT[:, :800])
    with pytest.raises(RuntimeError, match="ended"):
        session.press("help")


def test_a_call_ends_only_once_its_words_have_come() -> None:
    session = CallSession(setup(words=True))
    told = session.feed(CUT) + session.end_audio()
    utterances = [e.event for e in told if isinstance(e.event, UtteranceEnded)]
    assert session.awaited(99) == [u.utterance_id for u in utterances]
    with pytest.raises(RuntimeError, match="awaited"):
        session.finish()
    for u in utterances:
        session.words(
            WordsMissing(
                at_s=u.at_s,
                known_at_s=u.known_at_s,
                track=u.track,
                role=u.role,
                utterance_id=u.utterance_id,
                reason="the lane was lost",
            )
        )
    missing = [e for e in session.finish() if isinstance(e.event, WordsMissing)]
    assert len(missing) == len(utterances)
    with pytest.raises(KeyError):
        session.words(said(utterances[0]))


def test_an_empty_call_is_a_call() -> None:
    log = CallSession(setup()).finish()
    assert isinstance(log[0].event, CallStarted)
    assert isinstance(log[-1].event, CallEnded)


def test_a_mono_call_says_why_it_has_no_index() -> None:
    log = CallSession(setup(roles=("unknown",))).finish()
    reasons = [e.event.reason for e in log if isinstance(e.event, Degraded)]
    assert reasons == ["mono", "voice_only"]
