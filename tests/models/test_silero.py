"""The voice activity model, written anew: it says what its file says."""

from __future__ import annotations

import numpy as np
import pytest

from models import silero
from models.errors import ModelError
from tests.voice.sound import sample
from voice.resample import LOOKAHEAD, double_rate, taps

CHUNKS = 40
CHUNK, CONTEXT = 2 * silero.CHUNK, 2 * silero.CONTEXT  # at 16 kHz
FIRST = 40000


def doubled(track: int) -> np.ndarray:
    """Chunks of speech at 16 kHz, with the context that the file's own model takes."""
    sound = double_rate(sample("en-calm")[0][track])[2 * FIRST :]
    rows = np.arange(CHUNKS)[:, np.newaxis] * CHUNK + np.arange(CONTEXT + CHUNK)
    return np.asarray(sound[rows])


def frames(first: int, step: int, samples: int) -> np.ndarray:
    """Frames of both tracks' chunks at 8 kHz, with what the filter reaches."""
    start = FIRST + first - LOOKAHEAD + np.arange(0, 3 * silero.HOP, step)[:, np.newaxis]
    chunks = silero.CHUNK * np.arange(CHUNKS)[:, np.newaxis, np.newaxis]
    places = chunks + start + np.arange(samples + 2 * LOOKAHEAD)
    return np.moveaxis(sample("en-calm")[0][:, places], 0, 1)


@pytest.fixture(scope="module")
def state() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(0, 0.3, (1, 2, silero.STATE)).astype(np.float32)


def test_the_file_and_the_products_agree(state: np.ndarray) -> None:
    import onnxruntime

    theirs = onnxruntime.InferenceSession(silero.find(), providers=["CPUExecutionProvider"])
    sound = {
        "frames": frames(0, silero.HOP, 2 * silero.HOP),
        "last": frames(3 * silero.HOP, 3 * silero.HOP, 96)[:, :, 0],
    }
    ours = silero.load(tuple(taps().tolist())).run(None, sound | {"h": state, "c": state / 2})
    for track in (0, 1):
        alone = np.ascontiguousarray(state[:, track : track + 1])
        speech, h, c = theirs.run(None, {"input": doubled(track), "h": alone, "c": alone / 2})
        assert speech.max() > 0.9
        assert ours[0][:, track] == pytest.approx(speech, abs=1e-5)
        assert ours[1][:, track] == pytest.approx(h[:, 0], abs=1e-4)
        assert ours[2][:, track] == pytest.approx(c[:, 0], abs=1e-4)


def test_another_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero, "CHECKSUM", "0" * 64)
    with pytest.raises(ModelError, match="not the file we know"):
        silero.load.__wrapped__((1.0, 1.0))
