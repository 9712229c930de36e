from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from server.hearing import CallFiles
from server.review.audio import encode, mixed, write_opus
from tests.files import Samples, speech, tone, write_wav
from voice.decode import Recording


def decoded(path: Path) -> Samples:
    with path.open("rb") as file:
        recording = Recording(file)
        assert "opus" in recording.info.codec
        return np.concatenate(list(recording.blocks()), axis=1)


def levels(track: Samples) -> Samples:
    """Loudness of each 100 ms."""
    whole = track[: len(track) // 800 * 800].reshape(-1, 800)
    return np.asarray(np.sqrt(np.square(whole).mean(axis=1)), np.float32)


@pytest.mark.parametrize("tracks", [1, 2])
def test_what_is_packed_sounds_the_same(tmp_path: Path, tracks: int) -> None:
    call = speech(10.0, tracks=tracks)
    path = tmp_path / "a.opus"
    encode(path, (call[:, at : at + 1111] for at in range(0, call.shape[1], 1111)))
    (found,) = decoded(path)
    assert abs(len(found) - call.shape[1]) <= 960  # a frame of 60 ms is filled up, twice
    length = min(len(found), call.shape[1])
    wanted = mixed(call)[0, :length]
    assert np.corrcoef(levels(found[:length]), levels(wanted))[0, 1] > 0.97
    assert path.stat().st_size < 10.5 * 12_000 / 8 * 1.2  # the rate, and its container


def test_both_are_heard_and_nothing_leaves_the_scale() -> None:
    loud = np.full((2, 80), 0.9, np.float32)
    assert mixed(loud).tolist() == [[1.0] * 80]
    one = np.stack([np.full(80, 0.5, np.float32), np.zeros(80, np.float32)])
    assert mixed(one)[0, 0] == mixed(one[::-1])[0, 0] == pytest.approx(0.3536, abs=1e-4)
    assert np.array_equal(mixed(loud[:1]), loud[:1])


def test_the_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.opus", "b.opus"):
        encode(tmp_path / name, [speech(3.0)])
    assert (tmp_path / "a.opus").read_bytes() == (tmp_path / "b.opus").read_bytes()


def test_a_beep_is_in_the_file_and_what_it_covers_is_not(tmp_path: Path) -> None:
    call = tone(300, 8000, 3.0, channels=2)
    wav = write_wav(tmp_path / "call.wav", call)
    write_opus(tmp_path / "a.opus", CallFiles(paths=(wav,)), [(1.0, 2.0)])
    found = decoded(tmp_path / "a.opus")

    def loudest_hz(from_s: float) -> float:
        part = found[0, round(from_s * 8000) :][:4000]
        return float(np.abs(np.fft.rfft(part)).argmax() * 8000 / len(part))

    assert loudest_hz(0.3) == pytest.approx(300, abs=4)
    assert loudest_hz(1.25) == pytest.approx(1000, abs=4)
    assert loudest_hz(2.3) == pytest.approx(300, abs=4)
    spectrum = np.abs(np.fft.rfft(found[0, 10000:14000]))
    assert spectrum[150] < 0.01 * spectrum[500]  # of the 300 Hz nothing is left
