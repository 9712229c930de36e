import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.resample import LOOKAHEAD, HalfBand, double_rate


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


def test_an_output_needs_no_more_future_than_it_says() -> None:
    half_band = HalfBand(tracks=2)
    assert half_band.feed(np.ones((2, 100), np.float32)).shape == (2, 2 * (100 - LOOKAHEAD))


@given(st.lists(st.integers(0, 90), min_size=1, max_size=12))
def test_blocks_do_not_matter(sizes: list[int]) -> None:
    sound = np.random.default_rng(1).standard_normal(sum(sizes)).astype(np.float32)
    both = np.stack([sound, -0.5 * sound])
    half_band = HalfBand(tracks=2)
    parts = [half_band.feed(part) for part in np.split(both, np.cumsum(sizes)[:-1], axis=1)] + [
        half_band.flush()
    ]
    one, other = np.concatenate(parts, axis=1)
    np.testing.assert_allclose(one, double_rate(sound), atol=1e-6)
    np.testing.assert_allclose(other, -0.5 * one, atol=1e-6)
