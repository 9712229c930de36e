"""Small archives for tests: clips of the bundled calls, and what a user would type."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
from click.testing import CliRunner, Result

from server.archive.columns import DATASETS, SORTED_BY
from server.archive.engines import Engine
from server.archive.run import Options
from server.archive.score import prepare, score_recording
from server.archive.tasks import Scored, Settings, Task, Told
from server.cli import main
from tests.coaching.book import YAML
from tests.files import write_wav
from tests.voice.sound import sample

Rows = dict[str, list[dict[str, Any]]]


def clip(path: Path, number: int = 0, seconds: float = 4.0, *, tracks: int = 2) -> Path:
    """Write some seconds of a bundled call in which somebody speaks; each number is another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first = round((5.0 + 2.5 * number) * 8000)
    sound = sample("en-rising")[0][:tracks, first : first + round(seconds * 8000)]
    return write_wav(path, sound)


def clips(folder: Path, count: int) -> Path:
    """Write some clips to a folder."""
    for number in range(count):
        clip(folder / f"call-{number:02d}.wav", number)
    return folder


def small_playbook(folder: Path) -> Path:
    """Write a playbook that is read in no time."""
    path = folder / "playbook.yaml"
    path.write_text(YAML, "utf-8")
    return path


def calmline(*arguments: object, folder: Path) -> Result:
    """Run `calmline` as somebody who works in a folder."""
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, [str(argument) for argument in arguments])


class Here:
    """An engine that saves a test the start of a process: one worker, this very process."""

    workers = 1

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def hire(self) -> Here:
        """Give itself."""
        return self

    def start(self) -> None:
        """Load what a worker loads."""
        prepare(self._settings)

    def score(self, task: Task, limit_s: float) -> Scored:
        """Score a recording, however long that takes."""
        return score_recording(task)

    def kill(self) -> None:
        """Nothing to kill."""

    def close(self) -> None:
        """Nothing to close."""


@contextlib.contextmanager
def _here(options: Options, settings: Settings, tasks: int) -> Iterator[Engine]:
    yield Here(settings)


def archived(
    source: object, out: Path, *more: object, caller: bool = True, pool: bool = False
) -> Result:
    """Archive without words, in this process or by a pool of one worker."""
    usual: list[object] = ["--no-words", "--playbook", small_playbook(out.parent), "--workers", 1]
    usual += ["--caller", "left"] if caller else []
    with contextlib.nullcontext() if pool else patch("server.archive.run._engine", _here):
        return calmline("archive", source, "--out", out, *usual, *more, folder=out.parent)


def rows(out: Path) -> Rows:
    """Every row of an archive in order, but for which run wrote it."""
    found: Rows = {}
    for dataset in DATASETS:
        files = sorted((out / dataset).glob("part-*.parquet"))
        every = [row for file in files for row in pq.read_table(file).to_pylist()]
        for row in every:
            row.pop("run_id", None)
        found[dataset] = sorted(every, key=lambda row: [row[name] for name in SORTED_BY[dataset]])
    return found


def same(one: Path, other: Path) -> bool:
    """Whether two archives, whose keys may differ, hold the same rows, and hold any."""
    ones, others = rows(one), rows(other)
    for row in [*ones["calls"], *others["calls"]]:
        row.pop("path_hash")
    return ones == others and all(ones.values())


def task(path: Path, name: str | None = None) -> Task:
    """Make the task of a recording."""
    call_id = name or path.stem
    return Task(
        call_id=call_id,
        name=path.name,
        path_hash=call_id,
        addresses=(str(path),),
        bytes=1,
        told=Told(call_id=call_id),
    )
