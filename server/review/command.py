"""``calmline review``: one report a call, whatever becomes of the others."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from coaching.review import Form, FormError
from voice.events import Language

from ..errors import Refused
from ..hearing import CallFiles, How
from ..models_cli import places
from ..run import read_playbook, read_profiles, read_text
from ..sources import Side
from .make import Interface, Lanes, Made, Progress, Wanted, make
from .polish import Endpoint
from .summary import summary

KEY = "CALMLINE_LLM_KEY"
PROGRESS_FROM_S = 30.0
"""Shorter recordings are done before a progress bar would help."""
STEPS = {"listening": "listening", "pitch": "measuring pitch", "writing": "writing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line said."""

    files: tuple[Path, ...]
    two: bool
    out: Path
    caller: Side | None
    offset_s: float
    language: Language | None
    form: Path | None
    playbook: Path | None
    thresholds: Path | None
    model: str
    words: bool
    demo_words: bool
    precise: bool
    audio: bool
    redact_audio: bool
    interface: Interface | None
    as_json: bool
    llm: str | None
    llm_model: str


def review(options: Options) -> None:
    """Make the reports, one call after the other; exits with 2 if one could not be made.

    Raises
    ------
    Refused
        If what is said of all calls cannot be used: then nothing is done.
    """
    calls = _calls(options)
    playbook = read_playbook(options.playbook)
    wanted = Wanted(
        how=How(
            language=options.language,
            usual=playbook.language if playbook is not None else "en",
            playbook=playbook,
            profiles=read_profiles(options.thresholds),
        ),
        form=read_form(options.form),
        model=options.model,
        words=options.words,
        demo_words=options.demo_words,
        precise=options.precise,
        audio=options.audio,
        redact_audio=options.redact_audio,
        interface=options.interface,
        endpoint=_endpoint(options),
    )
    failed = False
    with Lanes() as lanes:
        for call in calls:
            try:
                with _progress(call) as progress:
                    made = make(call, options.out, wanted, lanes, places(), progress=progress)
            except Refused as refused:
                failed = True
                refused.show()
                if options.as_json:
                    _print_json({"name": call.name, "error": refused.message})
            else:
                _tell(made, options.as_json)
    if failed:
        sys.exit(Refused.exit_code)


def read_form(path: Path | None) -> Form | None:
    """Read a scorecard's form, if there is one.

    Raises
    ------
    Refused
        Naming the criterion and the field that is wrong.
    """
    if path is None:
        return None
    try:
        return Form.from_yaml(read_text(path))
    except FormError as error:
        raise Refused(f"{path}: {error}") from error


def _calls(options: Options) -> list[CallFiles]:
    if options.two and len(options.files) != 2:
        raise Refused("--two: give two mono files, the caller's and then the agent's")
    if options.offset_s and not options.two:
        raise Refused("--offset-s is for two mono files that are one call: --two")
    groups = [options.files] if options.two else [(path,) for path in options.files]
    return [
        CallFiles(paths=paths, caller=options.caller, offset_s=options.offset_s) for paths in groups
    ]


def _endpoint(options: Options) -> Endpoint | None:
    if options.llm is None:
        return None
    try:
        return Endpoint(url=options.llm, model=options.llm_model, key=os.environ.get(KEY) or None)
    except ValueError as error:
        raise Refused(f"--llm: {error}") from error


def _tell(made: Made, as_json: bool) -> None:
    for complaint in made.complaints:
        click.echo(f"{click.style('calmline:', fg='yellow')} {complaint}", err=True)
    if as_json:
        _print_json({"name": made.report["call"]["name"], "report": made.report})
    else:
        summary(made)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


@contextmanager
def _progress(call: CallFiles) -> Iterator[Progress]:
    """Show how far it is, on a terminal, for a recording that takes a while."""
    duration_s = call.look().duration_s
    if duration_s is None or duration_s < PROGRESS_FROM_S or not sys.stderr.isatty():
        yield lambda step, seconds: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def advance(step: str, seconds: float) -> None:
            if step not in tasks:
                total = duration_s if step != "writing" else None
                tasks[step] = bars.add_task(f"{call.name}: {STEPS[step]}", total=total)
            bars.advance(tasks[step], seconds)

        yield advance
