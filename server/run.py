"""``calmline run``: a recording goes in, the log of events and an account of the call come out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import click

from coaching.playbook import Playbook, PlaybookError, bundled, bundled_sheets
from coaching.profiles import Profiles
from coaching.session import CallSession, CallSetup, Logged
from coaching.thresholds import ThresholdError
from coaching.understanding import bundled as bundled_understanding
from models.errors import ModelError
from voice.clock import RATE
from voice.events import Language, SpeechStarted

from .errors import Refused
from .lane.client import Lane, LaneError, LaneSettings
from .lane.lockstep import Lockstep
from .language import heard_language
from .models_cli import places
from .playbook_cli import read_sheets
from .sources import Side, Source, open_source
from .wire import to_line
from .words import WordsPlan, loader, plan

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
    profiles = read_profiles(options.thresholds)
    playbook = read_playbook(options.playbook)
    source = _source(options)
    path = options.events
    if path is None and not options.as_json:
        path = Path(f"{options.files[0].stem}.events.jsonl")
    try:
        words = plan(
            options.model,
            options.files,
            places(),
            language=options.language,
            wanted=options.words,
            forced=options.demo_words,
        )
        with _log(path, echo=options.as_json) as write, _lane(words) as lane:
            language = options.language or _detected(options, lane) or playbook_language(playbook)
            setup = CallSetup(
                call_id=options.files[0].stem,
                roles=source.roles,
                language=language,
                playbook=playbook or bundled(language),
                thresholds=profiles.of(language),
                words=lane is not None,
                demo_words=words.demo,
                shadow=options.shadow,
                understanding=bundled_understanding(language) if lane is not None else None,
            )
            events = _hear(source, setup, lane, write, options)
    except (ModelError, LaneError) as error:
        raise Refused(str(error)) from error
    finally:
        source.close()
    for complaint in source.complaints:
        click.echo(f"{click.style('calmline:', fg='yellow')} {complaint}", err=True)
    if not options.as_json:
        from .account import Account

        Account(events, source.name, note=words.note).print(log=path)


def playbook_language(playbook: Playbook | None) -> Language:
    """What a call is taken for whose language nobody said and nobody could hear."""
    return playbook.language if playbook is not None else "en"


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


def read_profiles(path: Path | None) -> Profiles:
    """Read a thresholds file and the profiles of languages in it, or take the defaults.

    Raises
    ------
    Refused
        Naming the threshold that is wrong.
    """
    if path is None:
        return Profiles()
    try:
        return Profiles.from_toml(_text(path))
    except ThresholdError as error:
        raise Refused(f"{path}: {error}") from error


def _source(options: Options) -> Source:
    return open_source(options.files, cast("Side | None", options.caller), options.offset_s)


@contextmanager
def _lane(words: WordsPlan) -> Iterator[Lane | None]:
    """What writes words down; ``None`` for voice only."""
    if words.model is None:
        yield None
        return
    with Lane(loader(words.model), LaneSettings(nice=0, measure_s=0)) as lane:
        yield lane


def _detected(options: Options, lane: Lane | None) -> Language | None:
    """The language that is heard, where there is a model to hear it."""
    if lane is None:
        return None
    source = _source(options)
    try:
        return cast("Language | None", heard_language(source, lane))
    finally:
        source.close()


def _hear(
    source: Source,
    setup: CallSetup,
    lane: Lane | None,
    write: Any,
    options: Options,
) -> list[Logged]:
    session = CallSession(setup)
    driver: CallSession | Lockstep = session
    if lane is not None:
        driver = Lockstep(
            session,
            lane,
            call_id=setup.call_id,
            language=options.language,
            hotwords=" ".join(setup.playbook.hotwords) or None,
        )
    events: list[Logged] = []

    def take(new: list[Logged]) -> None:
        for logged in new:
            write(to_line(setup.call_id, logged))
        events.extend(new)

    with _progress(source.duration_s) as advance:
        for block, lost in source.blocks():
            take(driver.feed(block, lost))
            advance(block.shape[1] / RATE)
        take(driver.finish())
    if not any(isinstance(logged.event, SpeechStarted) for logged in events):
        names = " and ".join(str(path) for path in options.files)
        raise Refused(f"{names}: no speech is heard in it: is it the right recording?")
    return events


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
