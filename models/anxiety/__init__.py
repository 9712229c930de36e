"""The model of the anxiety index: from a voice's distances to its own calm, to parts of a score.

An additive model: each feature's distance from the baseline, in calm spreads, is clipped and
weighted, so that what each feature adds is exact and nothing else is in the score. How it was made
is in ``models/recipes/anxiety.py``, what it can do in ``card.md``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PATH = Path(__file__).with_name("anxiety.onnx")
SCHEMA = 1
"""Of the metadata and of the graph's inputs and outputs."""
DISTANCES, LANGUAGE, PARTS = "distances", "language", "parts"
"""Inputs (float32 [n, features]; int64 [1], index into the languages) and output (float32
[n, features]: what each feature adds to the score)."""


class AnxietyModel:
    """Parts of the score, feature by feature.

    Parameters
    ----------
    session
        Of the graph that the recipe writes.
    language
        Index of the language.
    """

    def __init__(self, session: InferenceSession, language: int) -> None:
        import numpy as np

        self._run = session.run
        self._array = np.array
        self._float = np.float32
        self._language = np.array([language], np.int64)

    def parts(self, distances: Sequence[float]) -> list[float]:
        """What each feature adds to the score.

        Parameters
        ----------
        distances
            Of each feature of the schema from its calm median, in calm spreads.
        """
        given = self._array([distances], self._float)
        out: list[float] = self._run([PARTS], {DISTANCES: given, LANGUAGE: self._language})[0][
            0
        ].tolist()
        return out


def load(features: Sequence[str], language: str | None, path: Path = PATH) -> AnxietyModel:
    """Load a model for callers of one language.

    Parameters
    ----------
    features
        Names of the features that will be given, in order, each with its unit: ``tilt (dB)``.
    language
        Of the call. One that the model does not know is read with the model's last, which leaves
        out what tones would mislead.
    path
        The model's file; the file is read once a process.

    Raises
    ------
    ModelError
        If there is no such file, it is no such model, or it was made for other features.
    """
    session, schema = _open(path)
    if list(features) != schema["features"]:
        expected = ", ".join(schema["features"])
        raise ModelError(f"{path.name}: was made for {expected}; given are {', '.join(features)}")
    known: list[str] = schema["languages"]
    return AnxietyModel(session, known.index(language) if language in known else len(known) - 1)


def schema(path: Path = PATH) -> dict[str, Any]:
    """Everything that the model's file says of itself; raises as :func:`load`."""
    return dict(_open(path)[1])


@cache
def _open(path: Path) -> tuple[InferenceSession, dict[str, Any]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # a few multiplications: threads would cost a hundred times the work
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            path.read_bytes(), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except OSError as error:
        raise ModelError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except Exception as error:  # onnxruntime's own exceptions share no base
        raise ModelError(f"{path}: is no ONNX model") from error
    try:
        told = json.loads(session.get_modelmeta().custom_metadata_map["calmline"])
        if told["schema"] != SCHEMA:
            raise ModelError(f"{path}: has schema {told['schema']}, this version reads {SCHEMA}")
        told["features"] = [str(name) for name in told["features"]]
        told["languages"] = [str(name) for name in told["languages"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: does not say for which features it was made") from error
    return session, told
