"""F0: known glides, a missing fundamental, noises that have none, and causality."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.prosody_truth import Floats, mulaw, telephone, voice
from voice.clock import RATE
from voice.frames import FrameAnalysis, Samples
from voice.pitch import DELAY, Pitch

BLOCK = 4000


def tracked(samples: Samples, block: int = BLOCK) -> Samples:
    """Return F0 of frames 0, 1, 2, ... of a recording fed in blocks."""
    analysis, pitch = FrameAnalysis(), Pitch()
    parts = []
    for start in range(0, len(samples), block):
        part = samples[start : start + block]
        contour, _ = pitch.feed(analysis.feed(part, np.zeros(len(part), np.bool_)))
        parts.append(contour.f0_hz[max(0, -contour.first) :])
    return np.concatenate(parts)


def semitones(ratio: Floats) -> Floats:
    return np.asarray(12 * np.log2(ratio))


def at_frames(f0_hz: Floats, count: int) -> Floats:
    return f0_hz[40 + 80 * np.arange(count)]


@pytest.mark.parametrize("hz", [70.0, 100.0, 147.3, 210.0, 333.0, 480.0])
def test_a_steady_voice(hz: float) -> None:
    f0 = tracked(mulaw(voice(np.full(RATE * 2, hz))))
    inner = f0[5:-5]
    assert not np.isnan(inner).any()
    assert np.abs(semitones(inner / hz)).max() < 0.15


@pytest.mark.parametrize(("low", "high"), [(90.0, 150.0), (180.0, 320.0)])
def test_a_glide_is_followed_in_time(low: float, high: float) -> None:
    truth = np.geomspace(low, high, RATE).astype(np.float32)
    truth = np.concatenate([truth, truth[::-1]])
    f0 = tracked(mulaw(voice(truth)))
    wanted = at_frames(truth, len(f0))
    assert np.nanmax(np.abs(semitones(f0 / wanted))[5:-5]) < 0.3
    # an offset in time would make the way up too low and the way down too high, or the reverse
    error = semitones(f0 / wanted)
    slope_st_per_s = 12 * np.log2(high / low)
    lag_s = (np.nanmedian(error[110:190]) - np.nanmedian(error[10:90])) / (2 * slope_st_per_s)
    assert abs(lag_s) < 0.005


@pytest.mark.parametrize("hz", [80.0, 110.0, 140.0])
def test_the_line_takes_the_fundamental_but_not_the_pitch(hz: float) -> None:
    f0 = tracked(telephone(voice(np.full(RATE * 2, hz), lowest_hz=300)))
    assert np.isnan(f0[5:-5]).mean() < 0.02
    assert np.abs(semitones(np.nanmedian(f0, keepdims=True) / hz)) < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_telephone_noise_has_no_pitch(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.1, RATE * 4).astype(np.float32)
    assert np.isnan(tracked(telephone(noise))).mean() > 0.97


def test_silence_has_no_pitch() -> None:
    assert np.isnan(tracked(np.zeros(RATE, np.float32))).all()
    hum = voice(np.full(RATE, 100, np.float32), amplitude=2e-4)
    assert np.isnan(tracked(hum)).all()


def test_a_murmur_far_under_the_voice_is_not_voiced() -> None:
    speech = voice(np.full(RATE * 2, 200, np.float32))
    murmur = voice(np.full(RATE * 2, 120, np.float32), amplitude=0.006)
    f0 = tracked(np.concatenate([speech, murmur]))
    assert not np.isnan(f0[5:190]).any()
    assert np.isnan(f0[210:]).all()


def test_clipping_does_not_change_the_pitch() -> None:
    clipped = np.clip(8 * voice(np.full(RATE * 2, 123, np.float32)), -1, 1).astype(np.float32)
    assert np.abs(semitones(tracked(clipped)[5:-5] / 123)).max() < 0.1


def test_lost_samples_are_unvoiced() -> None:
    samples = voice(np.full(RATE, 150, np.float32))
    lost = np.zeros(RATE, np.bool_)
    lost[4000:4800] = True
    contour, vocal = Pitch().feed(FrameAnalysis().feed(np.where(lost, 0, samples), lost))
    assert np.isnan(contour.f0_hz[DELAY + 50 : DELAY + 60]).all()
    assert not vocal[48:62].any()
    assert vocal[2:48].all()


def test_a_voice_that_rises_an_octave_is_followed() -> None:
    truth = np.concatenate([np.full(RATE * 8, 110), np.geomspace(110, 210, RATE * 4)])
    f0 = tracked(mulaw(voice(truth)))
    assert np.nanmedian(f0[1100:]) == pytest.approx(np.median(truth[8000 * 11 :]), rel=0.01)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 99), shared_blocks=st.integers(1, 3))
def test_what_comes_later_changes_nothing(seed: int, shared_blocks: int) -> None:
    rng = np.random.default_rng(seed)
    f0 = np.repeat(rng.uniform(80, 400, 16), 1000).astype(np.float32)
    one = voice(f0) * np.repeat(rng.random(16), 1000).astype(np.float32)
    other = one.copy()
    other[shared_blocks * BLOCK :] = rng.normal(0, 0.3, len(one) - shared_blocks * BLOCK)
    known = shared_blocks * 50 - 2 - DELAY
    assert np.array_equal(tracked(one)[:known], tracked(other)[:known], equal_nan=True)
    alone = tracked(one[: shared_blocks * BLOCK])
    assert np.array_equal(alone, tracked(one)[:known], equal_nan=True)


def test_other_blocks_give_the_same_pitch_but_for_what_was_learned_when() -> None:
    rng = np.random.default_rng(7)
    samples = mulaw(voice(np.repeat(rng.uniform(120, 180, 40), 800)))
    half_second, odd = tracked(samples), tracked(samples, block=1234)
    both = ~np.isnan(half_second) & ~np.isnan(odd)
    assert both.mean() > 0.9
    assert np.median(np.abs(half_second[both] - odd[both])) <= 1e-5 * 180
