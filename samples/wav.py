"""A RIFF/WAVE file of G.711 mu-law, which Python's ``wave`` module cannot write."""

from __future__ import annotations

import struct

import numpy as np

from voice.g711 import Codes

HEADER_BYTES = 58

_WAVE_FORMAT_MULAW = 7


def mulaw_wav(codes: Codes, rate_hz: int) -> bytes:
    """Return the bytes of a mu-law WAV file.

    The header has ``HEADER_BYTES``: a format that is not PCM carries the two-byte size of its
    (empty) extension and a ``fact`` chunk with the samples per channel (Microsoft, *Multimedia
    Programming Interface and Data Specifications 1.0*, 1991, and its *New Multimedia Data Types
    and Data Techniques*, 1994).

    Parameters
    ----------
    codes
        ``uint8 [channels, samples]``.
    rate_hz
        Samples per second and channel.
    """
    channels, samples = codes.shape
    data = np.ascontiguousarray(codes.T).tobytes()
    pad = b"\0" * (len(data) % 2)  # chunks start at even offsets
    form = struct.pack(
        "<4sIHHIIHHH",
        *(b"fmt ", 18, _WAVE_FORMAT_MULAW, channels, rate_hz),
        *(rate_hz * channels, channels, 8, 0),
    )
    fact = struct.pack("<4sII", b"fact", 4, samples)
    body = b"WAVE" + form + fact + struct.pack("<4sI", b"data", len(data)) + data + pad
    return struct.pack("<4sI", b"RIFF", len(body)) + body
