"""``calmline run``: a recording goes in, the log of events and an account of the call come out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import click

from coaching.playbook import Playbook, PlaybookError, bundled_sheets
from coaching.session import Logged
from coaching.thresholds import ThresholdError, Thresholds
from models.errors import ModelError
from voice.events import Language

from .errors import Refused
from .hearing import CallFiles, How, hear, lane_for
from .lane.client import LaneError
from .models_cli import places
from .playbook_cli import read_sheets
from .sources import Side
from .wire import to_line
from .words import plan

PROGRESS_FROM_S = 30.0
"""Shorter recordings are done before a progress bar would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line said."""

    files: tuple[Path, ...]
    caller: str | None
    offset_s: float
    language: Language | None
    events: Path | None
    as_json: bool
    playbook: Path | None
    thresholds: Path | None
    shadow: bool
    model: str
    words: bool
    demo_words: bool


def run(options: Options) -> None:
    """Analyse a recording.

    Raises
    ------
    Refused
        If it, or the playbook, or the thresholds cannot be used.
    """
    if len(options.files) > 2:
        raise Refused("give one recording of the call, or two mono files of it")
    how = How(
        language=options.language,
        playbook=read_playbook(options.playbook),
        thresholds=read_thresholds(options.thresholds),
        shadow=options.shadow,
    )
    call = CallFiles(
        paths=options.files, caller=cast("Side | None", options.caller), offset_s=options.offset_s
    )
    look = call.look()  # what cannot be used is told before a model is loaded
    path = options.events
    if path is None and not options.as_json:
        path = Path(f"{call.name}.events.jsonl")
    try:
        words = plan(
            options.model,
            options.files,
            places(),
            language=options.language,
            wanted=options.words,
            forced=options.demo_words,
        )
        with (
            _log(path, echo=options.as_json) as write,
            lane_for(words) as lane,
            _progress(look.duration_s) as advance,
        ):

            def take(told: Sequence[Logged]) -> None:
                for logged in told:
                    write(to_line(call.name, logged))

            heard = hear(
                call,
                how,
                lane,
                call_id=call.name,
                demo_words=words.demo,
                take=take,
                advance=advance,
            )
    except (ModelError, LaneError) as error:
        raise Refused(str(error)) from error
    for complaint in heard.complaints:
        click.echo(f"{click.style('calmline:', fg='yellow')} {complaint}", err=True)
    if not options.as_json:
        from .account import Account

        Account(heard.events, look.name, note=words.note).print(log=path)


def read_playbook(path: Path | None) -> Playbook | None:
    """Read a playbook, if there is one: a whole one from a file, or sheets laid over ours.

    Raises
    ------
    Refused
        Naming the card and the field that is wrong.
    """
    if path is None:
        return None
    try:
        if path.is_dir():
            sheets = read_sheets(path)
            return Playbook.from_files(bundled_sheets(_language_of(sheets)), sheets)
        return Playbook.from_yaml(_text(path))
    except PlaybookError as error:
        raise Refused(f"{path}: {error}") from error


def _language_of(sheets: Mapping[str, str]) -> Language:
    """What a company's sheets are in: one of them says ``language: zh``, or they are English."""
    chinese = any(re.search(r"^language: *zh\b", text, re.MULTILINE) for text in sheets.values())
    return "zh" if chinese else "en"


def read_thresholds(path: Path | None) -> Thresholds:
    """Read a thresholds file, or take the defaults.

    Raises
    ------
    Refused
        Naming the threshold that is wrong.
    """
    if path is None:
        return Thresholds()
    try:
        return Thresholds.from_toml(_text(path))
    except ThresholdError as error:
        raise Refused(f"{path}: {error}") from error


@contextmanager
def _log(path: Path | None, *, echo: bool) -> Iterator[Any]:
    """Write lines to a file that has its name only when it is whole, and to standard output."""
    part = path.with_name(path.name + ".part") if path is not None else None
    file: IO[str] | None = None
    if part is not None:
        try:
            file = part.open("w", encoding="utf-8")
        except OSError as error:
            raise Refused(f"{part}: {(error.strerror or 'cannot be written').lower()}") from error

    def write(line: str) -> None:
        if file is not None:
            file.write(line + "\n")
        if echo:
            sys.stdout.write(line + "\n")

    try:
        yield write
    except BaseException:
        if file is not None and part is not None:
            file.close()
            part.unlink(missing_ok=True)
        raise
    if file is not None and part is not None and path is not None:
        file.close()
        os.replace(part, path)


@contextmanager
def _progress(duration_s: float | None) -> Iterator[Any]:
    """Show how far it is, on a terminal, for a recording that takes a while."""
    if duration_s is None or duration_s < PROGRESS_FROM_S or not sys.stderr.isatty():
        yield lambda seconds: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("listening", total=duration_s)
        yield lambda seconds: progress.advance(task, seconds)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: it is not text in UTF-8") from error
