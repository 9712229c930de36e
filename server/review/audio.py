"""The sound of a call as Opus in Ogg: what a page embeds, or what lies beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE

from ..hearing import CallFiles
from .beeps import Stretch, beeped

BITS_PER_S = 12_000
"""Telephone speech stays clear, and an hour is about 5 MB."""
MIX = 0.5**0.5
"""Of each of two tracks. They are mixed: at a rate at which an hour fits into a page Opus gives up
most of the distance between left and right anyway (below 32 kbit/s, ``opus_encoder.c``)."""
SETTINGS = {
    "application": "voip",
    "frame_duration": "60",
    # the lowest: an hour must not take longer to pack than to analyse
    "compression_level": "0",
}
SUFFIX = ".opus"

Samples = NDArray[np.float32]


def write_opus(path: Path, call: CallFiles, beeps: Sequence[Stretch]) -> None:
    """Write the sound of a call as the core heard it, in memory that does not grow with it.

    Parameters
    ----------
    path
        The file.
    call
        Its recordings.
    beeps
        What nobody may hear.

    Raises
    ------
    Refused
        If the recordings cannot be read.
    """
    with call.open() as source:
        encode(path, _beeped((block for block, _ in source.blocks()), beeps))


def encode(path: Path, blocks: Iterable[Samples]) -> None:
    """Write blocks [shape=(tracks, n), 8 kHz] as Opus in Ogg; the same sound, the same bytes."""
    import av

    # bitexact: no random serial number, no name of a version
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", options=dict(SETTINGS))
        stream.bit_rate = BITS_PER_S
        written = 0
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(mixed(block), format="flt", layout="mono")
            frame.sample_rate = RATE
            frame.pts = written
            written += block.shape[1]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def mixed(block: Samples) -> Samples:
    """Give all tracks as one [shape=(1, n)]."""
    sound = block if len(block) == 1 else MIX * block.sum(axis=0, keepdims=True)
    return np.clip(np.ascontiguousarray(sound, dtype=np.float32), -1, 1)


def _beeped(blocks: Iterable[Samples], beeps: Sequence[Stretch]) -> Iterator[Samples]:
    first = 0
    for block in blocks:
        yield beeped(block, first, beeps) if beeps else block
        first += block.shape[1]
