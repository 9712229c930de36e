"""What the terminal says of a report: the five lines that its page opens with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from ..account import clock
from .folder import PAGE
from .make import Made

LABEL = 9
OUTCOMES = {
    "yes": "the caller says it is solved",
    "no": "the caller says it is not solved",
    "unknown": "the caller never said whether it is solved",
}


def summary(made: Made, console: Console | None = None) -> None:
    """Print it."""
    printed = console or Console(highlight=False)
    report = made.report
    printed.print(
        Text.assemble((report["call"]["name"], "bold"), f"  {clock(report['call']['duration_s'])}")
    )
    for label, what in _lines(report):
        printed.print(Text.assemble((f"{label:<{LABEL}}", "dim"), what), soft_wrap=True)
    if made.note is not None:
        printed.print(Text(made.note, "yellow"), soft_wrap=True)
    printed.print(Text.assemble((f"{'report':<{LABEL}}", "dim"), str(made.folder / PAGE)))


def _lines(report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if report["wanted"] and report["wanted"]["quote"]:
        yield "wanted", f"“{report['wanted']['quote']}”"
    outcome, coverage = report["outcome"], report["coverage"]
    share, lost = coverage["words_share"], coverage["lost_share"]
    solved = OUTCOMES[outcome["resolved"]] if share else "without words nobody knows"
    yield "outcome", f"{solved}; by voice and turns: {outcome['left']}"
    words = f"words for {share:.0%} of what was said" if share else "no words"
    yield "coverage", words + (f", {lost:.1%} of the sound lost" if lost else "")
    card = report["scorecard"]
    score = "none:" if card["score"] is None else f"{card['score']:.0f} of 100:"
    yield "score", f"{score} {card['assessed_share']:.0%} of the form could be assessed"
    for number, moment in enumerate(report["moments"], start=1):
        said = f"“{moment['quote']}”" if moment["quote"] else ""
        kind = moment["kind"].replace("_", " ")
        yield f"hear {number}", f"{clock(moment['at_s'])}  {kind}  {said}".rstrip()
