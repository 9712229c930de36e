from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice.sound import arrived, sample
from voice.vad import CHUNK_S, Vad


def probabilities(sound: np.ndarray, sizes: list[int]) -> np.ndarray:
    vad = Vad(tracks=1)
    parts = [
        vad.feed(part, arrived(part))
        for part in np.split(sound[np.newaxis], np.cumsum(sizes), axis=1)
    ]
    return np.asarray(np.concatenate([*parts, vad.flush()], axis=1)[0])


def test_speech_is_speech_and_noise_is_not() -> None:
    call, labels = sample("en-calm")
    sentence = next(t for t in labels["turns"] if t["role"] == "caller")["sentences"][0]
    start_s, end_s = sentence["start_s"], sentence["end_s"]
    inside = slice(int(start_s / CHUNK_S) + 3, int(end_s / CHUNK_S) - 3)
    assert (probabilities(call[0, : 8000 * 20], [8000])[inside] >= 0.5).mean() > 0.9
    noise = (0.03 * np.random.default_rng(0).standard_normal(16000)).astype(np.float32)
    assert probabilities(noise, [800])[4:].max() < 0.5


def test_a_silent_line_costs_no_model_and_is_no_speech() -> None:
    vad = Vad(tracks=2)
    vad._session = None  # running the model would fail
    silent = np.zeros((2, 8000), np.float32)
    assert vad.feed(silent, arrived(silent)).max() == 0


def test_lost_sound_is_no_speech() -> None:
    call, labels = sample("en-calm")
    start = round(labels["speech"]["caller"][0][0] * 8000)
    sound = call[:1, start : start + 8000]
    assert Vad(tracks=1).feed(sound, np.ones((1, 8000), np.bool_)).max() == 0


def test_chunks_come_as_soon_as_they_are_complete() -> None:
    vad = Vad(tracks=2)
    sound = np.zeros((2, 800), np.float32)
    assert [vad.feed(sound, arrived(sound)).shape[1] for _ in range(10)] == [
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
    heard = ticks(np.concatenate([noise, speech])[np.newaxis])
    assert (heard[0, int(60.1 / CHUNK_S) :] >= 0.5).mean() > 0.8


def ticks(sound: np.ndarray) -> np.ndarray:
    vad = Vad(len(sound))
    blocks = [sound[:, at : at + 800] for at in range(0, sound.shape[1], 800)]
    return np.asarray(np.concatenate([vad.feed(block, arrived(block)) for block in blocks], axis=1))


def test_what_one_track_hears_is_nothing_to_the_other() -> None:
    call = sample("en-rising")[0][:, 42 * 8000 : 62 * 8000]
    both = ticks(call)
    assert both.max(axis=1).min() > 0.9
    for track in (0, 1):
        alone = np.zeros_like(call)
        alone[track] = call[track]  # of the other the model hears nothing at all
        gated = call.copy()
        gated[1 - track, : 10 * 8000] = 0  # or not at first, while this one goes on
        assert ticks(call[track : track + 1])[0] == pytest.approx(both[track], abs=1e-5)
        for sound in (alone, gated):
            assert ticks(sound)[track] == pytest.approx(both[track], abs=1e-5)


@settings(max_examples=12, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 20), min_size=1, max_size=12),
    tracks=st.sampled_from([1, 2]),
    seed=st.integers(0, 9),
)
def test_many_ticks_at_once_give_what_each_alone_gives_to_the_bit(
    sizes: list[int], tracks: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    call = sample("en-rising")[0][:tracks]
    start = int(rng.integers(0, call.shape[1] - 20 * 8000))
    sound = call[:, start : start + 800 * sum(sizes)].copy()
    sound += rng.normal(0, 0.001, sound.shape).astype(np.float32)
    # silences in which nothing is heard, and others in which the model forgets
    for track in range(tracks):
        for _ in range(3):
            begin, length = rng.integers(0, sound.shape[1]), rng.integers(0, 5 * 8000)
            sound[track, begin : begin + length] *= rng.choice([0.0, 0.01])
    lost = rng.random(sound.shape) < 0.3 * (rng.random() < 0.3)
    together, alone = Vad(tracks), Vad(tracks)
    at = 0
    for size in sizes:
        part = slice(at, at + 800 * size)
        found = together.feed_ticks(sound[:, part], lost[:, part], size)
        for place, speech in enumerate(found):
            tick = slice(at + 800 * place, at + 800 * (place + 1))
            assert np.array_equal(speech, alone.feed(sound[:, tick], lost[:, tick]))
        at += 800 * size


def test_many_ticks_at_once_are_few_runs_of_the_model() -> None:
    class Counted:
        def __init__(self, session: Any) -> None:
            self.session, self.runs = session, 0

        def run(self, *args: object) -> object:
            self.runs += 1
            return self.session.run(*args)

    call = sample("en-rising")[0][:, 42 * 8000 : 62 * 8000]
    vad = Vad(2)
    vad._session = counted = Counted(vad._session)
    for at in range(0, call.shape[1], 4000):
        vad.feed_ticks(call[:, at : at + 4000], arrived(call[:, at : at + 4000]), 5)
    assert counted.runs < 200 / 3
