"""Outcomes joined to calls: after scoring, and again whenever more of them are known.

What became of a call is often known days later. So outcomes are not scored along: a pass over the
parts of ``calls`` fills in what changed, each part as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .columns import CALLS, OUTCOMES
from .files import whole


def join(folder: Path, outcomes: Mapping[str, Mapping[str, Any]]) -> int:
    """Fill in outcomes.

    Parameters
    ----------
    folder
        Of the archive.
    outcomes
        By call id, the columns that are known; what is not named stays as it is.

    Returns
    -------
    int
        How many calls of the archive have an outcome among them.
    """
    joined = 0
    for part in sorted((folder / "calls").glob("part-*.parquet")):
        table = pq.read_table(part, schema=CALLS)
        rows = [outcomes.get(call_id, {}) for call_id in table.column("call_id").to_pylist()]
        joined += sum(bool(row) for row in rows)
        changed = table
        for name, kind in OUTCOMES.items():
            before = table.column(name).to_pylist()
            after = [row.get(name, old) for row, old in zip(rows, before, strict=True)]
            if after != before:
                place = changed.schema.get_field_index(name)
                changed = changed.set_column(place, CALLS.field(name), pa.array(after, kind))
        if changed is not table:
            with whole(part) as file:
                pq.write_table(changed, file, compression="zstd")
    return joined
