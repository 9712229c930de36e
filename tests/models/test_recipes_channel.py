import random

import numpy as np
import pytest

from models.recipes import channel, quiet
from voice.g711 import Samples


def tone(hz: float, *, seconds: float = 1.0, amplitude: float = 0.5) -> Samples:
    t = np.arange(round(seconds * channel.RATE_HZ)) / channel.RATE_HZ
    return (amplitude * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def level_db(x: Samples) -> float:
    return float(10 * np.log10(np.mean(x.astype(np.float64) ** 2) + 1e-20))


def test_a_tone_in_the_band_passes_with_the_noise_of_mu_law() -> None:
    x = tone(1000)
    y = channel.telephone(x)
    assert y.dtype == np.float32
    assert len(y) == len(x)
    middle = slice(1600, -1600)
    assert level_db(x[middle]) - level_db((y - x)[middle]) > 30  # G.711 gives about 37 dB


def test_what_is_above_4_khz_does_not_pass() -> None:
    assert level_db(channel.telephone(tone(6000))) < level_db(tone(6000)) - 40


def test_the_band_pass_stops_a_hum() -> None:
    x = tone(100)
    assert level_db(channel.telephone(x, band_pass=True)) < level_db(channel.telephone(x)) - 20


def test_noise_has_the_ratio_asked_for() -> None:
    x = tone(500)
    for brown in (False, True):
        noisy = channel.add_noise(x, 20.0, np.random.default_rng(1), brown=brown)
        assert level_db(x) - level_db(noisy - x) == pytest.approx(20.0, abs=0.1)


def test_trimming_leaves_the_sound() -> None:
    x = np.concatenate([np.zeros(800), tone(300), np.zeros(900)]).astype(np.float32)
    assert abs(len(channel.trim(x)) - channel.RATE_HZ) < 20
    assert len(channel.trim(np.zeros(100, np.float32))) == 0


def test_the_peak_gets_its_level() -> None:
    assert np.abs(channel.peak_level(tone(300), -6.0)).max() == pytest.approx(10 ** (-6 / 20))
    assert not channel.peak_level(np.zeros(8, np.float32), -6.0).any()


@pytest.mark.parametrize("kind", quiet.KINDS)
def test_sound_without_speech_is_seeded_and_never_clips(kind: str) -> None:
    def make(seed: int) -> Samples:
        return quiet.quiet(kind, random.Random(seed), np.random.default_rng(seed), seconds=2.0)

    x = make(3)
    assert x.shape == (2 * channel.RATE_HZ,)
    assert np.isfinite(x).all()
    assert np.abs(x).max() <= 1
    assert np.array_equal(x, make(3))
    assert not np.array_equal(x, make(4))
