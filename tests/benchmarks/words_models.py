"""Whisper models of true size and random weights, for measuring what words cost.

The cost of an utterance depends on the size of the model, the window and the number of tokens, not
on what the weights say. The weights of no real model come with the project, so they are drawn at
random, and every decode is made to say as many tokens as people do.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from models import catalog, whisper
from models.transcriber import RATE, Language, Samples, Transcript
from models.whisper import WhisperTranscriber
from models.windows import window_s
from server.lane.worker import Loader
from tests.conftest import ROOT
from tests.models import tiny

SIZES = {"tiny": (384, 4, 6), "base": (512, 6, 8), "small": (768, 12, 12)}
"""Width, layers (of encoder and decoder) and heads: Radford et al. 2023, table 1."""
TOKENS_PER_S = 3.5
"""Said in a second of an utterance: 2.5 words of 1.3 tokens, pauses included."""

_CACHE = ROOT / ".bench"
_WINDOW, _POSITIONS, _MELS = 1500, 448, 80


def tokens(samples: Samples) -> int:
    """How many tokens are said in an utterance."""
    return max(1, round(TOKENS_PER_S * len(samples) / RATE))


@dataclass(frozen=True, slots=True)
class Laborious:
    """A transcriber that does all the work of an utterance and says nothing."""

    inner: WhisperTranscriber

    @property
    def engine(self) -> str:
        """As of the model inside."""
        return self.inner.engine

    @property
    def languages(self) -> tuple[Language, ...]:
        """As of the model inside."""
        return self.inner.languages

    @property
    def longest_s(self) -> float:
        """As of the model inside."""
        return self.inner.longest_s

    def transcribe(
        self, samples: Samples, language: Language | None, *, hotwords: str | None = None
    ) -> Transcript:
        """Hear the utterance in its own window and say as many tokens as people do."""
        window = window_s(len(samples) / RATE, self.longest_s)
        self.work(samples, tokens(samples), window)
        return Transcript(
            words=(),
            text="",
            language=language or "en",
            engine=self.engine,
            window_s=window,
            retried=False,
        )

    def detect(self, samples: Samples) -> tuple[Language, float]:
        """As the model inside does."""
        return self.inner.detect(samples)

    def work(self, samples: Samples, tokens: int, window_s: float) -> None:
        """As the model inside does."""
        self.inner.work(samples, tokens, window_s)


def laborious(folder: Path) -> Laborious:
    """Load a model of random weights."""
    return laborious_model(_model(folder))


def laborious_model(model: catalog.Model) -> Laborious:
    """Load a model that is to do its work and say nothing."""
    return Laborious(whisper.load(model, "cpu"))


def loader(name: str) -> Loader | None:
    """What loads a model in a worker; ``None`` where the bundled model is not there."""
    if name in SIZES:
        return partial(laborious, build(name))
    return _bundled()


def build(name: str) -> Path:
    """Make a model of random weights, once; its folder."""
    folder = _CACHE / f"whisper-{name}"
    if (folder / "tokenizer.json").is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    words = folder.with_name(f"{folder.name}-words")
    shutil.rmtree(words, ignore_errors=True)
    tiny.build(words, [" a"])  # for its vocabulary of Whisper's size
    part = folder.with_name(f"{folder.name}-part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    _write(part, json.loads((words / "vocabulary.json").read_text("utf-8")), *SIZES[name])
    shutil.copy(words / "tokenizer.json", part)
    shutil.rmtree(words)
    part.rename(folder)
    return folder


def _bundled() -> Loader | None:
    model = next((m for m in catalog.present(catalog.Places.of_user()) if m.demo), None)
    return None if model is None else partial(whisper.load, model, "cpu")


def _model(folder: Path) -> catalog.Model:
    nowhere = folder / "-"
    return catalog.find(str(folder), catalog.Places(fetched=nowhere, cache=nowhere, bundle=nowhere))


def _write(folder: Path, vocabulary: list[str], width: int, layers: int, heads: int) -> None:
    from ctranslate2.specs import whisper_spec

    random = np.random.default_rng(0)

    def drawn(*shape: int) -> Any:
        return random.normal(0, 0.02, shape).astype(np.float32)

    def linear(target: Any, *shape: int) -> None:
        target.weight, target.bias = drawn(*shape), drawn(shape[0])

    def norm(target: Any) -> None:
        target.gamma, target.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    spec = whisper_spec.WhisperSpec(layers, heads, layers, heads)
    spec.encoder.position_encodings.encodings = drawn(_WINDOW, width)
    spec.decoder.position_encodings.encodings = drawn(_POSITIONS, width)
    spec.decoder.embeddings.weight = drawn(len(vocabulary), width)
    spec.decoder.projection.weight = drawn(len(vocabulary), width)
    # marks are never said, so every decode goes on for as long as it is told to
    said = np.zeros(len(vocabulary), np.float32)
    said[vocabulary.index("<|endoftext|>") :] = -1000
    spec.decoder.projection.bias = said
    linear(spec.encoder.conv1, width, _MELS, 3)
    linear(spec.encoder.conv2, width, width, 3)
    norm(spec.encoder.layer_norm)
    norm(spec.decoder.layer_norm)
    for layer in (*spec.encoder.layer, *spec.decoder.layer):
        norm(layer.self_attention.layer_norm)
        linear(layer.self_attention.linear[0], 3 * width, width)
        linear(layer.self_attention.linear[1], width, width)
        norm(layer.ffn.layer_norm)
        linear(layer.ffn.linear_0, 4 * width, width)
        linear(layer.ffn.linear_1, width, 4 * width)
    for layer in spec.decoder.layer:
        norm(layer.attention.layer_norm)
        linear(layer.attention.linear[0], width, width)
        linear(layer.attention.linear[1], 2 * width, width)
        linear(layer.attention.linear[2], width, width)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    start = vocabulary.index("<|en|>")
    spec.config.lang_ids = list(range(start, vocabulary.index("<|translate|>")))
    spec.config.alignment_heads = [[layers - 1, head] for head in range(6)]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
