import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.resample import LOOKAHEAD, double_rate


def tone(hz: float, rate: int, seconds: float = 0.5) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


@pytest.mark.parametrize("hz", [100, 440, 1000, 2500, 3300])
def test_a_tone_of_the_telephone_band_comes_out_as_itself_and_in_time(hz: int) -> None:
    out = double_rate(tone(hz, 8000))
    want = tone(hz, 16000)
    inside = slice(200, -200)
    assert len(out) == len(want)
    assert np.abs(out[inside] - want[inside]).max() < 2e-3


def test_the_mirror_image_above_4_khz_is_suppressed() -> None:
    spectrum = np.abs(np.fft.rfft(double_rate(tone(3000, 8000, 1.0)) * np.hanning(16000)))
    assert spectrum[5000] < spectrum[3000] * 1e-4


def test_an_output_needs_no_more_of_the_sound_around_it_than_it_says() -> None:
    click = np.zeros(200, np.float32)
    click[100] = 1
    touched = np.flatnonzero(double_rate(click)) / 2
    assert touched.min() == 100 - LOOKAHEAD + 0.5
    assert touched.max() == 100 + LOOKAHEAD - 0.5


@given(st.integers(0, 200), st.integers(0, 200))
def test_what_lies_beyond_its_reach_does_not_matter(before: int, after: int) -> None:
    sound = np.random.default_rng(1).standard_normal(before + 100 + after).astype(np.float32)
    part = double_rate(sound[before : before + 100])
    inside = slice(2 * LOOKAHEAD, -2 * LOOKAHEAD)
    assert np.array_equal(part[inside], double_rate(sound)[2 * before :][:200][inside])
