"""Silero's network as products of matrices: the same weights and results in a third of the time.

The file has a convolution over the four frames of each chunk, chunk by chunk, which keeps little
of a processor busy. Written as one matrix product for the chunks of all tracks at once, each layer
is what processors do best. And the file wants 16 kHz: a call has 8, and doubling the rate is a
matrix product as well, as is the transform after it, so the two are one. Nothing is approximated;
sums are taken in another order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

FRAME = 256
"""Samples of a frame at 16 kHz; one begins every half of it."""
FRAMES = 4
"""Frames of a chunk. Of the last a quarter lies beyond the chunk: the network hears what came
before once more, backwards."""
_BINS = FRAME // 2 + 1
_BOTH = 2 * _BINS  # real parts, then imaginary parts
_STRIDES = (1, 2, 2, 1)  # of the encoder's layers
_LAYER = "encoder.conv_layers.{}.{}"


def as_products(content: bytes, taps: NDArray[np.float32], state: int) -> bytes:
    """Write the network anew.

    Parameters
    ----------
    content
        The model's file.
    taps
        Of the filter that gives the sample between the middle two of an even number of samples.
    state
        Width of the recurrent state.

    Returns
    -------
    bytes
        A model with the inputs ``frames`` [chunks, tracks, 3, 128 + taps], ``last`` [chunks,
        tracks, 96 + taps], ``h`` and ``c`` [1, tracks, state], and the outputs ``speech``
        [chunks, tracks], ``hn`` and ``cn``. Frames are sound at 8 kHz, with half of the taps
        before them and half after.
    """
    import onnx
    from onnx import numpy_helper

    old = onnx.load_from_string(content)
    weights = {each.name: numpy_helper.to_array(each) for each in old.graph.initializer}
    lstm = next(node for node in old.graph.node if node.op_type == "LSTM")
    new = _Network()
    bases = _bases(weights["encoder.feature_extractor.forward_basis_buffer"][:, 0].T, taps)
    heard, frames = _spectra(new, *bases), FRAMES
    for layer, stride in enumerate(_STRIDES):
        weight, bias = (weights[_LAYER.format(layer, part)] for part in ("weight", "bias"))
        heard, frames = _convolved(new, heard, weight, bias, stride, frames)
    # the recurrence runs over chunks, all tracks abreast
    tracks = new.op("Slice", new.op("Shape", "h"), new.ints(1), new.ints(2))
    shape = new.op("Concat", new.ints(-1), tracks, new.ints(state), axis=0)
    heard = new.op("Reshape", heard, shape)
    recurrent = [new.floats(weights[name]) for name in lstm.input[1:4]]
    new.op("LSTM", heard, *recurrent, "", "h", "c", outputs=("y", "hn", "cn"), hidden_size=state)
    heard = new.op("Reshape", new.op("Relu", "y"), new.ints(-1, state))
    weight, bias = weights["decoder.conv1d.weight"], weights["decoder.conv1d.bias"]
    heard = new.op("Gemm", heard, new.floats(weight[:, :, 0].T), new.floats(bias))
    shape = new.op("Concat", new.ints(-1), tracks, axis=0)
    new.op("Reshape", new.op("Sigmoid", heard), shape, outputs=("speech",))
    written: bytes = new.model(old, [len(basis) for basis in bases], state).SerializeToString()
    return written


def _bases(
    basis: NDArray[np.float32], taps: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What takes 8 kHz to the transform [bins] of a frame, and of a chunk's last frame."""
    reach = len(taps) // 2
    doubled = np.zeros((FRAME // 2 + len(taps), FRAME))
    for sample in range(FRAME // 2):
        doubled[reach + sample, 2 * sample] = 1
        doubled[sample + 1 : sample + 1 + len(taps), 2 * sample + 1] = taps
    beyond = FRAME // 4
    mirrored = doubled.copy()
    mirrored[:, -beyond:] = doubled[:, -beyond - 2 : -2 * beyond - 2 : -1]
    mirrored = mirrored[: -beyond // 2]  # the rest is not looked at
    return (doubled @ basis).astype(np.float32), (mirrored @ basis).astype(np.float32)


def _spectra(new: _Network, basis: NDArray[np.float32], last: NDArray[np.float32]) -> str:
    """Magnitudes of each chunk's frames [chunks, frames, bins]."""
    parts = [
        new.op("Reshape", new.op("MatMul", name, new.floats(matrix)), new.ints(-1, frames, _BOTH))
        for name, matrix, frames in (("frames", basis, FRAMES - 1), ("last", last, 1))
    ]
    spectra = new.op("Concat", *parts, axis=1)
    power = new.op("Mul", spectra, spectra)
    real = new.op("Slice", power, new.ints(0), new.ints(_BINS), new.ints(2))
    imaginary = new.op("Slice", power, new.ints(_BINS), new.ints(_BOTH), new.ints(2))
    return new.op("Sqrt", new.op("Add", real, imaginary))


def _convolved(
    new: _Network,
    heard: str,
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
    stride: int,
    frames: int,
) -> tuple[str, int]:
    """One layer of width 3, padded by a frame, with its ReLU; and how many frames are left."""
    left = (frames - 1) // stride + 1
    taps = list(range(3))
    if left == 1:  # all frames that there are make one row; the other taps see padding
        taps = taps[1 : 1 + frames]
    else:
        padded = new.op("Pad", heard, new.ints(0, 1, 0, 0, 1, 0))
        last = stride * (left - 1) + 1
        seen = [
            new.op("Slice", padded, *map(new.ints, (tap, tap + last, 1, stride))) for tap in taps
        ]
        heard = new.op("Concat", *seen, axis=2)
    matrix = np.concatenate([weight[:, :, tap].T for tap in taps])
    rows = new.op("Reshape", heard, new.ints(-1, len(matrix)))
    product = new.op("Relu", new.op("Gemm", rows, new.floats(matrix), new.floats(bias)))
    return new.op("Reshape", product, new.ints(-1, left, len(bias))), left


class _Network:
    """Nodes and constants of a network that is being written."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, NDArray[Any]] = {}

    def op(self, kind: str, *inputs: str, outputs: tuple[str, ...] = (), **attributes: Any) -> str:
        """Add an operation; the name of its (first) output."""
        from onnx import helper

        outputs = outputs or (f"{len(self._nodes)}",)
        self._nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs[0]

    def ints(self, *values: int) -> str:
        """Add a constant shape or index; its name."""
        return self._constant(f"ints {values}", np.array(values, np.int64))

    def floats(self, values: NDArray[np.float32]) -> str:
        """Add weights; their name."""
        return self._constant(f"weights {len(self._constants)}", np.ascontiguousarray(values))

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._constants[name] = values
        return name

    def model(self, old: ModelProto, samples: Sequence[int], state: int) -> ModelProto:
        """The network, whole and checked, in the version that the old one has."""
        from onnx import TensorProto, checker, helper, numpy_helper

        def tensor(name: str, *shape: str | int) -> Any:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        states = [tensor(name, 1, "tracks", state) for name in ("h", "c", "hn", "cn")]
        frame, last = samples
        sound = [
            tensor("frames", "chunks", "tracks", FRAMES - 1, frame),
            tensor("last", "chunks", "tracks", last),
        ]
        graph = helper.make_graph(
            self._nodes,
            "silero",
            [*sound, *states[:2]],
            [tensor("speech", "chunks", "tracks"), *states[2:]],
            [numpy_helper.from_array(values, name) for name, values in self._constants.items()],
        )
        model = helper.make_model(graph, opset_imports=old.opset_import, ir_version=old.ir_version)
        checker.check_model(model)
        return model
