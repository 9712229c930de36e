"""G.711, by table: what the telephone network calls audio.

librosa's ``mu_expand`` is the smooth formula, not G.711's straight segments, so the 256 values are
computed here from the standard (ITU-T G.711, 1988; the arithmetic form of Recommendation G.191).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Codes = NDArray[np.uint8]

_BIAS = 132  # G.711 mu-law: 33 of the 14-bit range, brought to 16 bits


def _mulaw_values() -> NDArray[np.int32]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF  # on the line every bit is inverted
    magnitude = ((((code & 0x0F) << 3) + _BIAS) << ((code >> 4) & 7)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude)


def _alaw_values() -> NDArray[np.int32]:
    code = np.arange(256, dtype=np.int32) ^ 0x55  # on the line every other bit is inverted
    segment, step = (code >> 4) & 7, (code & 0x0F) << 4
    magnitude = np.where(segment == 0, step + 8, (step + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude)


@cache
def _decode_table(law: str) -> Samples:
    values = _mulaw_values() if law == "mulaw" else _alaw_values()
    return (values / 32768).astype(np.float32)


@cache
def _encode_table(law: str) -> Codes:
    """Code of each 16-bit sample: the decoded value that lies nearest."""
    values = _mulaw_values() if law == "mulaw" else _alaw_values()
    # 0x7F decodes to mu-law's second zero; stable sorting keeps 0xFF, which encoders send
    order = np.argsort(values[::-1], kind="stable")
    codes = np.arange(255, -1, -1)[order]
    levels = values[codes]
    first = np.concatenate([[True], np.diff(levels) > 0])
    levels, codes = levels[first], codes[first]
    middle = (levels[1:] + levels[:-1]) / 2
    table = codes[np.searchsorted(middle, np.arange(-32768, 32768))]
    codes_of: Codes = np.asarray(table, np.uint8)
    return codes_of


def _encode(samples: Samples, law: str) -> Codes:
    pcm = np.clip(np.rint(samples.astype(np.float64) * 32768), -32768, 32767).astype(np.int64)
    codes: Codes = _encode_table(law)[pcm + 32768]
    return codes


def decode_mulaw(codes: Codes) -> Samples:
    """Samples of mu-law codes.

    Parameters
    ----------
    codes : np.ndarray [shape=(...), dtype=uint8]
        As they come off the line.

    Returns
    -------
    np.ndarray [shape=(...), dtype=float32]
        In [-0.98, 0.98]: the 16-bit values of the standard, divided by 32768.
    """
    return _decode_table("mulaw")[codes]


def decode_alaw(codes: Codes) -> Samples:
    """Samples of A-law codes; see :func:`decode_mulaw`."""
    return _decode_table("alaw")[codes]


def encode_mulaw(samples: Samples) -> Codes:
    """Nearest mu-law code of each sample in [-1, 1]; what lies outside is clipped."""
    return _encode(samples, "mulaw")


def encode_alaw(samples: Samples) -> Codes:
    """Nearest A-law code of each sample in [-1, 1]; what lies outside is clipped."""
    return _encode(samples, "alaw")
