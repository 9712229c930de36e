"""What is committed is what the script makes, on every voice program."""

import shutil

import numpy as np
import pytest

from samples.measure import tracks, truth
from samples.render import NOISE_DB, render
from samples.script import FOLDER, names
from samples.script import load as load_script
from samples.wav import HEADER_BYTES
from voice.g711 import decode_mulaw

PROGRAMS = {"en-calm": ["flite"], "en-rising": ["flite", "pico2wave"], "zh-calm": ["espeak-ng"]}


def _need(name: str) -> None:
    missing = [program for program in PROGRAMS[name] if shutil.which(program) is None]
    if missing:
        pytest.skip(f"text-to-speech program not installed: {', '.join(missing)}")
    if name.startswith("zh"):
        pytest.importorskip("pypinyin", reason="pypinyin not installed")


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_start_of_a_call_is_rendered_as_committed(name: str) -> None:
    _need(name)
    call = render(load_script(name), turns=2)
    end = call.placed[-1].end

    data = (FOLDER / f"{name}.wav").read_bytes()
    committed = np.frombuffer(data, np.uint8, offset=HEADER_BYTES, count=2 * end).reshape(-1, 2).T

    # another processor may sum in another order: once in a while a code is its neighbour
    assert np.mean(call.codes[:, :end] != committed) < 1e-4
    now, then = decode_mulaw(call.codes[:, :end]), decode_mulaw(committed)
    assert np.allclose(now, then, rtol=1 / 16, atol=8 / 32768)


def test_two_renderings_are_the_same_bytes() -> None:
    _need("en-calm")
    first, second = (render(load_script("en-calm"), turns=1) for _ in range(2))

    assert first.codes.tobytes() == second.codes.tobytes()
    assert first.placed == second.placed


@pytest.mark.parametrize("name", names())
def test_a_silence_is_line_noise_and_not_digital_zero(name: str) -> None:
    start_s = truth(name)["turns"][0]["start_s"]

    silence = tracks(name)[:, : int((start_s - 0.1) * 8000)].astype(np.float64)

    level_db = 10 * np.log10(np.mean(silence**2, axis=1))
    assert np.all(np.abs(level_db - NOISE_DB) < 1)
