from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import check
from models.check import Comparison
from models.transcriber import RATE, Language, Samples, Transcript
from models.whisper import WhisperTranscriber
from tests.voice.sound import sample
from voice.resample import double_rate

NOTHING = Comparison(utterances=1, audio_s=1, units=0, edits=0, short_s=1, long_s=2, retried=0)


class Saying:
    """A transcriber that says given texts, one after the other."""

    engine = "a script"
    languages: tuple[Language, ...] = ("en", "zh")
    longest_s = 30.0

    def __init__(self, *texts: str) -> None:
        self._texts = iter(texts)

    def transcribe(
        self, samples: Samples, language: Language | None, *, hotwords: str | None = None
    ) -> Transcript:
        """Say the next text."""
        return Transcript(
            words=(),
            text=next(self._texts),
            language=language or "en",
            engine=self.engine,
            window_s=5,
            retried=True,
        )

    def detect(self, samples: Samples) -> tuple[Language, float]:
        """Always the same."""
        return "en", 1.0


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("kitten", "sitting", 3),
        ("abc", "acb", 2),
        ("xabc", "abc", 1),
    ],
)
def test_distance(one: str, other: str, edits: int) -> None:
    assert check.distance(list(one), list(other)) == edits
    assert check.distance(list(other), list(one)) == edits


def test_words_and_characters_are_compared_without_case_and_marks() -> None:
    assert check.units_of("Don't, I SAID; it's 5-30!", "en") == [
        "don't",
        "i",
        "said",
        "it's",
        "5",
        "30",
    ]
    assert check.units_of("您好，我姓王。A3", "zh") == [*"您好我姓王a3"]


def test_two_transcripts_are_compared() -> None:
    silence = np.zeros(2 * RATE, np.float32)
    found = check.compare(
        Saying("so it is", "yes"), Saying("so it was then", "Yes."), [silence, silence], "en"
    )
    assert (found.utterances, found.units, found.edits, found.retried) == (2, 5, 2, 2)
    assert found.audio_s == 4
    assert found.difference == pytest.approx(2 / 5)
    assert check.together([found, found]).edits == 4
    assert check.together([found, found]).difference == found.difference


@pytest.mark.parametrize(
    ("units", "edits", "verdict"),
    [
        (99, 0, "too little audio"),
        (100, 5, "trust"),
        (100, 6, "distrust"),
        (0, 0, "too little audio"),
    ],
)
def test_verdict(units: int, edits: int, verdict: str) -> None:
    assert replace(NOTHING, units=units, edits=edits).verdict == verdict


def test_a_call_is_cut_into_its_speech() -> None:
    call, labels = sample("en-calm")
    parts = check.utterances(double_rate(call[1]))
    agent = [turn for turn in labels["turns"] if turn["role"] == "agent"]
    spoken = sum(turn["end_s"] - turn["start_s"] for turn in agent)
    assert len(parts) >= len(agent)
    assert max(map(len, parts)) <= 9.5 * RATE
    assert sum(map(len, parts)) / RATE == pytest.approx(spoken, rel=0.15)


def test_speed_is_measured_in_both_windows(
    greeter: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "ROUNDS", 2)
    speed = check.speed(greeter)
    assert 0 < speed.short_s < speed.longest_s
    assert speed.factor == speed.short_s / 4
