"""The voice activity model: Silero VAD v6 (MIT), as it comes inside faster-whisper.

The file is found without importing faster-whisper, which would cost most of a second.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .errors import ModelError
from .products import as_products

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

CHECKSUM = "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"
"""SHA-256 of the file whose inputs and behaviour we know (faster-whisper 1.2.1)."""

CHUNK = 256
"""Samples at 8 kHz that the model judges at a time (32 ms)."""
CONTEXT = 32
"""Samples before the chunk that it sees, too."""
HOP = 64
"""Samples from one frame of a chunk to the next; the first begins with the context."""
STATE = 128
"""Width of the recurrent state."""


def find() -> Path:
    """Where the model's file lies.

    Raises
    ------
    ModelError
        If faster-whisper is not installed, or carries another model than the one we know.
    """
    spec = find_spec("faster_whisper")
    if spec is None or spec.origin is None:
        raise ModelError("faster-whisper is not installed: pip install faster-whisper")
    path = Path(spec.origin).parent / "assets" / "silero_vad_v6.onnx"
    if not path.is_file():
        raise ModelError("this faster-whisper has no silero_vad_v6.onnx: install version 1.2.1")
    return path


@cache
def load(taps: tuple[float, ...]) -> InferenceSession:
    """Load the model once for the whole process; the state belongs to each stream.

    Its inputs and outputs are those that :func:`models.products.as_products` gives it.

    Parameters
    ----------
    taps
        Of the filter by which sound of 8 kHz gets the 16 kHz that the model's file wants.

    Raises
    ------
    ModelError
        As :func:`find`, and if the file is not the one whose checksum is pinned.
    """
    import onnxruntime

    content = find().read_bytes()
    if sha256(content).hexdigest() != CHECKSUM:
        raise ModelError("silero_vad_v6.onnx is not the file we know: install faster-whisper 1.2.1")
    options = onnxruntime.SessionOptions()
    # one call is too little work to share between threads, and spinning would burn a core
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        as_products(content, np.array(taps, np.float32), STATE),
        sess_options=options,
        providers=["CPUExecutionProvider"],
    )
