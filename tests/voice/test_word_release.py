"""Words on their way from the recogniser into the log, as a script in seconds."""

from __future__ import annotations

from typing import Literal

import pytest

from voice.events import Degraded, Fact, UtteranceEnded, Word, WordsFinal, WordsMissing
from voice.word_release import WordRelease


def ended(
    name: str, start_s: float, end_s: float, reason: Literal["silence", "cut"] = "silence"
) -> UtteranceEnded:
    known_s = end_s + (0.8 if reason == "silence" else 4.0)
    return UtteranceEnded(
        at_s=end_s,
        known_at_s=round(known_s, 1),
        track=0,
        role="caller",
        utterance_id=name,
        start_s=start_s,
        sound_start_s=start_s,
        speech_s=end_s - start_s,
        reason=reason,
    )


def said(utterance: UtteranceEnded, text: str) -> WordsFinal:
    parts = text.split()
    step_s = (utterance.at_s - utterance.start_s) / len(parts)
    words = tuple(
        Word(
            start_s=utterance.start_s + n * step_s,
            end_s=utterance.start_s + (n + 1) * step_s,
            text=part,
            probability=0.9,
        )
        for n, part in enumerate(parts)
    )
    return WordsFinal(
        at_s=utterance.at_s,
        known_at_s=0.0,
        track=0,
        role="caller",
        utterance_id=utterance.utterance_id,
        start_s=utterance.start_s,
        words=words,
        text=text,
        language="en",
        engine="test",
    )


def run(
    script: list[tuple[UtteranceEnded, str | None, float]], end_s: float = 30.0
) -> list[tuple[float, Fact]]:
    """Utterances with their words and when those come; what was told when."""
    release = WordRelease()
    told: list[tuple[float, Fact]] = []
    for tick in range(1, round(end_s * 10) + 1):
        now_s = tick / 10
        for utterance, text, here_s in script:
            if utterance.known_at_s == now_s:
                release.expect(utterance)
            if round(here_s, 1) == now_s and text is not None:
                release.take(said(utterance, text))
        told += [(now_s, fact) for fact in release.tell(now_s, ())]
    return told + [(end_s, fact) for fact in release.finish(end_s)]


def texts(told: list[tuple[float, Fact]]) -> list[tuple[float, str]]:
    return [(now_s, fact.text) for now_s, fact in told if isinstance(fact, WordsFinal)]


def test_words_wait_until_they_are_due() -> None:
    told = run([(ended("a", 1.0, 4.0), "my kettle never came", 4.8)])
    assert texts(told) == [(5.0, "my kettle never came")]


def test_words_that_come_late_come_on_arrival_and_it_is_said() -> None:
    told = run([(ended("a", 1.0, 4.0), "my kettle never came", 7.3)])
    assert [type(fact) for _, fact in told] == [Degraded, WordsFinal]
    assert {now_s for now_s, _ in told} == {7.3}


def test_the_words_of_a_cut_are_not_late() -> None:
    told = run([(ended("a", 1.0, 6.0, "cut"), "my kettle never came to the house", 10.4)])
    assert texts(told) == [(11.0, "my kettle never came to the house")]
    assert len(told) == 1


def test_words_are_told_in_the_order_in_which_they_were_said() -> None:
    first, second = ended("a", 1.0, 4.0), ended("b", 5.0, 8.0)
    told = run([(first, "my kettle never came", 12.0), (second, "please send it again", 8.8)])
    assert [text for _, text in texts(told)] == ["my kettle never came", "please send it again"]


def test_a_number_in_two_parts_is_never_seen() -> None:
    first, second = ended("a", 1.0, 5.0), ended("b", 6.0, 10.0)
    digits = "four one one one one one one one", "one one one one one one one one"
    told = run([(first, f"my card is {digits[0]}", 5.8), (second, digits[1], 10.8)])
    seen = " ".join(text for _, text in texts(told))
    assert "[card]" in seen
    assert "one" not in seen
    assert texts(told)[0][0] >= 11.0  # held back until it was known what it is


def test_what_was_never_said_is_missing() -> None:
    told = run([(ended("a", 1.0, 3.0), "Thanks for watching!", 3.8)])
    (fact,) = (fact for _, fact in told)
    assert isinstance(fact, WordsMissing)


def test_words_nobody_awaits_are_refused() -> None:
    release = WordRelease()
    utterance = ended("a", 1.0, 4.0)
    with pytest.raises(KeyError):
        release.take(said(utterance, "hello there my friend"))
    release.expect(utterance)
    release.take(said(utterance, "hello there my friend"))
    with pytest.raises(KeyError):
        release.take(said(utterance, "hello there my friend"))
    assert release.awaited() == []
    assert release.pending
