"""Interleaved bytes as they come off a line become samples of all tracks; knows no socket."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voice.errors import AudioError
from voice.g711 import decode_alaw, decode_mulaw, encode_alaw, encode_mulaw

Samples = NDArray[np.float32]
Encoding = Literal["pcm16", "mulaw", "alaw"]

WIDTH: dict[Encoding, int] = {"pcm16": 2, "mulaw": 1, "alaw": 1}
"""Bytes of a sample."""


def decode(data: bytes, encoding: Encoding, tracks: int) -> Samples:
    """Samples of interleaved bytes.

    Parameters
    ----------
    data
        Whole sample groups: one sample of each track, in order. ``pcm16`` is little-endian.
    encoding
    tracks

    Returns
    -------
    np.ndarray [shape=(tracks, n), dtype=float32]
        In [-1, 1).

    Raises
    ------
    AudioError
        If the last sample group is not whole.
    """
    group = WIDTH[encoding] * tracks
    if len(data) % group:
        raise AudioError(f"{len(data)} bytes are not whole groups of {group}")
    if encoding == "pcm16":
        samples = np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
    elif encoding == "mulaw":
        samples = decode_mulaw(np.frombuffer(data, np.uint8))
    else:
        samples = decode_alaw(np.frombuffer(data, np.uint8))
    return samples.reshape(-1, tracks).T


def encode(block: Samples, encoding: Encoding) -> bytes:
    """Interleave and code samples [shape=(tracks, n)]; what lies outside [-1, 1) is clipped."""
    samples = np.ascontiguousarray(block.T).ravel()
    if encoding == "pcm16":
        values = np.clip(np.rint(samples * 32768.0), -32768, 32767)
        return bytes(values.astype("<i2").tobytes())
    return bytes((encode_mulaw if encoding == "mulaw" else encode_alaw)(samples).tobytes())
