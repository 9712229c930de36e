"""What lies beside the datasets for people: ``run.json`` and ``failures.csv``."""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from coaching.session import ENGINE

from ..errors import Refused
from .columns import SCHEMA
from .files import write_whole
from .find import shown
from .tasks import Failure

RUNS = "run.json"
FAILURES = "failures.csv"


@dataclass(frozen=True, slots=True)
class Record:
    """The runs on an archive.

    Parameters
    ----------
    folder
        Of the archive.
    """

    folder: Path

    def write(self, run: dict[str, Any]) -> None:
        """Write a run down, in place of what was written of it before."""
        path = self.folder / RUNS
        runs = json.loads(path.read_text("utf-8"))["runs"] if path.exists() else []
        kept = [one for one in runs if one["run_id"] != run["run_id"]]
        text = json.dumps({"schema": SCHEMA, "runs": [*kept, run]}, ensure_ascii=False, indent=2)
        write_whole(path, text + "\n")


def about(run_id: str, started_at: str, command: Sequence[str]) -> dict[str, Any]:
    """Describe a run that begins: versions and command, without a secret in it."""
    return {
        "run_id": run_id,
        "state": "running",
        "started_at": started_at,
        "command": clean(command),
        "versions": {
            "calmline": version("calmline"),
            "engine": ENGINE,
            "columns": SCHEMA,
            "python": platform.python_version(),
            "platform": platform.platform(),
        },
    }


def clean(command: Sequence[str]) -> list[str]:
    """Give a command line without passwords and the parameters of requests."""
    words = []
    for word in command:
        option, sign, value = word.partition("=")
        if sign and option.startswith("--"):
            words.append(f"{option}={shown(value)}")
        else:
            words.append(shown(word))
    return words


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file that a run was given.

    Raises
    ------
    Refused
        If it cannot be read.
    """
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error


def write_failures(folder: Path, failures: Iterable[Failure]) -> None:
    """Write the table of what could not be scored, in order of names."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["file", "reason", "what_to_do"])
    for failure in sorted(failures, key=lambda one: one.name):
        table.writerow([failure.name, failure.reason, failure.do])
    write_whole(folder / FAILURES, text.getvalue())
