"""What other rules changed, for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..account import clock
from .rescore import Rescored

EXAMPLES = 2
"""Printed of each card; the summary has more, and the table of changes has all."""


def as_text(result: Rescored, console: Console | None = None) -> None:
    """Print cards gained and lost, with examples."""
    console = console or Console(highlight=False)
    hours = result.audio_s / 3600
    console.print(
        f"{result.calls:,} calls ({hours:,.1f} h) scored again; {result.changed:,} of them have "
        "other cards"
    )
    if result.skipped:
        console.print(f"{result.skipped:,} calls in another language than the playbook's left out")
    table = Table(box=None, pad_edge=False)
    table.add_column("card")
    for title in ("kept", "gained", "lost"):
        table.add_column(title, justify="right")
    for card in result.cards:
        if card.gained or card.lost:
            table.add_row(card.card_id, f"{card.kept:,}", f"{card.gained:,}", f"{card.lost:,}")
    if table.row_count:
        console.print(table)
    for card in result.cards:
        for name in ("gained", "lost"):
            own = [example for example in card.examples if example.change == name]
            for one in own[:EXAMPLES]:
                line = Text(f"{card.card_id} {name}: {one.call_id} {clock(one.at_s)}")
                if one.quote:
                    line.append(f' "{one.quote}"', style="dim")
                console.print(line)
    console.print(f"all of it: {result.folder}")
