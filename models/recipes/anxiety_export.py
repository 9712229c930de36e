"""Writes the model of the anxiety index as ONNX: clip, multiply, with a row for each language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.anxiety import DISTANCES, LANGUAGE, PARTS, SCHEMA

from .anxiety_fit import Weights

OPSET = 17


def write(
    path: Path, features: Sequence[str], weights: Mapping[str, Weights], made: Mapping[str, Any]
) -> None:
    """Write the graph with its schema.

    Parameters
    ----------
    path
        The file.
    features
        Names with units, in the order of the weights.
    weights
        By language.
    made
        What else the file says of itself: data, seed, settings.
    """
    from onnx import TensorProto, checker, helper, numpy_helper, save

    def table(name: str) -> Any:
        rows = [getattr(row, name) for row in weights.values()]
        return numpy_helper.from_array(np.array(rows, np.float32), name)

    nodes = [
        helper.make_node("Gather", ["low", LANGUAGE], ["low_row"]),
        helper.make_node("Gather", ["high", LANGUAGE], ["high_row"]),
        helper.make_node("Gather", ["weights", LANGUAGE], ["weight_row"]),
        helper.make_node("Max", [DISTANCES, "low_row"], ["at_least"]),
        helper.make_node("Min", ["at_least", "high_row"], ["clipped"]),
        helper.make_node("Mul", ["clipped", "weight_row"], [PARTS]),
    ]
    shape = ["n", len(features)]
    graph = helper.make_graph(
        nodes,
        "anxiety",
        [
            helper.make_tensor_value_info(DISTANCES, TensorProto.FLOAT, shape),
            helper.make_tensor_value_info(LANGUAGE, TensorProto.INT64, [1]),
        ],
        [helper.make_tensor_value_info(PARTS, TensorProto.FLOAT, shape)],
        [table("low"), table("high"), table("weights")],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="calmline"
    )
    model.ir_version = 8
    told = {"schema": SCHEMA, "features": list(features), "languages": list(weights), **made}
    entry = model.metadata_props.add()
    entry.key, entry.value = "calmline", json.dumps(told, sort_keys=True)
    checker.check_model(model)
    save(model, str(path))
