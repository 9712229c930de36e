import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice.sound import arrived, sample
from voice.vad import CHUNK_S, Vad


def probabilities(sound: np.ndarray, sizes: list[int]) -> np.ndarray:
    vad = Vad()
    parts = [
        vad.feed(part, np.zeros(len(part), np.bool_)) for part in np.split(sound, np.cumsum(sizes))
    ]
    return np.concatenate([*parts, vad.flush()])


def test_speech_is_speech_and_noise_is_not() -> None:
    call, labels = sample("en-calm")
    sentence = next(t for t in labels["turns"] if t["role"] == "caller")["sentences"][0]
    start_s, end_s = sentence["start_s"], sentence["end_s"]
    inside = slice(int(start_s / CHUNK_S) + 3, int(end_s / CHUNK_S) - 3)
    assert (probabilities(call[0, : 8000 * 20], [8000])[inside] >= 0.5).mean() > 0.9
    noise = (0.03 * np.random.default_rng(0).standard_normal(16000)).astype(np.float32)
    assert probabilities(noise, [800])[4:].max() < 0.5


def test_a_silent_line_costs_no_model_and_is_no_speech() -> None:
    vad = Vad()
    vad._session = None  # running the model would fail
    silent = np.zeros(8000, np.float32)
    assert vad.feed(silent, arrived(silent)).max() == 0


def test_lost_sound_is_no_speech() -> None:
    call, labels = sample("en-calm")
    start = round(labels["speech"]["caller"][0][0] * 8000)
    sound = call[0, start : start + 8000]
    assert Vad().feed(sound, np.ones(8000, np.bool_)).max() == 0


def test_chunks_come_as_soon_as_they_are_complete() -> None:
    vad = Vad()
    sound = np.zeros(800, np.float32)
    assert [len(vad.feed(sound, arrived(sound))) for _ in range(10)] == [
        3, 3, 3, 3, 3, 3, 3, 3, 4, 3,
    ]  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=6))
def test_blocks_hardly_matter_even_without_ticks(sizes: list[int]) -> None:
    sound = sample("en-calm")[0][0, 40000:56000]
    whole = probabilities(sound, [len(sound)])
    assert probabilities(sound, sizes) == pytest.approx(whole, abs=2e-3)


def test_speech_after_a_long_noisy_silence_is_heard() -> None:
    call, labels = sample("en-calm")
    sentence = next(t for t in labels["turns"] if t["role"] == "caller")["sentences"][0]
    speech = call[0, round(sentence["start_s"] * 8000) : round(sentence["end_s"] * 8000)]
    noise = 0.003 * np.random.default_rng(5).standard_normal(60 * 8000).astype(np.float32)
    sound = np.concatenate([noise, speech])
    vad = Vad()
    heard = [
        vad.feed(sound[at : at + 800], arrived(sound[at : at + 800]))
        for at in range(0, len(sound), 800)
    ]
    inside = np.concatenate(heard)[int(60.1 / CHUNK_S) :]
    assert (inside >= 0.5).mean() > 0.8
