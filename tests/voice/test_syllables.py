"""Syllable nuclei: trains with a known rate, sounds that are none, and causality."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.prosody_truth import Floats, mulaw, syllables
from voice.clock import RATE
from voice.frames import EnvelopeAnalysis, FrameAnalysis, Samples
from voice.pitch import Pitch
from voice.syllables import Syllables

BLOCK = 4000


def train(peaks_s: Floats, seconds: float, *, depth_db: float = 15.0) -> Samples:
    return mulaw(syllables(peaks_s, seconds, depth_db=depth_db))


def nuclei(samples: Samples, *, listen: bool = True, block: int = BLOCK) -> list[int]:
    """Return the nuclei of a recording, of a caller's track (`listen`) or an agent's."""
    frames, envelopes, pitch, detector = FrameAnalysis(), EnvelopeAnalysis(), Pitch(), Syllables()
    found = []
    for start in range(0, len(samples), block):
        part = samples[start : start + block]
        lost = np.zeros(len(part), np.bool_)
        if listen:
            heard = frames.feed(part, lost)
            _, vocal = pitch.feed(heard)
            found += detector.feed(heard.envelope, vocal)
        else:
            found += detector.feed(envelopes.feed(part, lost))
    return found


@pytest.mark.parametrize("listen", [True, False], ids=["caller", "agent"])
@pytest.mark.parametrize("rate_hz", [2.0, 3.0, 4.0, 5.5, 7.0, 8.0])
def test_each_syllable_of_a_train_is_found_once_and_in_its_place(
    rate_hz: float, listen: bool
) -> None:
    peaks_s = 0.3 + np.arange(int(6 * rate_hz)) / rate_hz
    found = (np.array(nuclei(train(peaks_s, 7), listen=listen)) + 0.5) / 100
    assert len(found) == len(peaks_s)
    assert np.abs(found - peaks_s).max() <= 0.025


def test_uneven_syllables_with_shallow_dips() -> None:
    peaks_s = 0.3 + np.cumsum(np.random.default_rng(3).uniform(0.14, 0.35, 30))
    found = (np.array(nuclei(train(peaks_s, peaks_s[-1] + 1, depth_db=6))) + 0.5) / 100
    assert len(found) == len(peaks_s)
    assert np.abs(found - peaks_s).max() <= 0.03


def test_a_held_vowel_is_one_syllable() -> None:
    t = np.arange(RATE * 3) / RATE
    held = train(np.array([0.0, 9.0]), 3.0, depth_db=0) * ((t > 0.5) & (t < 2.5))
    assert len(nuclei(held.astype(np.float32))) == 1


def test_a_faint_murmur_between_syllables_is_none() -> None:
    loud = train(np.arange(0.3, 3, 0.25), 3.3)
    murmur = 0.02 * train(np.arange(0.3, 3, 0.25), 3.3)
    found = nuclei(np.concatenate([loud, murmur]).astype(np.float32))
    assert len(found) == len(np.arange(0.3, 3, 0.25))


def test_on_a_callers_track_a_burst_of_noise_is_no_syllable() -> None:
    peaks_s = 0.3 * np.arange(1, 10)
    speech = train(peaks_s, 4)
    burst = np.random.default_rng(0).normal(0, 0.1, 800) * np.hanning(800)
    speech[28000:28800] += burst.astype(np.float32)
    assert len(nuclei(speech)) == len(peaks_s)
    assert len(nuclei(speech, listen=False)) == len(peaks_s) + 1  # there VAD has to know


def test_silence_has_no_syllables() -> None:
    assert nuclei(np.zeros(RATE * 2, np.float32)) == []


def test_a_syllable_that_was_partly_lost_does_not_count() -> None:
    peaks_s = 0.3 * np.arange(1, 10)
    samples = train(peaks_s, 3.3)
    lost = np.zeros(len(samples), np.bool_)
    middle = int(peaks_s[4] * RATE)
    lost[middle - 400 : middle + 400] = True
    envelope = EnvelopeAnalysis().feed(np.where(lost, 0, samples), lost)
    found = Syllables().feed(envelope)
    assert [round((f - 29.5) / 30) for f in found] == [0, 1, 2, 3, 5, 6, 7, 8]


def test_settled_says_up_to_where_all_syllables_are_known() -> None:
    samples = train(np.arange(0.3, 6, 0.2), 6.5)
    whole = nuclei(samples)
    analysis, detector, known = EnvelopeAnalysis(), Syllables(), []
    for start in range(0, len(samples), BLOCK):
        part = samples[start : start + BLOCK]
        known += detector.feed(analysis.feed(part, np.zeros(len(part), np.bool_)))
        assert known == [frame for frame in whole if frame < detector.settled]
        assert detector.settled > (start + len(part)) // 80 - 35


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 99), shared_blocks=st.integers(1, 3))
def test_what_comes_later_changes_nothing(seed: int, shared_blocks: int) -> None:
    rng = np.random.default_rng(seed)
    one = train(np.sort(rng.uniform(0.1, 1.9, 8)), 2.0)
    other = one.copy()
    other[shared_blocks * BLOCK :] = rng.normal(0, 0.3, len(one) - shared_blocks * BLOCK)
    alone = nuclei(one[: shared_blocks * BLOCK])
    for samples in (one, other):
        assert nuclei(samples)[: len(alone)] == alone


@settings(max_examples=10, deadline=None)
@given(block=st.integers(300, 9000))
def test_any_block_finds_the_same_syllables_in_a_train(block: int) -> None:
    samples = train(np.arange(0.3, 3.0, 0.22), 3.3)
    assert nuclei(samples, block=block) == nuclei(samples)
