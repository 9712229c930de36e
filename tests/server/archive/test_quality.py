from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from server.archive.quality import Quality, QualityMeter
from voice.events import Role, SpeechEnded

RATE = 8000


def spoken(track: int, start_s: float, end_s: float) -> SpeechEnded:
    return SpeechEnded(at_s=end_s, known_at_s=end_s, track=track, start_s=start_s)


def measured(
    sound: NDArray[np.float32],
    roles: tuple[Role, ...],
    events: list[SpeechEnded],
    lost: NDArray[np.bool_] | None = None,
    block: int = 511,
) -> Quality:
    meter = QualityMeter(roles)
    for at in range(0, sound.shape[1], block):
        part = slice(at, at + block)
        meter.feed(sound[:, part], None if lost is None else lost[:, part])
    return meter.of(events)


def noise(seconds: float, level: float, seed: int = 0) -> NDArray[np.float32]:
    """Noise of a level (RMS)."""
    return np.random.default_rng(seed).normal(0, level, round(seconds * RATE)).astype(np.float32)


def call(speech: float, background: float) -> NDArray[np.float32]:
    """10 s with speech of the caller from 2 to 6 s, of the agent from 6.5 to 9 s."""
    caller, agent = noise(10, background), noise(10, 0.2, 1)
    caller[2 * RATE : 6 * RATE] = noise(4, speech, 2)
    return np.stack([caller, agent])


EVENTS = [spoken(0, 2, 6), spoken(1, 6.5, 9)]


@pytest.mark.parametrize("ratio_db", [3.0, 20.0, 35.0])
def test_the_ratio_is_that_of_the_levels(ratio_db: float) -> None:
    sound = call(0.1, 0.1 / 10 ** (ratio_db / 20))
    assert measured(sound, ("caller", "agent"), EVENTS).snr_db == pytest.approx(ratio_db, abs=0.3)


def test_the_agents_voice_in_the_callers_microphone_is_no_background() -> None:
    sound = call(0.1, 0.001)
    sound[0, round(6.5 * RATE) : 9 * RATE] = noise(2.5, 0.05, 3)
    assert measured(sound, ("caller", "agent"), EVENTS).snr_db == pytest.approx(40, abs=0.3)


@pytest.mark.parametrize("roles", [("unknown", "unknown"), ("agent", "agent")])
def test_nobodys_level_but_the_callers_is_computed(roles: tuple[Role, ...]) -> None:
    assert measured(call(0.1, 0.01), roles, EVENTS).snr_db is None


def test_too_little_speech_gives_no_ratio() -> None:
    assert measured(call(0.1, 0.01), ("caller", "agent"), [spoken(0, 2, 2.9)]).snr_db is None


@pytest.mark.parametrize("block", [1, 799, 800, 16001, 10**6])
def test_blocks_do_not_matter(block: int) -> None:
    sound = call(0.1, 0.01)[:, :20011]
    sound[1, 20000:] = 1.0
    lost = np.zeros(sound.shape, np.bool_)
    lost[0, :4000] = True
    found = measured(sound, ("caller", "agent"), EVENTS[:1], lost, block)
    assert found == measured(sound, ("caller", "agent"), EVENTS[:1], lost)
    assert found.duration_s == 20011 / RATE
    assert found.clipped_share == pytest.approx(11 / 40022)
    assert found.lost_share == pytest.approx(4000 / 40022)
