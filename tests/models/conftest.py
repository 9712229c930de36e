"""What the tests of this room share: models that say what they are told, and speech to hear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models import archive, catalog, whisper
from models.whisper import WhisperTranscriber
from tests.models import tiny
from tests.voice.sound import sample
from voice.resample import double_rate

WORDS = [" good", " afternoon", " this", " is", " Anna."]

Speech = Callable[[float], NDArray[np.float32]]


@pytest.fixture(scope="session")
def speech() -> Speech:
    """Seconds of a bundled call's agent at 16 kHz, from her first word on."""
    call, labels = sample("en-calm")
    start = round(labels["turns"][0]["start_s"] * 8000)

    def cut(seconds: float) -> NDArray[np.float32]:
        return double_rate(call[1, start : start + round(seconds * 8000)])

    return cut


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that greets after half a second."""
    return tiny.build(tmp_path_factory.mktemp("tiny") / "greeter", WORDS, silent_slots=1)


@pytest.fixture(scope="session")
def packed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model in its compact form, as a bundled one."""
    bundle = tmp_path_factory.mktemp("packed")
    archive.pack(folder, bundle, name="nano", source="a test", window_s=30.0)
    return bundle


@pytest.fixture
def places(tmp_path: Path) -> catalog.Places:
    """Places of a user who has nothing yet."""
    return catalog.Places(
        fetched=tmp_path / "fetched", cache=tmp_path / "cache", bundle=tmp_path / "bundle"
    )


@pytest.fixture(scope="session")
def greeter(folder: Path) -> WhisperTranscriber:
    """That model, loaded."""
    nowhere = catalog.Places(fetched=folder / "-", cache=folder / "-", bundle=folder / "-")
    return whisper.load(catalog.find(str(folder), nowhere), "cpu")
