"""A comparison for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from rich.console import Console
from rich.table import Table

from .analysis.compare import FEWEST, Change
from .analysis.intervals import Sample

WIDTH = 110
"""A row on one line, wherever it is printed."""
_VERDICTS = {"clear": "clear", "not_clear": "may be chance", "too_few": f"under {FEWEST} calls"}


def as_text(changes: Sequence[Change], split: date, console: Console | None = None) -> None:
    """Print a table for each group of calls."""
    console = console or Console(highlight=False, width=max(WIDTH, Console().width))
    if not changes:
        console.print("no call has a date: there is no before and after")
    for by, lines in groupby(changes, key=lambda change: change.by):
        table = Table(title=by or "All calls", title_justify="left", box=None, pad_edge=False)
        table.add_column("")
        for title in (f"before {split}", "after", "difference", "range"):
            table.add_column(title, justify="right")
        table.add_column("")
        for change in lines:
            found = change.difference
            style = {"too_few": "dim", "clear": "bold"}.get(change.verdict)
            table.add_row(
                change.figure.name.removesuffix("_s").replace("_", " "),
                _side(change, change.before),
                _side(change, change.after),
                _value(change, found.value, sign="+") if found else "",
                f"{_value(change, found.low, sign='+')} to {_value(change, found.high, sign='+')}"
                if found
                else "",
                _VERDICTS[change.verdict],
                style=style,
            )
        console.print(table, "")


def _side(change: Change, side: Sample) -> str:
    return f"{_value(change, side.mean)} of {side.n:,}" if side.n else "-"


def _value(change: Change, value: float, sign: str = "") -> str:
    name = change.figure.name
    if change.figure.share or "share" in name:
        return f"{100 * value:{sign}.1f} %"
    return f"{value:{sign}.1f} s" if name.endswith("_s") else f"{value:{sign}.2f}"
