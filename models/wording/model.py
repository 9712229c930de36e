"""The one way to load the classifier of wording, and to run it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from .cutting import Language
from .features import ROWS, WEIGHTS, Features, features
from .labels import LABELS

SCHEMA = "schema.json"
VERSION = 1
DECIMALS = 4
"""Scores are rounded: beyond that, processors may differ."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of one text.

    Attributes
    ----------
    features
        The n-grams found.
    scores
        For each class of :data:`~models.wording.labels.LABELS`, 0 to 1; shape ``(classes,)``.
    contributions
        What each n-gram adds to each class's log-odds; shape ``(k, classes)``. With the bias they
        sum to the log-odds exactly, the model being linear.
    """

    features: Features
    scores: NDArray[np.float64]
    contributions: NDArray[np.float64]


class WordingModel:
    """The classifier of one language.

    Parameters
    ----------
    language
        Of the texts.
    weights
        An ONNX file's bytes.
    thresholds
        From which score on a class counts as said; all of ``LABELS``.
    """

    def __init__(self, language: Language, weights: bytes, thresholds: Mapping[str, float]) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            weights, options, providers=["CPUExecutionProvider"]
        )
        self.language = language
        self.engine = f"calmline-wording-{language}/{VERSION}-{sha256(weights).hexdigest()[:8]}"
        self.thresholds = {label: float(thresholds[label]) for label in LABELS}

    @classmethod
    def bundled(cls, language: Language) -> WordingModel:
        """Load what is shipped.

        Raises
        ------
        ModelError
            It was not made for this program's features and classes, or is damaged.
        """
        folder = resources.files(__package__)
        schema = json.loads(folder.joinpath(SCHEMA).read_text("utf-8"))
        if any(schema[name] != mine for name, mine in schema_head().items()):
            raise ModelError("the classifier of wording was made for other features or classes")
        entry = schema["languages"][language]
        weights = folder.joinpath(entry["file"]).read_bytes()
        if sha256(weights).hexdigest() != entry["sha256"]:
            raise ModelError(f"{entry['file']} is damaged")
        return cls(language, weights, entry["thresholds"])

    def read(self, text: str) -> Reading:
        """Classify a text; one without any n-gram scores 0 everywhere."""
        found = features(text, self.language)
        if not len(found.rows):
            nothing = np.zeros(len(LABELS))
            return Reading(found, nothing, np.zeros((0, len(LABELS))))
        scores, contributions = self._session.run(
            ["scores", "contributions"], {"rows": found.rows, "values": found.values}
        )
        return Reading(found, np.round(scores, DECIMALS), contributions)


def schema_head() -> dict[str, Any]:
    """What a model file and this program must agree on."""
    return {"version": VERSION, "rows": ROWS, "weights": list(WEIGHTS), "labels": list(LABELS)}
