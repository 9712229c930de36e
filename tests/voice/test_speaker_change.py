"""Another person on the line is found by register, after a gap; tension is not one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voice.sound import sample
from voice.events import BaselineReset, Fact
from voice.pipeline import VoicePipeline
from voice.speaker_change import GAP_S, KNOWN, LASTS_S, SpeakerChange

LOW, HIGH = (3.0, 14.0), (12.0, 17.0)  # F0 in semitones re 100 Hz, tilt in dB
GAP = GAP_S + 1.0
FIRST_S = 45


def speak(
    watch: SpeakerChange, start_s: float, end_s: float, f0_st: float, tilt_db: float
) -> list[float]:
    """Windows of one voice; when a change was told."""
    times_s = [step / 2 for step in range(round(start_s * 2), round(end_s * 2))]
    return [t for t in times_s if watch.hear(t, max(start_s, t - 5.0), f0_st, tilt_db)]


@pytest.mark.parametrize(("old", "new"), [((3.0, 14.0), (12.0, 17.0)), ((12.0, 17.0), (3.0, 16.0))])
def test_a_new_register_after_a_gap_is_told_once(
    old: tuple[float, float], new: tuple[float, float]
) -> None:
    watch = SpeakerChange()
    assert speak(watch, 5, 30, *old) == []
    told = speak(watch, 30 + GAP, 90, *new)
    assert told == [30 + GAP + LASTS_S]
    assert speak(watch, 90 + GAP, 120, *new) == []


def test_without_a_gap_it_is_the_same_person() -> None:
    watch = SpeakerChange()
    speak(watch, 5, 30, *LOW)
    assert speak(watch, 30, 90, *HIGH) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((3.0, 14.0), (12.0, 8.0)),  # tense after a hold: higher and sharper
        ((12.0, 8.0), (3.0, 14.0)),  # calmed during a hold: lower and darker
        ((3.0, 14.0), (8.0, 17.0)),  # not far enough
        ((9.0, 14.0), (4.0, 14.0)),
    ],
)
def test_tension_that_comes_or_goes_in_a_hold_is_no_new_person(
    before: tuple[float, float], after: tuple[float, float]
) -> None:
    watch = SpeakerChange()
    speak(watch, 5, 40, *before)
    assert speak(watch, 40 + GAP, 90, *after) == []


def test_a_short_change_does_not_count() -> None:
    watch = SpeakerChange()
    speak(watch, 5, 30, *LOW)
    start_s = 30 + GAP
    assert speak(watch, start_s, start_s + LASTS_S - 1, *HIGH) == []
    assert speak(watch, start_s + LASTS_S - 1, 90, *LOW) == []


def test_with_little_heard_of_the_old_voice_nothing_is_told() -> None:
    watch = SpeakerChange()
    speak(watch, 5, 5 + KNOWN - 1, *LOW)
    assert speak(watch, 40, 90, *HIGH) == []


def test_windows_without_voice_are_passed_over() -> None:
    watch = SpeakerChange()
    speak(watch, 5, 30, *LOW)
    assert not any(watch.hear(30 + GAP + k / 2, 30 + GAP, None, None) for k in range(40))


def resets(*callers: str) -> list[BaselineReset]:
    """What is told of a track on which callers of bundled calls speak one after the other."""
    gap = np.zeros(round(GAP * 8000), np.float32)
    heard = [sample(name)[0][0][: FIRST_S * 8000] for name in callers]
    track = np.concatenate([part for sound in heard for part in (sound, gap)])
    pipeline = VoicePipeline(("caller", "agent"))
    pipeline.take(np.stack([track, np.zeros_like(track)]))
    told: list[Fact] = []
    while pipeline.ready():
        told += pipeline.tick()
    return [fact for fact in told if isinstance(fact, BaselineReset)]


def test_the_pipeline_tells_it_as_a_fact_and_only_for_another_person() -> None:
    (told,) = resets("zh-calm", "en-rising")
    assert (told.track, told.role, told.reason) == (0, "caller", "another_register")
    assert FIRST_S + GAP < told.at_s < FIRST_S + GAP + 30
    assert resets("zh-calm", "zh-calm") == []
