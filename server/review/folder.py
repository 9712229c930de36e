"""The folder of one report: its name, and files that are there whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any

from ..errors import Refused
from .audio import SUFFIX

PAGE = "report.html"
REPORT = "report.json"
EVENTS = "events.jsonl"
TRANSCRIPT = "transcript.vtt"
AUDIO = f"audio{SUFFIX}"
FILES = (EVENTS, TRANSCRIPT, AUDIO, REPORT, PAGE)
"""What a report may consist of, in the order in which it gets its names: the page is last."""
LONGEST = 64
"""Characters of a name."""


def checksum(path: Path) -> str:
    """SHA-256 of a file.

    Raises
    ------
    Refused
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error


def call_name(stem: str, *, ascii_only: bool = False) -> str:
    """Name a call after its file, as every file system allows it; in ASCII as the store wants."""
    flags = re.ASCII if ascii_only else re.UNICODE
    return re.sub(r"[^\w.-]+", "-", stem, flags=flags).strip("-.")[:LONGEST] or "call"


def folder_for(out: Path, name: str, sums: Sequence[str]) -> Path:
    """Choose the folder of a report.

    It is called after the recording. If a report of another recording is there, which may hold
    what people said of that one, some of the checksum is added.
    """
    folder = out / name
    found = _sums(folder)
    return folder if found in (None, list(sums)) else out / f"{name}-{sums[0][:8]}"


@contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside a report's; what is in it at the end becomes the report.

    If anything fails, an earlier report stays as it was. What people added to it always does.

    Raises
    ------
    Refused
        If it cannot be written.
    """
    part = folder.with_name(f".{folder.name}.part")
    with refusing(folder):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
    try:
        yield part
        with refusing(folder):
            folder.mkdir(exist_ok=True)
            for name in FILES:
                if (part / name).exists():
                    os.replace(part / name, folder / name)
                else:
                    (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def refusing(folder: Path) -> Iterator[None]:
    """Turn what the file system says into one line."""
    try:
        yield
    except OSError as error:
        raise Refused(f"{folder}: {(error.strerror or 'cannot be written').lower()}") from error


def same_but(folder: Path, report: dict[str, Any], now: Callable[[], str]) -> str:
    """Give when a report was made: as before, if it says the same as the one that is there."""
    try:
        old = json.loads((folder / REPORT).read_text("utf-8"))
        made_at: str = old["call"].pop("made_at")
        call = {name: value for name, value in report["call"].items() if name != "made_at"}
        new = json.loads(json.dumps({**report, "call": call}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return now()
    return made_at if isinstance(made_at, str) and old == new else now()


def _sums(folder: Path) -> list[str] | None:
    """Checksums of the recordings that a report is of; ``None`` if there is none to be kept."""
    try:
        report = json.loads((folder / REPORT).read_text("utf-8"))
        return [file["sha256"] for file in report["call"]["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
