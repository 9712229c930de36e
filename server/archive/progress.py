"""How far a run is: a bar on a terminal, a line a minute elsewhere (a nightly run's log)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click

from .tasks import Scored

LINE_S = 60.0
"""Time between lines where there is no terminal."""


@dataclass(slots=True)
class Tally:
    """What a run has done so far, and how fast.

    Attributes
    ----------
    calls, bytes
        All there is to do.
    """

    calls: int
    bytes: int
    scored: int = 0
    failed: int = 0
    done_bytes: int = 0
    audio_s: float = 0.0
    work_s: float = 0.0
    begun_s: float = field(default_factory=time.monotonic)

    def add(self, scored: Scored) -> None:
        """Count what became of a recording."""
        self.scored += scored.failure is None
        self.failed += scored.failure is not None
        self.done_bytes += scored.task.bytes
        self.audio_s += scored.audio_s
        self.work_s += scored.work_s

    @property
    def wall_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun_s

    @property
    def rate(self) -> float:
        """Hours of audio an hour."""
        return self.audio_s / self.wall_s if self.wall_s > 0 else 0.0

    @property
    def share(self) -> float:
        """Done, 0 to 1: by size where sizes are known, for recordings are of all lengths."""
        if self.bytes:
            return self.done_bytes / self.bytes
        return (self.scored + self.failed) / self.calls if self.calls else 1.0

    @property
    def left_s(self) -> float | None:
        """Seconds that it will take; ``None`` while nobody can know."""
        share = self.share
        return self.wall_s * (1 - share) / share if share > 0 else None

    def line(self) -> str:
        """Give it in one line."""
        parts = [f"{self.scored + self.failed} of {self.calls} calls"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        parts.append(f"{self.rate:.1f} h of audio an hour")
        if self.left_s is not None:
            parts.append(f"{spell(self.left_s)} left")
        return ", ".join(parts)


def spell(seconds: float) -> str:
    """Give a time in words short enough for a line."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


@contextmanager
def shown(tally: Tally) -> Iterator[Callable[[], None]]:
    """Show a tally; give what is to be called after each recording."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        last_s = tally.begun_s

        def line() -> None:
            nonlocal last_s
            if time.monotonic() - last_s >= LINE_S:
                last_s = time.monotonic()
                click.echo(tally.line(), err=True)

        yield line
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
    ) as bar:
        task = bar.add_task(tally.line(), total=1.0)

        def move() -> None:
            bar.update(task, completed=tally.share, description=tally.line())

        yield move
