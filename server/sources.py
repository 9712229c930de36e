"""Recordings as the core wants them: blocks of all tracks, with a mask of what never arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE
from voice.decode import AudioInfo, Recording
from voice.errors import AudioError
from voice.events import Role

from .errors import Refused

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]
Side = Literal["left", "right"]

STEP = RATE
"""Samples that two files are read at a time (1 s)."""


class Source(Protocol):
    """A call that comes from files."""

    name: str
    roles: tuple[Role, ...]
    duration_s: float | None
    infos: tuple[AudioInfo, ...]
    """What each file says of itself."""
    complaints: list[str]
    """What was wrong with a recording that could still be used; complete after the last block."""

    def blocks(self) -> Iterator[tuple[Samples, Mask | None]]:
        """Give the sound in order, with the lost samples where there are any."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...


class OneFile:
    """A recording with one party a channel, or a mono one whose parties nobody can tell apart."""

    def __init__(self, path: Path, caller: Side | None, files: ExitStack) -> None:
        self._path = path
        self._files = files
        self._recording = _open(path, files)
        self.name = path.name
        self.infos: tuple[AudioInfo, ...] = (self._recording.info,)
        self.duration_s = self._recording.info.duration_s
        self.roles = _roles(self._recording.info, caller)
        self.complaints: list[str] = []

    def blocks(self) -> Iterator[tuple[Samples, Mask | None]]:
        """Give the sound in order."""
        for block in _refusing(self._path, self._recording.blocks()):
            yield block, None
        self.complaints = _complaints((self._path, self._recording))

    def close(self) -> None:
        """Let go of the file."""
        self._files.close()


class TwoFiles:
    """The caller and the agent in files of their own.

    Parameters
    ----------
    paths
        The caller's file, then the agent's.
    offset_s
        How much later the agent's recording began than the caller's, in seconds (negative:
        earlier). What one of them did not record counts as lost, not as silence.
    """

    def __init__(self, paths: Sequence[Path], offset_s: float, files: ExitStack) -> None:
        self._files = files
        self._paths = tuple(paths)
        self._recordings = [_open(path, files) for path in paths]
        for path, recording in zip(paths, self._recordings, strict=True):
            if recording.info.channels != 1:
                raise Refused(
                    f"{path}: it has {recording.info.channels} channels; "
                    "of two files each must be mono, one party a file"
                )
        self._late = [round(max(0.0, -offset_s) * RATE), round(max(0.0, offset_s) * RATE)]
        self.name = " + ".join(path.name for path in paths)
        self.roles: tuple[Role, ...] = ("caller", "agent")
        self.infos = tuple(recording.info for recording in self._recordings)
        lengths = [info.duration_s for info in self.infos]
        known = [length for length in lengths if length is not None]
        self.duration_s = max(known) + abs(offset_s) if len(known) == len(lengths) else None
        self.complaints: list[str] = []

    def blocks(self) -> Iterator[tuple[Samples, Mask | None]]:
        """Give the sound in order; ends with the longer file."""
        tracks = [
            _steps(_refusing(path, recording.blocks()), late)
            for path, recording, late in zip(self._paths, self._recordings, self._late, strict=True)
        ]
        while True:
            parts = [next(track, None) for track in tracks]
            length = max((len(part[0]) for part in parts if part), default=0)
            if length == 0:
                break
            block = np.zeros((2, length), np.float32)
            lost = np.ones((2, length), np.bool_)
            for index, part in enumerate(parts):
                if part is not None:
                    samples, missing = part
                    block[index, : len(samples)] = samples
                    lost[index, : len(samples)] = missing
            yield block, lost
        self.complaints = _complaints(*zip(self._paths, self._recordings, strict=True))

    def close(self) -> None:
        """Let go of the files."""
        self._files.close()


def open_source(paths: Sequence[Path], caller: Side | None, offset_s: float) -> Source:
    """Open one recording of a call, or two mono ones.

    Raises
    ------
    Refused
        With one line that says what is wrong with which file.
    """
    if len(paths) == 1 and offset_s:
        raise Refused("--offset-s is for two mono files: the caller's, then the agent's")
    if len(paths) == 2 and caller is not None:
        raise Refused("of two files the first is the caller's: leave --caller out, or swap them")
    files = ExitStack()
    try:
        if len(paths) == 1:
            return OneFile(paths[0], caller, files)
        return TwoFiles(paths, offset_s, files)
    except Refused:
        files.close()
        raise


def _roles(info: AudioInfo, caller: Side | None) -> tuple[Role, ...]:
    if info.channels == 1:
        return ("unknown",)
    if caller is None:
        return ("unknown", "unknown")
    return ("caller", "agent") if caller == "left" else ("agent", "caller")


def _open(path: Path, files: ExitStack) -> Recording:
    try:
        file = files.enter_context(path.open("rb"))
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be opened').lower()}") from error
    try:
        recording = Recording(file)
    except AudioError as error:
        raise Refused(f"{path}: {error}") from error
    files.callback(recording.close)
    return recording


def _refusing(path: Path, blocks: Iterator[Samples]) -> Iterator[Samples]:
    try:
        yield from blocks
    except AudioError as error:
        raise Refused(f"{path}: {error}") from error


def _complaints(*files: tuple[Path, Recording]) -> list[str]:
    return [f"{path}: {r.complaint}" for path, r in files if r.complaint is not None]


def _steps(blocks: Iterator[Samples], late: int) -> Iterator[tuple[Samples, Mask]]:
    """One track in steps of a second, ``late`` lost samples before it."""
    samples = np.zeros(late, np.float32)
    missing = np.ones(late, np.bool_)
    for block in blocks:
        samples = np.concatenate([samples, block[0]])
        missing = np.concatenate([missing, np.zeros(block.shape[1], np.bool_)])
        while len(samples) >= STEP:
            yield samples[:STEP], missing[:STEP]
            samples, missing = samples[STEP:], missing[STEP:]
    if len(samples):
        yield samples, missing
