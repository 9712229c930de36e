"""Real calls, where they are at hand: what the engine says agrees with the sound's own facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voice.decode import Recording
from voice.events import Degraded, Fact, ProsodyWindow, SpeechEnded, TurnEnded
from voice.pipeline import VoicePipeline
from voice.precise import contour


def heard(path: Path) -> tuple[np.ndarray, list[Fact]]:
    voice = VoicePipeline(("caller", "agent"))
    with path.open("rb") as file:
        recording = Recording(file)
        sound = np.concatenate(list(recording.blocks()), axis=1)
        recording.close()
    voice.take(sound)
    facts: list[Fact] = []
    while voice.ready():
        facts += voice.tick()
    return sound, facts + voice.finish()


def test_utterances_begin_where_they_are_known_to(data: Path) -> None:
    _, facts = heard(data / "calls" / "connector-test.flac")
    starts = sorted(fact.start_s for fact in facts if isinstance(fact, SpeechEnded))
    # the one at 2.9 s follows its predecessor by 0.2 s: a pause
    assert starts[:4] == pytest.approx([0.1, 1.1, 4.9, 6.7], abs=0.4)


def test_speech_is_where_the_energy_is(data: Path) -> None:
    sound, facts = heard(data / "calls" / "auto-repair-40.flac")
    frames = sound.shape[1] // 80
    for track in (0, 1):
        level = np.square(sound[track, : frames * 80].reshape(frames, 80)).mean(axis=1)
        speech = np.zeros(frames, np.bool_)
        for fact in facts:
            if isinstance(fact, SpeechEnded) and fact.track == track:
                speech[round(fact.start_s * 100) : round(fact.at_s * 100)] = True
        loud = level > 1e-3  # -30 dB re full scale
        assert loud[speech].mean() > 0.4
        assert loud[~speech].mean() < 0.025
    turns = [fact for fact in facts if isinstance(fact, TurnEnded)]
    assert {fact.role for fact in turns} == {"caller", "agent"}
    assert not [fact for fact in facts if isinstance(fact, Degraded)]


def test_the_pitch_of_a_real_caller_is_what_pyin_says(data: Path) -> None:
    sound, facts = heard(data / "calls" / "auto-repair-40.flac")
    medians = [
        fact.f0_median_hz
        for fact in facts
        if isinstance(fact, ProsodyWindow)
        and fact.role == "caller"
        and fact.f0_median_hz is not None
        and 33.0 <= fact.start_s
        and fact.at_s <= 43.0
    ]
    assert len(medians) > 5
    reference = contour(sound[0, 33 * 8000 : 43 * 8000]).f0_hz
    want = float(np.nanmedian(reference))
    assert 12 * abs(np.log2(np.median(medians) / want)) < 0.5
