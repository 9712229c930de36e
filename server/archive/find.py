"""Finding recordings: a folder, a glob, a list file, or an address in an object store (fsspec)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import Refused

SUFFIXES = frozenset(
    "aac ac3 aif aiff amr au caf flac g722 gsm m4a mka mkv mov mp2 mp3 mp4 oga ogg opus ra sln "
    "spx ul al vox wav wave webm wma wmv wv".split()
)
"""What is taken for a recording in a folder; by a glob or in a list everything is."""
LISTS = frozenset({".txt", ".lst", ".list"})
"""A source with such a name is a list of recordings, one a line."""

_GLOB = re.compile(r"[*?\[]")
_SECRET = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that may be a recording.

    Attributes
    ----------
    name
        Below its source, with slashes.
    address
        A whole path, or a URL.
    bytes
        Its size; 0 where the store does not tell.
    """

    name: str
    address: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Found:
    """What sources hold.

    Attributes
    ----------
    missing
        Lines of list files that name nothing.
    others
        Files in folders that are no recordings by their names.
    """

    recordings: tuple[Recording, ...]
    missing: tuple[str, ...] = ()
    others: int = 0


def find(sources: Sequence[str], *, without: Path) -> Found:
    """List the recordings of all sources, each once, in order of their names.

    Parameters
    ----------
    sources
        Folders, files, globs, list files, URLs of any of them but list files.
    without
        A folder that is left out: the archive may lie among the recordings.

    Raises
    ------
    Refused
        If a source does not exist, cannot be read, or holds nothing.
    """
    recordings: dict[str, Recording] = {}
    missing: list[str] = []
    others = 0
    out = without.resolve().as_posix() + "/"
    for source in sources:
        empty = True
        for found in _of(source):
            empty = empty and not isinstance(found, str) and found.bytes < 0
            if isinstance(found, str):
                missing.append(found)
            elif found.address.startswith(out):
                continue
            elif found.bytes < 0:
                others += 1
            else:
                recordings.setdefault(found.address, found)
        if empty:
            raise Refused(f"{shown(source)}: there are no recordings in it")
    ordered = sorted(recordings.values(), key=lambda one: (one.name, one.address))
    return Found(tuple(ordered), tuple(missing), others)


def shown(address: str) -> str:
    """Give an address as it may be shown: without a password or the parameters of a request."""
    return _SECRET.sub("", address).split("?")[0] if "://" in address else address


def _of(source: str) -> Iterator[Recording | str]:
    """The recordings of one source; of lines that name nothing the line; others have size -1."""
    if "://" not in source:
        path = Path(source).expanduser()
        if path.suffix.lower() in LISTS and path.is_file():
            yield from _list(path)
            return
        source = str(path if _GLOB.search(source) else path.resolve())
    system, path_ = _system(source)
    local = "://" not in source or source.startswith(("file://", "local://"))
    try:
        if _GLOB.search(path_):
            base = path_[: _GLOB.search(path_).start()].rpartition("/")[0]  # type: ignore[union-attr]
            entries = system.glob(path_, detail=True)
            yield from _entries(entries, base, system, local, taken=True)
        elif system.isdir(path_):
            entries = system.find(path_, detail=True)
            yield from _entries(entries, path_, system, local, taken=False)
        elif system.exists(path_):
            info = system.info(path_)
            yield from _entries({path_: info}, path_.rpartition("/")[0], system, local, taken=True)
        else:
            raise Refused(f"{shown(source)}: there is no such file or folder")
    except Refused:
        raise
    except Exception as error:  # each store has exceptions of its own
        raise Refused(f"{shown(source)}: it cannot be listed ({type(error).__name__})") from error


def _entries(
    entries: dict[str, Any], base: str, system: Any, local: bool, *, taken: bool
) -> Iterator[Recording]:
    for path, info in entries.items():
        if info.get("type") == "directory":
            continue
        name = path[len(base) :].lstrip("/") if path.startswith(base) else path
        parts = PurePosixPath(name)
        if any(part.startswith(".") for part in parts.parts):
            continue
        if not taken and parts.suffix.lower().lstrip(".") not in SUFFIXES:
            yield Recording(name, path, -1)
            continue
        address = str(Path(path).resolve()) if local else system.unstrip_protocol(path)
        yield Recording(name, address, int(info.get("size") or 0))


def _list(path: Path) -> Iterator[Recording | str]:
    """The recordings that a list names, one a line, relative to the list; ``#`` begins a remark."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: it is no list of recordings in UTF-8") from error
    for line in (line.strip() for line in lines):
        if not line or line.startswith("#"):
            continue
        if "://" in line:
            yield Recording(shown(line).split("://", 1)[1], line, 0)
            continue
        recording = path.parent / Path(line).expanduser()
        if recording.is_dir():
            yield from _of(str(recording))
        elif recording.exists():
            yield Recording(
                Path(line).as_posix(), str(recording.resolve()), recording.stat().st_size
            )
        else:
            yield line


def _system(source: str) -> tuple[Any, str]:
    import fsspec

    try:
        system, path = fsspec.url_to_fs(source)
    except ImportError as error:
        raise Refused(f"{shown(source)}: {error}") from error
    except ValueError as error:
        raise Refused(f"{shown(source)}: this kind of address is unknown") from error
    return system, str(path)
