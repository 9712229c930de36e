"""Going through the checks, and telling what they found."""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from . import engine, machine
from .findings import Finding, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something to be looked at.

    Attributes
    ----------
    advice
        What to do if it goes wrong in a way that nobody foresaw.
    """

    name: str
    look: Callable[[], Finding]
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the report."""

    name: str
    status: Status
    found: str
    advice: str
    seconds: float


def doctor(as_json: bool, data: Path | None = None) -> int:
    """Check everything and print what was found.

    Parameters
    ----------
    as_json
        Print JSON rather than a table.
    data
        The server's data folder; ``None`` for that of the environment, or the user's usual one.

    Returns
    -------
    int
        0 if Calmline can run here, 1 if something that it needs does not work.
    """
    lines = list(examine(checks(data)))
    sound = all(line.status != "fail" for line in lines)
    if as_json:
        told = {"ok": sound, "checks": [asdict(line) for line in lines]}
        print(json.dumps(told, indent=2))
    else:
        _print(lines, sound)
    return 0 if sound else 1


def checks(data: Path | None = None) -> list[Check]:
    """Give all checks, in the order in which they are told."""
    again = "install again: make install"
    packages = [
        Check(
            name=name,
            look=partial(engine.dependency, name, wanted),
            advice=f'pip install --force-reinstall "{name}{wanted}"',
        )
        for name, wanted in engine.requirements()
    ]
    return [
        Check(name="python", look=engine.python),
        *packages,
        Check(name="bundled model", look=engine.bundled_model, advice=again),
        Check(
            name="own models", look=engine.fetched_models, advice="remove it, and fetch it again"
        ),
        Check(name="WAV", look=partial(engine.decoding, "pcm_s16le", "wav"), advice=again),
        Check(name="Opus", look=partial(engine.decoding, "libopus", "ogg"), advice=again),
        Check(name="voice activity", look=engine.voice_activity, advice=again),
        Check(
            name="pitch",
            look=engine.pitch,
            advice=engine.KEEP,
        ),
        Check(name="gpu", look=machine.gpu, advice="pip install --force-reinstall ctranslate2"),
        Check(name="processor", look=machine.processor),
        Check(
            name="data folder",
            look=partial(machine.data_folder, data),
            advice=machine.ANOTHER,
        ),
        Check(name="ports", look=machine.ports, advice="let programs listen on 127.0.0.1"),
        Check(name="browser", look=machine.browser),
        Check(name="clock", look=machine.clock),
        Check(name="terminal", look=machine.terminal),
    ]


def examine(todo: Iterable[Check]) -> Iterator[Line]:
    """Do the checks, one after the other; one that breaks is a finding, too."""
    for check in todo:
        start = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of libraries; nothing a user could act upon
                finding = check.look()
        except Exception as error:  # whatever it is, the user is to be told
            broke = f"{type(error).__name__}: {error}"
            finding = Finding(status="fail", found=broke, advice=check.advice)
        yield Line(
            name=check.name,
            status=finding.status,
            found=" ".join(finding.found.split()),
            advice=finding.advice,
            seconds=round(time.perf_counter() - start, 3),
        )


def _print(lines: list[Line], sound: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colours = {"ok": "green", "warn": "yellow", "fail": "red"}
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a folder's name may be more than ASCII
    table = Table("", "what", box=None)
    table.add_column("found", overflow="fold")
    table.add_column("what to do", overflow="fold")
    for line in lines:
        mark = Text(line.status, colours[line.status])
        table.add_row(mark, line.name, Text(line.found), Text(line.advice))
    console = Console()
    console.print(table)
    console.print("\nCalmline can run here." if sound else "\nSomething it needs does not work.")
