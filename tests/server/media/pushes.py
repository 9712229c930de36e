"""Tracks as sources bring them, good and bad, and what came out of an aligner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.media.aligner import Block

FRAME = 160  # 20 ms
Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]
Push = tuple[int, int | None, Samples]


def ramp(start: int, length: int) -> Samples:
    """Loud samples that tell where they come from: 1.0 is sample 0, then 1.001 ..."""
    return (1 + (np.arange(start, start + length) % 4000) / 1000).astype(np.float32)


def spoken(length: int, seed: int) -> Samples:
    """Loud for 2 s, silent (-60 dBFS) for 1 s, and so on."""
    rng = np.random.default_rng(seed)
    noise = rng.uniform(-1, 1, length).astype(np.float32)
    loud = (np.arange(length) + seed * 12000) % 24000 < 16000
    return np.where(loud, 0.5 * np.sign(noise), 0.001 * noise).astype(np.float32)


def joined(blocks: Sequence[Block], tracks: int = 2) -> tuple[Samples, NDArray[np.bool_]]:
    """Everything that came out: [tracks, n], and which of it is lost."""
    blocks = list(blocks)
    if not blocks:
        return np.zeros((tracks, 0), np.float32), np.zeros((tracks, 0), np.bool_)
    samples = np.concatenate([block for block, _ in blocks], axis=1)
    lost = [np.zeros(b.shape, np.bool_) if mask is None else mask for b, mask in blocks]
    return samples, np.concatenate(lost, axis=1)


class Line(NamedTuple):
    """How bad a line is."""

    stamped: bool
    seed: int
    loss: float
    stall: float
    drift: int  # samples that each frame of track 1 lacks
    frames: int


def over(line: Line) -> list[Push]:
    """Two tracks with losses, stalls and drift."""
    stamped, seed, loss, stall, drift, frames = line
    rng = np.random.default_rng(seed)
    pushes: list[Push] = []
    waiting: list[Push] = []
    stalled = 0
    for frame in range(frames):
        at = frame * FRAME
        for track in range(2):
            length = FRAME - drift * track
            samples = spoken(length, 0) if frame // 60 % 2 else np.full(length, 0.002, np.float32)
            push = (track, at if stamped else None, samples)
            if rng.random() < loss:
                continue
            if track == 1 and rng.random() < stall:
                stalled = int(rng.integers(1, 30))
            if track == 1 and stalled:
                waiting.append(push)
            else:
                pushes.append(push)
        stalled = max(0, stalled - 1)
        if not stalled:
            pushes += waiting
            waiting = []
    return pushes + waiting
