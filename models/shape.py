"""How long a window a model takes, and how many tokens it can say: read from its ``model.bin``.

CTranslate2 does not tell how many positions a model has, yet one with fewer than Whisper's 1,500
and 448 fails in the middle of a call. The file (binary version 6, see ``ModelSpec.save``) lists
every variable with its dimensions, so nothing needs to be loaded to know.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .errors import ModelError

POSITION_S = 0.02
"""Sound behind one encoder position: two feature frames of 10 ms."""
MULTILINGUAL_FROM = 51865
"""Tokens of a vocabulary from which CTranslate2 takes a model for multilingual."""

_VERSION = 6
_ENCODER = "encoder/position_encodings/encodings"
_DECODER = "decoder/position_encodings/encodings"
_EMBEDDINGS = "decoder/embeddings/weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a Whisper model's size allows.

    Attributes
    ----------
    window_s
        The longest sound it hears at once, in seconds.
    tokens
        The longest text it can say, prompt included, in tokens.
    multilingual
        Whether it knows other languages than English.
    """

    window_s: float
    tokens: int
    multilingual: bool


def read(weights: Path) -> Shape:
    """Read a model's shape from its ``model.bin``, without loading it.

    Raises
    ------
    ModelError
        If the file is no Whisper model of CTranslate2.
    """
    try:
        with weights.open("rb") as file:
            dimensions = _dimensions(file, weights.stat().st_size)
        return Shape(
            window_s=dimensions[_ENCODER][0] * POSITION_S,
            tokens=dimensions[_DECODER][0],
            multilingual=dimensions[_EMBEDDINGS][0] >= MULTILINGUAL_FROM,
        )
    except OSError as error:
        raise ModelError(f"{weights}: {(error.strerror or 'cannot be read').lower()}") from error
    except (struct.error, KeyError, IndexError, ValueError) as error:
        raise ModelError(f"{weights} is no Whisper model in CTranslate2's format") from error


def _dimensions(file: IO[bytes], size: int) -> dict[str, tuple[int, ...]]:
    """Dimensions of all variables by name, up to the last one that is asked for."""
    (version,) = _take(file, "I")
    if version != _VERSION or _name(file) != "WhisperSpec":
        raise ValueError("another format")
    _, count = _take(file, "II")
    found: dict[str, tuple[int, ...]] = {}
    for _ in range(count):
        name = _name(file)
        (rank,) = _take(file, "B")
        found[name] = _take(file, f"{rank}I")
        _, length = _take(file, "BI")
        if file.tell() + length > size:
            raise ValueError("cut off")
        file.seek(length, 1)
    return found


def _take(file: IO[bytes], kinds: str) -> tuple[int, ...]:
    layout = struct.Struct("<" + kinds)
    return layout.unpack(file.read(layout.size))


def _name(file: IO[bytes]) -> str:
    (length,) = _take(file, "H")
    return file.read(length).rstrip(b"\0").decode("utf-8")
