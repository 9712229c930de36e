"""The trained weights as an ONNX file: 8-bit weights, everything else in float64.

The graph takes the rows and values of a text's n-grams, so that only their rows of the table are
touched, and gives what each adds besides the scores.
"""

from __future__ import annotations

import numpy as np

from models.wording.labels import LABELS

from .training import Fitted

OPSET = 17
IR_VERSION = 8


def to_onnx(fitted: Fitted) -> bytes:
    """Quantise and serialise; the same weights give the same bytes."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    scale = np.maximum(np.abs(fitted.table).max(axis=0), 1e-9) / 127
    table = np.round(fitted.table / scale).astype(np.int8)
    classes = len(LABELS)
    nodes = [
        helper.make_node("Gather", ["table", "rows"], ["picked"]),
        helper.make_node("Cast", ["picked"], ["small"], to=TensorProto.DOUBLE),
        helper.make_node("Mul", ["small", "scale"], ["weights"]),
        helper.make_node("Unsqueeze", ["values", "last"], ["column"]),
        helper.make_node("Mul", ["weights", "column"], ["contributions"]),
        helper.make_node("ReduceSum", ["contributions", "first"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "bias"], ["log_odds"]),
        helper.make_node("Sigmoid", ["log_odds"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "wording",
        [
            helper.make_tensor_value_info("rows", TensorProto.INT64, ["k"]),
            helper.make_tensor_value_info("values", TensorProto.DOUBLE, ["k"]),
        ],
        [
            helper.make_tensor_value_info("scores", TensorProto.DOUBLE, [classes]),
            helper.make_tensor_value_info("contributions", TensorProto.DOUBLE, ["k", classes]),
        ],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(scale, "scale"),
            numpy_helper.from_array(fitted.bias, "bias"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "last"),
            numpy_helper.from_array(np.array([0], dtype=np.int64), "first"),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="calmline"
    )
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
