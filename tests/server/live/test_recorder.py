from __future__ import annotations

import stat
import wave
from pathlib import Path

import numpy as np
import pytest

from server.live.recorder import Recorder
from voice.clock import RATE


def read(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, RATE, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).T


def test_what_was_heard_is_there_and_what_was_lost_is_silent(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).uniform(-1, 1, (2, 1000)).astype(np.float32)
    lost = np.zeros(sound.shape, np.bool_)
    lost[1, 200:300] = True
    recorder = Recorder(tmp_path / "calls" / "a.wav", 2)
    for at in range(0, 1000, 160):
        recorder.write(sound[:, at : at + 160], lost[:, at : at + 160])
    recorder.close()
    found = read(tmp_path / "calls" / "a.wav") / 32767
    assert np.abs(found - np.where(lost, 0, sound)).max() < 1 / 32767
    assert stat.S_IMODE((tmp_path / "calls" / "a.wav").stat().st_mode) == 0o600


def test_a_file_that_was_never_closed_plays_up_to_the_last_second(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.wav", 2)
    block = np.full((2, RATE // 2), 0.5, np.float32)
    for _ in range(5):
        recorder.write(block, np.zeros(block.shape, np.bool_))
    assert read(tmp_path / "a.wav").shape == (2, 2 * RATE)
    recorder.close()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    Recorder(tmp_path / "a.wav", 2).close()
    with pytest.raises(FileExistsError):
        Recorder(tmp_path / "a.wav", 2)
