"""The sound of a call on disk, as the core heard it: aligned, at 8 kHz, silence for what was lost.

A WAV file whose header is brought up to date with every second, so that a crash leaves a file that
plays.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_FULL_SCALE = 32767


class Recorder:
    """Writes a call to ``folder / name``.

    Parameters
    ----------
    path
        The file; it must not exist.
    tracks
        Its channels.

    Raises
    ------
    OSError
        If it cannot be written.
    """

    def __init__(self, path: Path, tracks: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # a recording of somebody is nobody else's business
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self.name = path.name
        """Of the file."""
        self._tracks = tracks
        self._samples = 0
        self._told = 0
        self._tell()

    def skip(self, samples: int) -> None:
        """Append silence; it takes no room on disk where the file system knows holes."""
        self._file.seek(2 * self._tracks * samples, os.SEEK_CUR)
        self._samples += samples

    def write(self, block: NDArray[np.float32], lost: NDArray[np.bool_]) -> None:
        """Append samples.

        Parameters
        ----------
        block : np.ndarray [shape=(tracks, n), dtype=float32]
            In [-1, 1].
        lost : np.ndarray [shape=(tracks, n), dtype=bool]
            What to leave silent.
        """
        heard = np.where(lost, np.float32(0), block)
        pcm = (np.clip(heard, -1.0, 1.0) * _FULL_SCALE).astype("<i2")
        self._file.write(pcm.T.tobytes())
        self._samples += block.shape[1]
        if self._samples - self._told >= RATE:
            self._tell()

    def close(self) -> None:
        """Finish the file."""
        if not self._file.closed:
            self._tell()
            self._file.close()

    def _tell(self) -> None:
        frame = 2 * self._tracks
        data = frame * self._samples
        header = _HEADER.pack(
            b"RIFF", 36 + data, b"WAVE", b"fmt ", 16, 1, self._tracks,
            RATE, frame * RATE, frame, 16, b"data", data,
        )  # fmt: skip
        at = self._file.tell()
        self._file.seek(0)
        self._file.write(header)
        self._file.seek(max(at, _HEADER.size))
        self._file.flush()
        self._told = self._samples
