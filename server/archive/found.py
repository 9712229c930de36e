"""What a search found, for the terminal and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from ..account import clock
from .search import Hit


def as_values(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Give hits ready for JSON."""
    return [asdict(hit) for hit in hits]


def as_text(hits: Sequence[Hit], console: Console | None = None) -> None:
    """Print hits: call, moment, who, and the words."""
    console = console or Console(highlight=False)
    if not hits:
        console.print("nothing is found")
    for hit in hits:
        head = Text(f"{hit.call_id}  {clock(hit.at_s)}  {hit.role}", style="bold")
        if hit.kinds:
            head.append(f"  ({', '.join(hit.kinds)})", style="dim")
        said = Text("  " + hit.text)
        for start, end in hit.found:
            said.stylize("underline", start + 2, end + 2)
        console.print(head)
        console.print(said)
