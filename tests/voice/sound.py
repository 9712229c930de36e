"""Sound for tests: the bundled calls with their labels, and speech-like synthetic truth."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.conftest import ROOT
from voice.decode import Recording

SAMPLES = ("en-calm", "en-rising", "en-gives-up", "zh-calm", "zh-rising", "zh-gives-up")


@cache
def sample(name: str) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """A bundled call at 8 kHz [shape=(2, n)], and its labels."""
    with (ROOT / "samples" / f"{name}.wav").open("rb") as file:
        recording = Recording(file)
        call = np.concatenate(list(recording.blocks()), axis=1)
        recording.close()
    labels: dict[str, Any] = json.loads((ROOT / "samples" / f"{name}.json").read_text("utf-8"))
    return call, labels


def arrived(sound: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The mask of sound that arrived whole."""
    return np.zeros(sound.shape, np.bool_)
