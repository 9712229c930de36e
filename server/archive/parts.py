"""Writing the datasets part by part: whole or not at all, and the ledger last."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import Refused
from .columns import DATASETS, SORTED_BY
from .files import clear, whole
from .ledger import Ledger
from .tasks import Scored

ORDER = ("events", "windows", "calls")
"""Calls come last: a call that can be read has its events and windows."""
MOST_BYTES = 64 * 2**20
"""Memory of the rows that wait for their part, about: a part is written when there are more."""
MOST_S = 60.0
"""And after this time, so that a killed run loses little work."""


def part_name(number: int) -> str:
    """Give the name of a part's file."""
    return f"part-{number:06d}.parquet"


class Parts:
    """Collects scored calls and writes them.

    Parameters
    ----------
    folder
        Of the archive; what a killed run left in it is removed.
    ledger
        Of the archive.
    run_id
        Of this run.
    most_calls
        A part is written when so many calls wait.
    """

    def __init__(self, folder: Path, ledger: Ledger, run_id: str, most_calls: int) -> None:
        self._folder = folder
        self._ledger = ledger
        self._run_id = run_id
        self._most_calls = most_calls
        self._waiting: list[Scored] = []
        self._bytes = 0
        self._since_s = time.monotonic()
        for dataset in DATASETS:
            place = folder / dataset
            place.mkdir(exist_ok=True)
            clear(place)
            for file in place.glob("part-*.parquet"):
                if int(file.stem.removeprefix("part-")) not in ledger.parts:
                    file.unlink()

    def add(self, scored: Scored) -> bool:
        """Take a scored call; tell whether a part was written."""
        self._waiting.append(scored)
        self._bytes += scored.bytes
        due = (
            len(self._waiting) >= self._most_calls
            or self._bytes >= MOST_BYTES
            or time.monotonic() - self._since_s >= MOST_S
        )
        if due:
            self.flush()
        return due

    def flush(self) -> None:
        """Write what waits.

        Raises
        ------
        Refused
            If it cannot be written: the disk may be full. What was written before stays.
        """
        if self._waiting:
            try:
                self._write(max(self._ledger.parts, default=0) + 1)
            except OSError as error:
                raise Refused(
                    f"{self._folder}: {(error.strerror or 'cannot be written').lower()}; what was "
                    "scored before stays, and the same command goes on from there"
                ) from error
        self._waiting, self._bytes, self._since_s = [], 0, time.monotonic()

    def _write(self, number: int) -> None:
        for dataset in ORDER:
            with whole(self._folder / dataset / part_name(number)) as file:
                pq.write_table(table(dataset, self._waiting), file, compression="zstd")
        calls = {scored.task.path_hash: scored.task.call_id for scored in self._waiting}
        self._ledger.part(number, self._run_id, calls)


def table(dataset: str, scored: Sequence[Scored]) -> pa.Table:
    """Give the rows of calls, sorted."""
    schema = DATASETS[dataset]
    if dataset == "calls":
        rows = pa.Table.from_pylist([one.call for one in scored], schema=schema)
    else:
        rows = pa.Table.from_batches([getattr(one, dataset) for one in scored], schema=schema)
    return rows.sort_by([(name, "ascending") for name in SORTED_BY[dataset]])
