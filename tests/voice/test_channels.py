import numpy as np
import pytest

from voice.channels import SameSound

RNG = np.random.default_rng(3)


def told(first: np.ndarray, second: np.ndarray) -> bool:
    same = SameSound()
    blocks = np.stack([first, second]).astype(np.float32)
    answers = [same.hear(blocks[:, at : at + 800]) for at in range(0, blocks.shape[1], 800)]
    assert sum(answers) <= 1  # told once
    return any(answers)


@pytest.mark.parametrize("gain", [1.0, 0.1, -0.5])
def test_a_copy_is_found_at_any_gain_and_polarity(gain: float) -> None:
    sound = RNG.standard_normal(8 * 8000)
    assert told(sound, gain * sound)


def test_a_copy_with_a_little_noise_is_found() -> None:
    sound = RNG.standard_normal(8 * 8000)
    assert told(sound, sound + 0.05 * RNG.standard_normal(len(sound)))


def test_two_parties_are_two() -> None:
    assert not told(RNG.standard_normal(8 * 8000), RNG.standard_normal(8 * 8000))


def test_one_party_and_a_silent_line_are_two() -> None:
    assert not told(RNG.standard_normal(8 * 8000), np.zeros(8 * 8000))


def test_less_than_five_seconds_tell_nothing() -> None:
    sound = RNG.standard_normal(4 * 8000)
    assert not told(sound, sound)
