"""``calmline archive``: recordings by the thousand go in, datasets come out."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Literal

import click
from filelock import FileLock, Timeout

from models import catalog
from models.errors import ModelError
from voice.events import Language

from ..errors import Refused
from ..models_cli import places
from ..run import read_playbook, read_profiles
from ..signals import stop_signals
from ..sources import Side
from ..words import FETCH
from .beside import write_beside
from .calls import Calls, Rules, calls
from .crew import Crew
from .dictionary import DICTIONARY, dictionary
from .engines import Engine
from .estimate import estimate
from .files import write_whole
from .find import find
from .joined import join
from .ledger import Ledger
from .metadata import Metadata, read_outcomes
from .names import NamePattern
from .parts import Parts
from .progress import Tally, shown, spell
from .pseudonyms import KEY_BYTES, Pseudonyms, open_pseudonyms
from .record import Record, about, checksum, write_failures
from .sink import Sink
from .tasks import Settings

SCRATCH = ".fetched"
STOPPED = 130
"""Exit code after Ctrl-C, as shells give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line said; ``command`` is the line itself."""

    sources: tuple[str, ...]
    out: Path
    name_pattern: str | None = None
    parties: tuple[str, str] = ("caller", "agent")
    metadata: Path | None = None
    outcomes: Path | None = None
    workers: int | None = None
    engine: Literal["pool", "ray"] = "pool"
    timeout_s: float = 3600.0
    part_calls: int = 500
    words: bool = True
    demo_words: bool = False
    model: str = "auto"
    language: Language | None = None
    caller: Side | None = None
    playbook: Path | None = None
    thresholds: Path | None = None
    db: str | None = None
    dry_run: bool = False
    retry_failed: bool = False
    agents_as_named: bool = False
    as_json: bool = False
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did.

    Attributes
    ----------
    scored, failed
        Calls of this run.
    done_before
        Calls that earlier runs have scored, or given up.
    left
        Calls that a stopped run did not get to.
    joined
        Calls that have an outcome among those given.
    """

    out: str
    run_id: str
    state: Literal["done", "stopped"]
    scored: int
    failed: int
    done_before: int
    left: int
    joined: int
    audio_s: float
    wall_s: float
    hours_an_hour: float
    work_s: float


def archive(options: Options) -> None:
    """Score an archive, or say what that would take.

    Raises
    ------
    Refused
        If the sources, the settings or the folder cannot be used. What was scored stays.
    SystemExit
        With 130, if it was stopped.
    """
    now = datetime.now(UTC)
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    settings = _settings(options, run_id)
    rules = Rules(
        pattern=NamePattern(options.name_pattern) if options.name_pattern else None,
        metadata=Metadata(options.metadata) if options.metadata else None,
        parties=options.parties,
        as_named=options.agents_as_named,
    )
    outcomes = read_outcomes(options.outcomes) if options.outcomes else {}
    found = find(options.sources, without=options.out)
    if found.others:
        click.echo(f"{found.others} other files are left out", err=True)
    with ExitStack() as stack:
        if options.dry_run and not options.out.exists():
            ledger = None
            pseudonyms = Pseudonyms(secrets.token_bytes(KEY_BYTES))
        else:
            stack.enter_context(_alone(options.out))
            ledger = Ledger(options.out)
            stack.callback(ledger.close)
            pseudonyms = open_pseudonyms(options.out)
        given_up = set() if options.retry_failed or ledger is None else set(ledger.failures)
        known = ledger.done if ledger is not None else {}
        todo = calls(found, rules, pseudonyms, done={*known, *given_up}, call_ids=known.values())
        if options.dry_run or ledger is None:
            _estimate(options, settings, todo)
            return
        sink = Sink(options.db) if options.db else None
        run = about(run_id, now.isoformat(timespec="seconds"), options.command)
        run["settings"] = _described(options, settings)
        record = Record(options.out)
        record.write(run)
        write_whole(options.out / DICTIONARY, dictionary())
        try:
            summary = _score(options, settings, todo, ledger)
        except BaseException:
            record.write(run | {"state": "failed"})
            raise
        finally:
            write_failures(options.out, [*ledger.failures.values(), *todo.failures])
        if outcomes:
            summary = replace(summary, joined=join(options.out, outcomes))
        if sink is not None:
            sink.follow(options.out)
            sink.close()
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        record.write(run | {"state": summary.state, "ended_at": ended, "counts": _counts(summary)})
        if summary.state == "done":
            write_beside(options.out)
    _tell(options, summary)
    if summary.state == "stopped":
        raise SystemExit(STOPPED)


def _settings(options: Options, run_id: str) -> Settings:
    """Read what the workers need; what is wrong is told before any of them starts."""
    settings = Settings(
        run_id=run_id,
        scratch=str(options.out.resolve() / SCRATCH) if options.engine == "pool" else None,
        model=options.model,
        words=options.words,
        demo_words=options.demo_words,
        language=options.language,
        caller=options.caller,
        playbook=read_playbook(options.playbook),
        profiles=read_profiles(options.thresholds),
    )
    if settings.words:
        try:
            model = catalog.find(settings.model, places(), language=settings.language)
        except ModelError as error:
            raise Refused(str(error)) from error
        if model.demo and not settings.demo_words:
            click.echo(
                f"the model at hand, {model.name}, knows the bundled calls only; all others are "
                f"scored without words. For words: {FETCH}",
                err=True,
            )
    return settings


def _score(options: Options, settings: Settings, todo: Calls, ledger: Ledger) -> Summary:
    tally = Tally(calls=len(todo.tasks), bytes=sum(task.bytes for task in todo.tasks))
    parts = Parts(options.out, ledger, settings.run_id, options.part_calls)
    with stop_signals() as stop:
        if todo.tasks:
            with _engine(options, settings, len(todo.tasks)) as engine:
                _work(Crew(engine, options.timeout_s), todo, parts, ledger, tally, stop, settings)
        stopped = stop.is_set()
    left = tally.calls - tally.scored - tally.failed
    return Summary(
        out=str(options.out),
        run_id=settings.run_id,
        state="stopped" if stopped and left else "done",
        scored=tally.scored,
        failed=tally.failed + len(todo.failures),
        done_before=todo.done,
        left=left,
        joined=0,
        audio_s=round(tally.audio_s, 1),
        wall_s=round(tally.wall_s, 1),
        hours_an_hour=round(tally.rate, 1),
        work_s=round(tally.work_s, 1),
    )


def _work(
    crew: Crew,
    todo: Calls,
    parts: Parts,
    ledger: Ledger,
    tally: Tally,
    stop: Event,
    settings: Settings,
) -> None:
    try:
        with shown(tally) as show:
            for scored in crew.score(todo.tasks, stop):
                tally.add(scored)
                if scored.failure is not None:
                    ledger.fail(settings.run_id, scored.failure)
                else:
                    parts.add(scored)
                show()
    finally:
        parts.flush()


@contextmanager
def _engine(options: Options, settings: Settings, tasks: int) -> Iterator[Engine]:
    engine: Engine
    if options.engine == "ray":
        from .on_ray import OnRay

        engine = OnRay(settings, options.workers)
    else:
        from .pool import Pool

        engine = Pool(settings, min(tasks, options.workers or _cores()))
        if settings.scratch is not None:
            shutil.rmtree(settings.scratch, ignore_errors=True)  # of a run that was killed
            Path(settings.scratch).mkdir(parents=True)
    try:
        yield engine
    finally:
        engine.close()
        if settings.scratch is not None:
            shutil.rmtree(settings.scratch, ignore_errors=True)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep other runs out of the folder; the lock goes with the process, however that ends."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise Refused(f"{out}: another run is at work in it") from error
    except OSError as error:
        raise Refused(f"{out}: {(error.strerror or 'cannot be written').lower()}") from error


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _described(options: Options, settings: Settings) -> dict[str, Any]:
    """What the run was given, with checksums of the files."""
    files = ("metadata", "outcomes", "thresholds")
    given = {name: path for name in files if (path := getattr(options, name)) is not None}
    return {
        "engine": options.engine,
        "workers": options.workers,
        "timeout_s": options.timeout_s,
        "words": settings.words,
        "demo_words": settings.demo_words,
        "model": settings.model,
        "language": settings.language,
        "caller": settings.caller,
        "agents_as_named": options.agents_as_named,
        "files": {
            name: {"name": path.name, "sha256": checksum(path)} for name, path in given.items()
        },
    }


def _counts(summary: Summary) -> dict[str, Any]:
    return {k: v for k, v in asdict(summary).items() if k not in ("out", "run_id", "state")}


def _estimate(options: Options, settings: Settings, todo: Calls) -> None:
    if not todo.tasks:
        guess = None
    else:
        apart = replace(settings, scratch=None)
        with _engine(options, apart, len(todo.tasks)) as engine:
            guess = estimate(todo.tasks, engine, options.timeout_s)
    if options.as_json:
        told = asdict(guess) if guess is not None else {"calls": 0}
        click.echo(json.dumps(told | {"done_before": todo.done, "failing": len(todo.failures)}))
        return
    if guess is None:
        click.echo(f"nothing is to be done: {todo.done} calls are in the archive")
        return
    click.echo(f"{guess.calls} calls, {guess.bytes / 1e9:.2f} GB; {todo.done} were done before")
    if guess.audio_s is not None:
        hours = guess.audio_s / 3600
        click.echo(f"about {hours:.2f} h of audio, by the headers of {guess.looked_at}")
    if guess.time_s is not None and guess.disk_bytes is not None:
        click.echo(
            f"about {spell(guess.time_s)}, and {guess.disk_bytes / 1e6:.1f} MB of disk, "
            f"as measured on {guess.measured} of them"
        )
    for failure in todo.failures:
        click.echo(f"cannot be scored: {failure.name}: {failure.reason}")


def _tell(options: Options, summary: Summary) -> None:
    if options.as_json:
        click.echo(json.dumps(asdict(summary), ensure_ascii=False))
        return
    click.echo(
        f"{options.out}: {summary.scored} calls scored, {summary.audio_s / 3600:.2f} h of audio in "
        f"{spell(summary.wall_s)} ({summary.hours_an_hour:g} h an hour)"
    )
    if summary.done_before:
        click.echo(f"{summary.done_before} were done before")
    if summary.joined:
        click.echo(f"{summary.joined} have an outcome")
    if summary.failed:
        click.echo(f"{summary.failed} failed: {options.out / 'failures.csv'} says why")
    if summary.state == "stopped":
        click.echo(f"stopped with {summary.left} to do: the same command goes on from here")
