"""The fast tracker beside the precise one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.prosody_truth import syllables, telephone
from voice.clock import RATE
from voice.frames import FrameAnalysis
from voice.pitch import Pitch
from voice.precise import contour

SECONDS = 1.2


@pytest.fixture(scope="module")
def sentence() -> np.ndarray:
    """Vowels that glide from 180 to 120 Hz, five syllables a second, over the telephone."""
    glide = np.geomspace(180, 120, int(SECONDS * RATE))
    return telephone(syllables(np.arange(0.1, SECONDS, 0.2), SECONDS, f0_hz=glide))


def test_fast_and_precise_agree_after_the_telephone(sentence: np.ndarray) -> None:
    lost = np.zeros(len(sentence), np.bool_)
    fast, _ = Pitch().feed(FrameAnalysis().feed(sentence, lost))
    slow = contour(sentence)
    fast_st = 12 * np.log2(np.nanmedian(fast.f0_hz))
    slow_st = 12 * np.log2(np.nanmedian(slow.f0_hz))
    assert abs(fast_st - slow_st) < 0.3
    here = fast.f0_hz[-fast.first :]
    there = slow.f0_hz[: len(here)]
    both = ~np.isnan(here) & ~np.isnan(there)
    assert both.mean() > 0.8
    assert np.median(np.abs(12 * np.log2(here[both] / there[both]))) < 0.3


def test_both_are_right(sentence: np.ndarray) -> None:
    slow = contour(sentence)
    truth = np.geomspace(180, 120, int(SECONDS * RATE))[40 + 80 * np.arange(len(slow.f0_hz) - 1)]
    error_st = 12 * np.log2(slow.f0_hz[:-1] / truth)
    assert np.nanmedian(np.abs(error_st)) < 0.15
    assert slow.first == 0
