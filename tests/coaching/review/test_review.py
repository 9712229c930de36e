"""A review says what the log says, of any log, always the same."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coaching.coach import replay
from coaching.playbook import bundled
from coaching.review import bundled_form, note_of, review_of
from coaching.review.values import SURE_FROM
from coaching.session import Logged
from coaching.thresholds import Thresholds
from server.wire import from_dict, to_line
from tests import golden
from voice.events import CallEnded, CallStarted, Fact, LostAudio, Paused, ProsodyWindow, WordsFinal

from . import talks

LOGS = [*((name, "words") for name in talks.SAMPLES), *((name, "voice") for name in golden.NAMES)]


def log_of(name: str, kind: str) -> tuple[Logged, ...]:
    return talks.sample(name) if kind == "words" else talks.by_voice(name)


@pytest.mark.parametrize(("name", "kind"), LOGS)
def test_the_same_log_gives_the_same_review_through_json_and_replay(name: str, kind: str) -> None:
    log, language = log_of(name, kind), talks.language_of(name)
    first = talks.reviewed(language, log)
    assert talks.reviewed(language, log) == first
    stored = [from_dict(json.loads(to_line(name, entry))) for entry in log]
    assert talks.reviewed(language, stored) == first
    facts = [entry.event for entry in log if isinstance(entry.event, Fact)]
    advice = replay(
        facts, ("caller", "agent"), language, bundled(language), Thresholds(), call_id=name
    )
    told = [entry.event for entry in log if not isinstance(entry.event, Fact)]
    assert advice == told
    assert json.loads(json.dumps(asdict(first)))["note"]["solved"] == first.note.solved


@given(
    which=st.sampled_from(LOGS),
    share=st.floats(0, 1),
    dropped=st.lists(st.floats(0, 1), max_size=8),
    other=st.booleans(),
)
@example(which=("en-calm", "words"), share=1.0, dropped=[0.0], other=True)
@settings(max_examples=60, deadline=None)
def test_no_log_is_too_broken_to_be_reviewed(
    which: tuple[str, str], share: float, dropped: list[float], other: bool
) -> None:
    log = list(log_of(*which))
    log = log[: round(share * len(log))]
    for place in dropped:
        if log:
            del log[round(place * (len(log) - 1))]
    language = talks.language_of(which[0])
    form = bundled_form(({"en": "zh", "zh": "en"} if other else {"en": "en", "zh": "zh"})[language])
    review = review_of(log, form=form, playbook=bundled(language))
    assert review.note == note_of(log, playbook=bundled(language))
    assert len(review.moments) <= 3
    kinds = {type(entry.event) for entry in log}
    assert review.complete == ({CallStarted, CallEnded} <= kinds)
    if not review.complete or other:
        assert review.scorecard.score is None
    json.dumps(asdict(review))


def test_an_empty_log_is_a_call_of_which_nothing_is_known() -> None:
    review = talks.reviewed("en", [])
    assert [limit.kind for limit in review.limits] == ["cut_log", "no_speech", "unknown_role"]
    assert (review.wanted, review.outcome.resolved, review.moments) == (None, "unknown", ())


def test_every_prefix_of_a_log_is_reviewed() -> None:
    log = talks.sample("en-rising")
    for end in range(0, len(log), 9):
        review = talks.reviewed("en", log[:end])
        assert not review.complete
        assert all(moment.to_s <= review.duration_s + 1e-9 or end < 5 for moment in review.moments)


@pytest.mark.parametrize("name", golden.NAMES)
def test_a_golden_call_by_voice_alone(name: str) -> None:
    review = talks.reviewed(talks.language_of(name), talks.by_voice(name))
    assert [limit.kind for limit in review.limits] == ["voice_only"]
    assert review.scorecard.score is None  # who spoke when answers too little of the form
    answered = {a.criterion_id for a in review.scorecard.answers if a.answer is not None}
    assert answered == {"lets_finish", "share_of_talk", "pace"}
    rising = name == "en-rising"
    assert review.moments[0].kind == ("tension" if rising else "withdrawal")
    assert [card.did for card in review.cards] == ["unknown"] * len(review.cards)
    assert [span.state for span in review.states] == (
        ["calm", "tense", "calm"] if rising else ["calm"]
    )
    assert review.withdrawals or rising


def test_the_lanes_hold_what_the_facts_say() -> None:
    review = talks.reviewed("en", talks.by_voice("en-rising"))
    spoken = {lane.role: sum(s.to_s - s.from_s for s in lane.speech) for lane in review.lanes}
    assert spoken == pytest.approx(review.coverage.speech_s, abs=0.01)
    assert len(review.index) > 50
    tense = review.states[1]
    assert tense.peak_index == review.account.peak_index
    assert tense.ended == "heard"
    calm = [point for point in review.voice if point.calm_f0_st is not None]
    assert len(calm) == len(review.index)


def test_of_the_agents_voice_nothing_is_taken_whatever_a_log_holds() -> None:
    log = [
        Logged(entry.seq, replace(entry.event, f0_median_st=9.0, f0_median_hz=200.0))
        if isinstance(entry.event, ProsodyWindow) and entry.event.role == "agent"
        else entry
        for entry in talks.by_voice("en-rising")
    ]
    assert log != list(talks.by_voice("en-rising"))
    assert 9.0 not in {point.f0_st for point in talks.reviewed("en", log).voice}


def test_every_quote_is_from_the_call() -> None:
    for name in talks.SAMPLES:
        log = talks.sample(name)
        texts = {e.event.utterance_id: e.event.text for e in log if isinstance(e.event, WordsFinal)}
        review = talks.reviewed(talks.language_of(name), log)
        quoted = _lines(asdict(review))
        assert len(quoted) > 10
        for line in quoted:
            if line["text"] and line["utterance_id"]:
                assert line["text"] in texts[line["utterance_id"]]


def _lines(found: Any) -> list[dict[str, Any]]:
    """All lines anywhere in a review."""
    if isinstance(found, dict):
        own = [found] if {"text", "utterance_id", "about"} <= found.keys() else []
        return own + [line for value in found.values() for line in _lines(value)]
    if isinstance(found, (list, tuple)):
        return [line for value in found for line in _lines(value)]
    return []


def test_words_below_the_limit_are_no_evidence() -> None:
    def unsure(entry: Logged) -> Logged:
        fact = entry.event
        if not isinstance(fact, WordsFinal):
            return entry
        words = tuple(replace(word, probability=SURE_FROM - 0.1) for word in fact.words)
        return Logged(entry.seq, replace(fact, words=words))

    sure = talks.reviewed("en", talks.sample("en-rising"))
    review = talks.reviewed("en", [unsure(entry) for entry in talks.sample("en-rising")])
    assert "unsure_words" in [limit.kind for limit in review.limits]
    assert review.scorecard.score is None
    assert (review.note.agreed, review.note.solved) == (None, None)
    assert sure.note.agreed is not None
    name = next(a for a in review.scorecard.answers if a.criterion_id == "opening_name")
    assert (name.answer, name.not_assessable) == (None, "unsure_words")
    assert name.evidence  # what may have been said is shown to whoever looks
    assert not [moment for moment in review.moments if moment.quote]


def test_lost_audio_is_told_once_and_a_pause_is_none() -> None:
    log = list(talks.by_voice("en-rising"))
    lost: dict[str, Any] = {"track": 0, "role": "caller", "start_s": 10.0}
    paused: dict[str, Any] = {"track": 0, "role": "caller", "start_s": 40.1}
    more = [
        LostAudio(at_s=10.2, known_at_s=10.2, **lost),
        LostAudio(at_s=22.0, known_at_s=22.0, **lost),
        Paused(at_s=40.0, known_at_s=40.0, on=True),
        LostAudio(at_s=50.0, known_at_s=50.0, **paused),
        Paused(at_s=50.0, known_at_s=50.0, on=False),
    ]
    review = talks.reviewed("en", [*log, *(Logged(1000 + n, fact) for n, fact in enumerate(more))])
    assert [(gap.kind, gap.from_s, gap.to_s) for gap in review.gaps] == [
        ("lost", 10.0, 22.0),
        ("pause", 40.0, 50.0),
    ]
    assert review.coverage.lost_share == pytest.approx(12.0 / (2 * review.duration_s), abs=1e-3)
    limits = {limit.kind: limit.values for limit in review.limits}
    assert limits["paused"] == {"seconds": 10.0}
    assert limits["lost_audio"]["share"] == review.coverage.lost_share
