"""The account of a call in the terminal: who spoke when, how tense it was, and the cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeGuard

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coaching.advice import Advice, CueLeft, CueShown, CueWithheld, IndexChanged, StateChanged
from coaching.outcomes import AFTER_S
from coaching.report import CallReport
from coaching.session import Logged
from voice.events import CallStarted, Degraded, Fact, Role, SpeechEnded, WordsFinal

BARS = "▁▂▃▄▅▆▇█"
LABEL = 9
"""Columns of a lane's name."""
MOST_COLUMNS = 100
"""Wider lanes are harder to read, not easier."""

_WHY_LESS = {
    "mono": "mono recording: nobody can say who speaks, so there is no index",
    "identical_channels": "both channels carry the same sound: nobody can say who speaks, so there "
    "is no index",
    "unknown_role": "nobody said which channel is the caller's: there is no index without --caller",
    "voice_only": "voice only: words are not transcribed",
    "late_words": "some words came late",
    "demo_words": "DEMO WORDS: the bundled model knows only the bundled calls",
}
_LEFT = {
    "said": "the agent said it",
    "cause_gone": "its cause was gone",
    "timeout": "its time was over",
    "not_now": "not now",
    "wrong": "wrong",
}
_GOALS = {
    "problem_clear": "problem put in the agent's words",
    "two_options": "two options given",
    "agreement": "agreed on",
    "questions_answered": "questions answered",
}
_CHANGES = {"better": ", the caller calmer", "same": "", "worse": ", the caller more upset"}
_COLOURS: dict[Role, str] = {"caller": "cyan", "agent": "white", "unknown": "white"}


def clock(seconds: float) -> str:
    """``75.2`` -> ``1:15``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Account:
    """What to tell of a call that is over.

    Parameters
    ----------
    events
        Its whole log.
    name
        Of its recording.
    note
        One line about it, where there is something to say.
    """

    def __init__(self, events: Sequence[Logged], name: str, *, note: str | None = None) -> None:
        self._note = note
        self._name = name
        self._facts = [e.event for e in events if isinstance(e.event, Fact)]
        self._advice = [e.event for e in events if isinstance(e.event, Advice)]
        self._started = next(fact for fact in self._facts if isinstance(fact, CallStarted))
        self._report = CallReport.of(self._facts, self._advice)
        self._end_s = max(0.1, self._report.duration_s or events[-1].event.known_at_s)

    def print(
        self, console: Console | None = None, *, log: Path | None = None, story: bool = True
    ) -> None:
        """Print it, with or without what was said; colours and width are the terminal's."""
        console = console or Console(highlight=False)
        columns = max(20, min(console.width, MOST_COLUMNS) - LABEL - 2)
        console.print(Group(*self._header(), Text(), *self._lanes(columns), Text()))
        for part in self._story(min(console.width, MOST_COLUMNS)) if story else ():
            console.print(part)
        console.print(self._summary())
        if log is not None:
            console.print(Text(f"events: {log}", style="dim"))

    def _header(self) -> Iterable[RenderableType]:
        language = {"en": "English", "zh": "Mandarin"}.get(self._started.language or "", "")
        yield Text.assemble(
            (self._name, "bold"), f"  {clock(self._end_s)}  {language}", style="default"
        )
        for reason in dict.fromkeys(f.reason for f in self._facts if isinstance(f, Degraded)):
            yield Text(_WHY_LESS[reason], style="yellow")
        if self._note is not None:
            yield Text(self._note, style="yellow")

    def _lanes(self, columns: int) -> Iterable[RenderableType]:
        per_column = self._end_s / columns
        yield self._ruler(columns)
        for index, role in enumerate(self._started.roles):
            name = role if role != "unknown" else f"channel {index + 1}"
            lane = [0.0] * columns
            for fact in self._facts:
                if isinstance(fact, SpeechEnded) and fact.track == index:
                    _fill(lane, fact.start_s / per_column, fact.at_s / per_column)
            drawn = "".join("█" if share > 0.5 else "▌" if share > 0.1 else "·" for share in lane)
            yield Text.assemble((f"{name:<{LABEL}}", "dim"), (drawn, _COLOURS[role]))
        if any(isinstance(advice, IndexChanged) and advice.drivers for advice in self._advice):
            yield self._tension(columns, per_column)
            if self._shown():
                yield self._marks(columns, per_column)

    def _ruler(self, columns: int) -> Text:
        line = [" "] * columns
        step = next(s for s in (10, 30, 60, 300, 600, 1800, 3600) if s / self._end_s > 0.12)
        for at_s in range(0, int(self._end_s) + 1, step):
            column = int(at_s / self._end_s * columns)
            label = clock(at_s)
            if column + len(label) <= columns:
                line[column : column + len(label)] = label
        return Text(" " * LABEL + "".join(line).rstrip(), style="dim")

    def _tension(self, columns: int, per_column: float) -> Text:
        """The index as a sparkline, coloured where the state was tense; blank where unknown."""
        highest: list[int | None] = [None] * columns
        tense = [False] * columns
        state, since = "calm", 0
        for advice in self._advice:
            column = min(columns - 1, int(advice.known_at_s / per_column))
            if isinstance(advice, StateChanged):
                if state == "tense":
                    tense[since:column] = [True] * (column - since)
                state, since = advice.state, column
            if isinstance(advice, IndexChanged) and advice.index is not None:
                highest[column] = max(advice.index, highest[column] or 0)
        if state == "tense":
            tense[since:] = [True] * (columns - since)
        line = Text(f"{'tension':<{LABEL}}", style="dim")
        for value, is_tense in zip(highest, tense, strict=True):
            bar = " " if value is None else BARS[min(len(BARS) - 1, value * len(BARS) // 100)]
            line.append(bar, style="bold red" if is_tense else "green")
        return line

    def _marks(self, columns: int, per_column: float) -> Text:
        line = [" "] * columns
        for number, cue in enumerate(self._shown(), start=1):
            column = min(columns - len(str(number)), int(cue.known_at_s / per_column))
            line[column : column + len(str(number))] = str(number)
        return Text(f"{'cards':<{LABEL}}", style="dim").append("".join(line), style="bold yellow")

    def _story(self, width: int) -> Iterable[RenderableType]:
        """What was said, with each card where it came."""
        told = [(fact.start_s, self._said(fact)) for fact in self._facts if _is_words(fact)]
        told += self._cards(width)
        yield from (part for _, part in sorted(told, key=lambda pair: pair[0]))
        if told:
            yield Text()

    def _said(self, fact: WordsFinal) -> RenderableType:
        line = Table.grid(padding=(0, 1))
        line.add_column(width=5, justify="right")
        line.add_column(width=7)
        line.add_row(
            Text(clock(fact.start_s), style="dim"),
            Text(fact.role, style="dim"),
            Text(fact.text, style=_COLOURS[fact.role]),
        )
        return line

    def _cards(self, width: int) -> Iterable[tuple[float, RenderableType]]:
        left = {a.cue_id: a for a in self._advice if isinstance(a, CueLeft)}
        changes = {cue.cue_id: cue.change for cue in self._report.cues}
        for number, cue in enumerate(self._shown(), start=1):
            body = Text.assemble(
                (f"{cue.why}\n", "dim"),
                (f"{cue.say.strip()}\n", "bold"),
                (f"Next: {cue.next}\n", ""),
                (f"Avoid: {cue.avoid}", "dim"),
            )
            end = left.get(cue.cue_id)
            after = f"{end.known_at_s - cue.known_at_s:.0f} s" if end else "to the end"
            reason = f", {_LEFT[end.reason]}" if end and end.reason in _LEFT else ""
            if change := _CHANGES[changes.get(cue.cue_id) or "same"]:
                reason += f"{change} {AFTER_S:.0f} s on"
            yield (
                cue.known_at_s,
                Panel(
                    body,
                    title=f"[b]{number}[/b]  {clock(cue.known_at_s)}",
                    subtitle=f"shown {after}{reason}",
                    title_align="left",
                    subtitle_align="right",
                    width=width,
                    border_style="red" if cue.priority == "P0" else "yellow",
                ),
            )

    def _summary(self) -> RenderableType:
        report = self._report
        table = Table.grid(padding=(0, 2))
        shares = ", ".join(f"{role} {share:.0%}" for role, share in report.talk_share.items())
        table.add_row("talk", shares)
        table.add_row("longest silence", f"{report.longest_silence_s:.1f} s")
        table.add_row("both at once", f"{report.overlaps} times, {report.overlap_s:.1f} s")
        if report.peak_index is not None:
            table.add_row("tense", f"{report.tense_s:.0f} s, highest index {report.peak_index}")
        withheld = sum(isinstance(advice, CueWithheld) for advice in self._advice)
        also = f", {withheld} computed and not shown" if withheld else ""
        table.add_row("cards", f"{len(self._shown())} shown{also}")
        for goal in report.goals:
            when = "not reached" if goal.reached_s is None else f"at {clock(goal.reached_s)}"
            late = "" if goal.in_time or goal.reached_s is None else ", late"
            table.add_row(goal.kind, f"{_GOALS[goal.goal]}: {when}{late}")
        table.add_row("caller", Text(report.outcome, style="bold"))
        return table

    def _shown(self) -> list[CueShown]:
        return [advice for advice in self._advice if isinstance(advice, CueShown)]


def _is_words(fact: Fact) -> TypeGuard[WordsFinal]:
    return isinstance(fact, WordsFinal) and bool(fact.words)


def _fill(lane: list[float], start: float, end: float) -> None:
    """Add what a stretch covers of each column."""
    for column in range(int(start), min(len(lane), int(end) + 1)):
        lane[column] += max(0.0, min(end, column + 1) - max(start, column))
