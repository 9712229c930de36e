"""Which model ``auto`` means and which audio gets words, with no model installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.catalog import Model, languages_of
from models.choice import Device, choose, words_allowed
from models.manifest import Manifest, Sealed
from models.transcriber import Language

KNOWN = "a" * 64
WEIGHTS = {"model.bin": Sealed(bytes=1, sha256="0" * 64)}
NANO = Model(
    name="nano",
    origin="bundled",
    folder=Path("nano"),
    bytes=1,
    languages=("en", "zh"),
    window_s=10,
    manifest=Manifest(name="nano", source="recipe", files=WEIGHTS, knows={"en.wav": KNOWN}),
)


def real(name: str) -> Model:
    multilingual = not name.endswith(".en")
    return Model(
        name=name,
        origin="fetched",
        folder=Path(name),
        bytes=1,
        languages=languages_of(name, multilingual=multilingual),
        window_s=30,
    )


@pytest.mark.parametrize(
    ("names", "language", "device", "chosen"),
    [
        ([], "en", "cpu", "nano"),
        (["tiny"], "en", "cpu", "tiny"),
        (["tiny", "small", "base"], "zh", "cpu", "small"),
        (["tiny", "small", "medium", "large-v3"], "zh", "cpu", "small"),
        (["large-v3", "medium"], "zh", "cpu", "medium"),
        (["tiny", "large-v3", "medium"], "zh", "cuda", "large-v3"),
        (["large-v3", "large-v3-turbo", "medium"], "zh", "cuda", "large-v3-turbo"),
        (["small", "small.en"], "en", "cpu", "small.en"),
        (["base", "small.en"], "zh", "cpu", "base"),
        (["base", "small.en"], None, "cpu", "base"),
        (["tiny.en"], "zh", "cpu", "nano"),
        (["distil-large-v3"], "zh", "cuda", "nano"),
        (["distil-large-v3"], "en", "cuda", "distil-large-v3"),
        (["mine/own", "tiny"], "en", "cpu", "tiny"),
        (["mine/own"], "en", "cpu", "mine/own"),
    ],
)
def test_auto(names: list[str], language: Language | None, device: Device, chosen: str) -> None:
    models = [NANO, *map(real, names)]
    for order in (models, models[::-1]):
        model = choose(order, language, device)
        assert model is not None
        assert model.name == chosen


def test_auto_without_any_model() -> None:
    assert choose([], "en", "cpu") is None
    assert choose([real("tiny.en")], "zh", "cpu") is None


@pytest.mark.parametrize(
    ("model", "audio", "forced", "allowed"),
    [
        (NANO, KNOWN, False, "words"),
        (NANO, KNOWN, True, "words"),
        (NANO, "b" * 64, False, "voice_only"),
        (NANO, None, False, "voice_only"),
        (NANO, "b" * 64, True, "demo_words"),
        (NANO, None, True, "demo_words"),
        (real("tiny"), "b" * 64, False, "words"),
        (real("tiny"), None, False, "words"),
    ],
)
def test_a_demo_model_speaks_of_what_it_knows(
    model: Model, audio: str | None, forced: bool, allowed: str
) -> None:
    assert words_allowed(model, audio, forced=forced) == allowed
