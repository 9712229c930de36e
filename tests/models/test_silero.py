"""The voice activity model, written anew: it says what its file says."""

from __future__ import annotations

import numpy as np
import pytest

from models import silero
from models.errors import ModelError
from tests.voice.sound import sample

CHUNKS = 40


def chunks(track: int) -> np.ndarray:
    """Chunks of speech at 16 kHz, with the context that the file's own model takes."""
    sound = np.repeat(sample("en-calm")[0][track, 40000:56000], 2)
    rows = np.arange(CHUNKS)[:, np.newaxis] * silero.CHUNK + np.arange(
        silero.CONTEXT + silero.CHUNK
    )
    return np.asarray(sound[rows])


def mirrored(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([rows, rows[..., -2 : -2 - silero.MIRRORED : -1]], axis=-1)


@pytest.fixture(scope="module")
def state() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(0, 0.3, (1, 2, silero.STATE)).astype(np.float32)


def test_the_file_and_the_products_agree(state: np.ndarray) -> None:
    import onnxruntime

    theirs = onnxruntime.InferenceSession(silero.find(), providers=["CPUExecutionProvider"])
    sound = np.stack([chunks(0), chunks(1)])
    ours = silero.load().run(None, {"input": mirrored(sound), "h": state, "c": state / 2})
    for track in (0, 1):
        alone = np.ascontiguousarray(state[:, track : track + 1])
        speech, h, c = theirs.run(None, {"input": sound[track], "h": alone, "c": alone / 2})
        assert speech.max() > 0.9
        assert ours[0][:, track] == pytest.approx(speech, abs=1e-5)
        assert ours[1][:, track] == pytest.approx(h[:, 0], abs=1e-4)
        assert ours[2][:, track] == pytest.approx(c[:, 0], abs=1e-4)


def test_another_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero, "CHECKSUM", "0" * 64)
    with pytest.raises(ModelError, match="not the file we know"):
        silero.load.__wrapped__()
