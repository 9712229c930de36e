"""A call as it happens, in the terminal: what is said, how the caller is, and each card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from .account import clock

MOST_COLUMNS = 100
MOST_DRIVERS = 3
_COLOURS = {"caller": "cyan", "agent": "white"}
_LEFT = {
    "said": "the agent said it",
    "cause_gone": "its cause is gone",
    "timeout": "its time is over",
    "ended": "the call ended",
}
Event = dict[str, Any]


@dataclass(slots=True)
class _Now:
    """What the footer shows."""

    media_s: float = 0.0
    state: str = "calm"
    since_s: float = 0.0
    drivers: list[Event] = field(default_factory=list)
    baseline_s: float = 0.0
    partial: dict[str, str] = field(default_factory=dict)
    card: Event | None = None


class DemoView:
    """Prints envelopes of a live call; on a terminal with a footer that follows the call.

    Parameters
    ----------
    console
        Where to print.
    drivers
        Features of the voice in plain words.
    duration_s
        Of the call.
    """

    def __init__(self, console: Console, drivers: dict[str, str], duration_s: float) -> None:
        self._console = console
        self._names = drivers
        self._duration_s = duration_s
        self._now = _Now()
        self._live = Live(
            get_renderable=self._footer,
            console=console,
            refresh_per_second=8,
            transient=True,
            auto_refresh=console.is_terminal,
        )

    def __enter__(self) -> DemoView:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def take(self, envelope: dict[str, Any]) -> None:
        """Take an envelope of the live websocket."""
        if envelope["kind"] == "clock":
            self._now.media_s = envelope["media_s"]
        elif envelope["kind"] == "partial":
            self._now.partial[envelope["role"]] = envelope["text"]
        elif envelope["kind"] == "event":
            event = envelope["event"]
            if (take := _TAKERS.get(event["type"])) is not None:
                take(self, event)

    def _words(self, event: Event) -> None:
        self._now.partial.pop(event["role"], None)
        if event["words"]:
            self._print(event["start_s"], event["role"], Text(event["text"], self._colour(event)))

    def _no_words(self, event: Event) -> None:
        self._now.partial.pop(event["role"], None)

    def _index(self, event: Event) -> None:
        if event["index"] is not None:
            self._now.drivers = event["drivers"]
            self._now.baseline_s = event["baseline_s"]

    def _state(self, event: Event) -> None:
        self._now.state, self._now.since_s = event["state"], event["since_s"]
        line = Text.assemble(
            "the caller is ",
            (event["state"], "bold red" if event["state"] == "tense" else "bold green"),
        )
        if event["state"] == "tense" and (why := self._why()):
            line.append(f"  ({why})", "dim")
        self._print(event["known_at_s"], "state", line)

    def _withdrawal(self, event: Event) -> None:
        text = "the caller seems to give up" if event["on"] else "the caller is back"
        self._print(event["known_at_s"], "state", Text(text, "bold magenta"))

    def _shown(self, event: Event) -> None:
        self._now.card = event
        self._console.print(self._card(event, f"{clock(event['known_at_s'])}  card"))

    def _gone(self, event: Event) -> None:
        if self._now.card is not None and self._now.card["cue_id"] == event["cue_id"]:
            self._now.card = None
            reason = _LEFT.get(event["reason"], event["reason"].replace("_", " "))
            self._print(event["known_at_s"], "card", Text(f"leaves: {reason}", "dim"))

    def _print(self, at_s: float, who: str, what: Text) -> None:
        line = Table.grid(padding=(0, 1))
        line.add_column(width=5, justify="right")
        line.add_column(width=7)
        line.add_row(Text(clock(at_s), "dim"), Text(who, "dim"), what)
        self._console.print(line)

    def _card(self, event: Event, title: str) -> RenderableType:
        body = Text.assemble(
            (f"{event['why']}\n", "dim"),
            (f"{event['say'].strip()}\n", "bold"),
            (f"Next: {event['next']}", ""),
        )
        return Panel(
            body,
            title=title,
            title_align="left",
            width=min(self._console.width, MOST_COLUMNS),
            border_style="red" if event["priority"] == "P0" else "yellow",
        )

    def _why(self) -> str:
        raising = [driver for driver in self._now.drivers if driver["contribution"] > 0]
        return ", ".join(
            self._names.get(str(driver["name"]), str(driver["name"]))
            for driver in raising[:MOST_DRIVERS]
        )

    def _footer(self) -> RenderableType:
        now = self._now
        tense = now.state == "tense"
        caller = Text.assemble(
            ("CALLER  ", "dim"),
            (f"{'tense ↑' if tense else 'calm'}", "bold red" if tense else "bold green"),
        )
        if tense:
            caller.append(f"  since {clock(now.since_s)}", "dim")
        elif not now.baseline_s:
            caller.append("  learning the caller's normal voice", "dim")
        if why := self._why():
            caller.append(f"   {why}", "dim")
        head = Text.assemble(
            ("● live  ", "bold green"),
            f"{clock(now.media_s)} of {clock(self._duration_s)}",
        )
        heard = [
            Text(f"{role}: {text} …", "italic dim") for role, text in sorted(now.partial.items())
        ]
        return Group(Text(), head, caller, *heard)

    def _colour(self, event: Event) -> str:
        return _COLOURS.get(event["role"], "default")


_TAKERS: dict[str, Callable[[DemoView, Event], None]] = {
    "words_final": DemoView._words,
    "words_missing": DemoView._no_words,
    "index_changed": DemoView._index,
    "state_changed": DemoView._state,
    "withdrawal": DemoView._withdrawal,
    "cue_shown": DemoView._shown,
    "cue_left": DemoView._gone,
}
