"""The model of the index: exact parts, languages, and a schema that refuses what does not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.baseline import FEATURES, SCHEMA
from models import anxiety
from models.errors import ModelError

NAMES = [feature.name for feature in FEATURES]


def test_the_bundled_model_fits_the_baseline() -> None:
    assert anxiety.schema()["features"] == list(SCHEMA)
    assert anxiety.schema()["languages"] == ["en", "zh"]


@pytest.mark.parametrize("language", ["en", "zh", None])
def test_each_part_depends_on_its_feature_alone_and_only_grows_towards_tension(
    language: str | None,
) -> None:
    model = anxiety.load(SCHEMA, language)
    calm = [0.0] * len(NAMES)
    assert model.parts(calm) == calm
    tense = {"f0_median": 1, "articulation_rate": 1, "tilt": -1}
    for place, name in enumerate(NAMES):
        sweep = np.linspace(-6, 6, 41)
        parts = np.array(
            [model.parts([*calm[:place], float(z), *calm[place + 1 :]]) for z in sweep]
        )
        assert not np.delete(parts, place, axis=1).any()
        steps = np.diff(parts[:, place])
        if name in tense:
            assert (steps * tense[name] >= 0).all()
            assert np.ptp(parts[:, place]) > 0.3
    assert not any(model.parts([0.0 if n != "level" else 9.0 for n in NAMES]))


def test_mandarin_leaves_the_spread_of_f0_out_and_an_unknown_language_too() -> None:
    lively = [3.0 if name == "f0_spread" else 0.0 for name in NAMES]
    assert any(anxiety.load(SCHEMA, "en").parts(lively))
    assert not any(anxiety.load(SCHEMA, "zh").parts(lively))
    assert not any(anxiety.load(SCHEMA, None).parts(lively))


@given(st.lists(st.floats(-50, 50), min_size=len(NAMES), max_size=len(NAMES)))
def test_parts_are_bounded_and_repeatable(distances: list[float]) -> None:
    model = anxiety.load(SCHEMA, "en")
    parts = model.parts(distances)
    assert parts == model.parts(distances)
    assert max(abs(part) for part in parts) <= 1.5


def test_another_schema_is_refused() -> None:
    with pytest.raises(ModelError, match="was made for f0_median"):
        anxiety.load([*SCHEMA[1:], SCHEMA[0]], "en")
    with pytest.raises(ModelError, match="given are a"):
        anxiety.load(["a"], "en")


def test_a_missing_or_broken_file_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file"):
        anxiety.load(SCHEMA, "en", tmp_path / "none.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    with pytest.raises(ModelError, match="is no ONNX model"):
        anxiety.load(SCHEMA, "en", broken)
