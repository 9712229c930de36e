"""The ledger: which recordings are done, so that a run goes on where another one was killed.

One JSON object a line, each synced before the next is begun. A part counts once its line is here:
what lies in the datasets beside that was being written when somebody pulled the plug, and is
removed. A torn last line is cut off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import Refused
from .tasks import Failure

LEDGER = "ledger.jsonl"


class Ledger:
    """Opens, or begins, the ledger of an archive. Used by one process at a time.

    Attributes
    ----------
    done
        Call id by ``path_hash`` of all recordings that are in the datasets.
    failures
        By ``path_hash``, recordings that could not be scored.
    parts
        Numbers of the parts that are whole.

    Raises
    ------
    Refused
        If a line cannot be read: somebody has edited it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEDGER
        self.done: dict[str, str] = {}
        self.failures: dict[str, Failure] = {}
        self.parts: set[int] = set()
        whole = 0
        if self._path.exists():
            with self._path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if not line.endswith(b"\n"):
                        break  # torn: its part is not counted
                    self._read(number, line)
                    whole += len(line)
        self._file = self._path.open("ab")
        self._file.truncate(whole)

    def part(self, number: int, run_id: str, calls: Mapping[str, str]) -> None:
        """Note that a part is whole.

        Parameters
        ----------
        number
            Of the part.
        run_id
            Of the run that wrote it.
        calls
            Call ids by ``path_hash``.
        """
        self._write({"part": number, "run": run_id, "calls": dict(calls)})

    def fail(self, run_id: str, failure: Failure) -> None:
        """Note that a recording could not be scored."""
        self._write({"failed": asdict(failure), "run": run_id})

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, entry: dict[str, Any]) -> None:
        self._take(entry)
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self, number: int, line: bytes) -> None:
        try:
            self._take(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"{self._path}: line {number} is not one of ours: put the file back as it was"
            ) from error

    def _take(self, entry: dict[str, Any]) -> None:
        if "part" in entry:
            self.parts.add(int(entry["part"]))
            for path_hash, call_id in entry["calls"].items():
                self.done[path_hash] = call_id
                self.failures.pop(path_hash, None)
        else:
            failure = Failure(**entry["failed"])
            self.failures[failure.path_hash] = failure
