"""Files that are there whole or not at all, whatever kills us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".writing"
"""Ends the name of a file that is not whole yet; the name begins with a dot, so that no reader
takes it for one of the dataset."""


@contextmanager
def whole(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Give the name to write under; on leaving, the file is synced and gets its own name.

    If the block raises, nothing is left.
    """
    temporary = path.with_name(f".{path.name}{PART}")
    try:
        temporary.touch(mode=mode)
        yield temporary
        _sync(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a text file that is there whole or not at all."""
    with whole(path, mode=mode) as temporary:
        temporary.write_text(text, "utf-8")


def clear(folder: Path) -> None:
    """Remove what a killed run was writing."""
    for left in folder.glob(f".*{PART}"):
        left.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows syncs no folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
