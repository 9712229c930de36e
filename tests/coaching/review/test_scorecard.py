"""Answers come from evidence, and what cannot be assessed leaves the denominator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from coaching.playbook import bundled
from coaching.review import Form, Review, bundled_form, review_of
from coaching.review.scorecard import WORTH, NotAssessable, Scorecard
from coaching.session import Logged
from tests.coaching.script import Script
from voice.events import CallEnded, CallStarted, Degraded, Pressed, SpeechEnded, WordsMissing

from . import talks


def card(log: list[Logged] | tuple[Logged, ...], form: Form | None = None) -> Scorecard:
    return review_of(log, form=form or bundled_form("en"), playbook=bundled("en")).scorecard


def replies(scorecard: Scorecard) -> dict[str, str | None]:
    return {a.criterion_id: a.answer or a.not_assessable for a in scorecard.answers}


def ours(evidence: str, more: str = "", phrases: str = "{}") -> Form:
    return Form.from_yaml(
        f"{{title: t, language: en, phrases: {phrases}, criteria: [{{id: one, title: t,"
        f" question: q, weight: 1, evidence: {evidence} {more}}}]}}"
    )


@pytest.mark.parametrize("name", talks.SAMPLES)
def test_the_score_is_the_weighted_mean_of_what_could_be_assessed(name: str) -> None:
    found = talks.reviewed(talks.language_of(name), talks.sample(name)).scorecard
    assessed = [(a.weight, WORTH[a.answer]) for a in found.answers if a.answer is not None]
    assert 5 < len(assessed) < len(found.answers)
    whole = sum(weight for weight, _ in assessed)
    expected = 100 * sum(weight * worth for weight, worth in assessed) / whole
    assert found.score == pytest.approx(expected, abs=0.06)
    assert found.assessed_share == pytest.approx(
        whole / sum(a.weight for a in found.answers), abs=0.001
    )
    for answer in found.answers:
        assert (answer.answer is None) == (answer.not_assessable is not None)
        if answer.answer in ("partly", "no") and answer.evidence:
            assert all(line.at_s >= 0 for line in answer.evidence)


def test_each_answer_of_a_bad_call_has_its_moment() -> None:
    found = {a.criterion_id: a for a in card(talks.sample("en-rising")).answers}
    respect = found["respect"]
    assert (respect.answer, respect.evidence[0].text) == ("no", "Please calm down")
    assert 52 < respect.evidence[0].at_s < 54
    assert respect.evidence[0].about == "dismisses"
    empathy = found["empathy"]
    assert empathy.answer == "yes"
    assert all(line.at_s > 45 for line in empathy.evidence)  # not before the caller was upset


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda log: log[:-40], "cut_log"),
        (lambda log: [*log, _pressed()], "opted_out"),
        (lambda log: [*log, _degraded("mono")], "mono"),
        (lambda log: [*log, _degraded("identical_channels")], "identical_channels"),
        (lambda log: [*log, _degraded("unknown_role")], "unknown_role"),
        (lambda log: [*log, _degraded("demo_words")], "demo_words"),
    ],
)  # fmt: skip
def test_what_takes_everything_away_takes_the_score_away(broken: object, why: str) -> None:
    assert callable(broken)
    found = card(broken(list(talks.sample("en-rising"))))
    assert set(replies(found).values()) == {why}
    assert (found.score, found.assessed_share) == (None, 0.0)


def _degraded(reason: Any) -> Logged:
    return _logged(Degraded(at_s=0.0, known_at_s=0.0, reason=reason))


def _pressed() -> Logged:
    return _logged(Pressed(at_s=1.0, known_at_s=1.0, key="opted_out"))


def _logged(event: Degraded | Pressed) -> Logged:
    return Logged(9999, event)


def test_demo_words_are_never_scored() -> None:
    review = talks.reviewed("en", talks.sample("en-rising", demo=True))
    assert [limit.kind for limit in review.limits] == ["demo_words"]
    assert set(replies(review.scorecard).values()) == {"demo_words"}
    assert review.note.request is None
    assert review.note.promises == ()
    assert [card.did for card in review.cards] == ["unknown"] * len(review.cards)


def test_another_language_and_a_form_that_asks_for_what_is_not_there() -> None:
    found = card(talks.sample("zh-rising"))
    assert set(replies(found).values()) == {"other_language"}
    strange = card(talks.sample("en-rising"), ours("{shows: [sings]}"))
    assert replies(strange) == {"one": "not_in_playbook"}


def test_the_forms_own_phrases_count() -> None:
    form = ours("{shows: [number]}", phrases="{number: [order number]}")
    found = card(talks.sample("en-rising"), form).answers[0]
    assert found.answer == "yes"
    assert [line.text for line in found.evidence] == ["May I have your order number"]
    late = ours("{shows: [number], by_s: 5}", phrases="{number: [order number]}")
    assert replies(card(talks.sample("en-rising"), late)) == {"one": "no"}
    last = ours("{shows: [number], from_end_s: 60}", phrases="{number: [order number]}")
    assert replies(card(talks.sample("en-rising"), last)) == {"one": "no"}


@pytest.mark.parametrize(("tolerates", "answer"), [(0, "no"), (1, "no"), (3, "partly")])
def test_some_faults_are_partly(tolerates: int, answer: str) -> None:
    form = ours(f"{{faults: [impossible, forms_first], tolerates: {tolerates}}}")
    assert replies(card(talks.sample("en-rising"), form)) == {"one": answer}


def test_an_auto_fail_is_proposed_and_changes_no_score() -> None:
    plain, strict = (
        ours("{faults: [dismisses]}"),
        ours("{faults: [dismisses]}", ", auto_fail: true"),
    )
    without = card(talks.sample("en-rising"), plain)
    found = card(talks.sample("en-rising"), strict)
    assert not without.answers[0].auto_fail_proposed
    assert found.answers[0].auto_fail_proposed
    assert found.score == without.score
    clean = card(talks.sample("en-calm"), strict).answers[0]
    assert (clean.answer, clean.auto_fail_proposed) == ("yes", False)


def test_words_that_never_came_are_not_held_against_the_agent() -> None:
    log: list[Logged] = []
    for entry in talks.sample("en-calm"):
        event = entry.event
        if type(event).__name__ == "WordsFinal" and event.role == "agent":
            name = event.utterance_id  # type: ignore[union-attr]
            event = WordsMissing(
                at_s=event.at_s, known_at_s=event.known_at_s, track=1, role="agent",
                utterance_id=name, reason="test",
            )  # fmt: skip
        log.append(Logged(entry.seq, event))
    facts = [entry for entry in log if not _is_of_words(entry)]
    review = talks.reviewed("en", _with_utterances(facts))
    assert "missing_words" in [limit.kind for limit in review.limits]
    found = replies(review.scorecard)
    assert found["asks_solved"] == "missing_words"
    assert found["respect"] == "missing_words"
    assert found["lets_finish"] == "yes"  # heard by who spoke when


def _is_of_words(entry: Logged) -> bool:
    kinds = ("ConductNoted", "PromiseMade", "PhaseReached", "FactHeard")
    return type(entry.event).__name__ in kinds


def _with_utterances(log: list[Logged]) -> list[Logged]:
    """What was said without words, as the voice pipeline tells it."""
    from voice.events import UtteranceEnded

    more = [
        Logged(
            5000 + entry.seq,
            UtteranceEnded(
                at_s=event.at_s, known_at_s=event.known_at_s, track=event.track, role=event.role,
                utterance_id=event.utterance_id, start_s=event.at_s - 4.0,
                sound_start_s=event.at_s - 4.0, speech_s=4.0, reason="silence",
            ),
        )
        for entry in log
        if isinstance(event := entry.event, WordsMissing)
    ]  # fmt: skip
    assert more
    return [*log, *more]


def test_nobody_is_assessed_who_said_nothing() -> None:
    script = Script().words(5.0, "Hello? Is somebody there? My phone is broken.", "caller")
    script.add(SpeechEnded(at_s=20.0, known_at_s=20.0, track=0, role="caller", start_s=2.0))
    found = card(talks.logged(script.all_facts(40.0)))
    assert set(replies(found).values()) == {"no_speech"}


def test_a_call_in_an_unknown_language_is_taken_for_the_forms() -> None:
    log = [
        Logged(e.seq, replace(e.event, language=None)) if isinstance(e.event, CallStarted) else e
        for e in talks.sample("en-calm")
    ]
    assert card(log).score is not None
    assert isinstance(log[-1].event, CallEnded) or log[-1].event.at_s > 0


def test_every_reason_has_a_name() -> None:
    reviews: list[Review] = [talks.reviewed("en", talks.sample(n)) for n in ("en-calm", "zh-calm")]
    reasons = {a.not_assessable for r in reviews for a in r.scorecard.answers} - {None}
    assert reasons <= set(get_args(NotAssessable))
    assert "no_occasion" in reasons
