"""``--dry-run``: how many hours there are, how long they will take, how much disk the rows need.

Hours are read from the headers of a sample; speed and size come from scoring a few of it for real,
on this machine, with the settings of the run.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from threading import Event

import pyarrow.parquet as pq

from ..errors import Refused
from ..hearing import CallFiles
from .columns import DATASETS
from .crew import Crew
from .engines import Engine
from .parts import table
from .score import brought
from .tasks import Scored, Task

HEADERS = 200
"""Recordings whose length is looked up; in an object store a tenth, for each is fetched."""
SCORED = 4
"""Recordings that each worker scores at most."""
SCORED_S = 20.0
"""For how long none is begun any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run will take.

    Attributes
    ----------
    calls, bytes
        What there is to do.
    looked_at, measured
        Calls whose length was read, and that were scored, for this.
    audio_s
        Seconds of audio, about; ``None`` if no length could be read.
    time_s
        Seconds that the run will take; ``None`` if nothing could be scored.
    disk_bytes
        Size of the datasets.
    """

    calls: int
    bytes: int
    looked_at: int
    measured: int
    audio_s: float | None
    time_s: float | None
    disk_bytes: int | None


def estimate(tasks: Sequence[Task], engine: Engine, limit_s: float) -> Estimate:
    """Estimate a run from a seeded sample of its recordings."""
    remote = any("://" in task.addresses[0] for task in tasks)
    chosen = random.Random(0).sample(tasks, min(len(tasks), HEADERS // 10 if remote else HEADERS))
    lengths = {task.path_hash: length for task in chosen if (length := _length_s(task))}
    known = [task for task in chosen if task.path_hash in lengths]
    audio_s: float | None = None
    if known:
        seconds, size = sum(lengths.values()), sum(task.bytes for task in known)
        share = sum(task.bytes for task in tasks) / size if size else len(tasks) / len(known)
        audio_s = seconds * share
    scored, wall_s = _scored(known, engine, limit_s)
    heard_s = sum(one.audio_s for one in scored)
    time_s = disk = None
    if heard_s and audio_s is not None:
        time_s = audio_s * wall_s / heard_s
        disk = round(audio_s * _size(scored) / heard_s)
    return Estimate(
        calls=len(tasks),
        bytes=sum(task.bytes for task in tasks),
        looked_at=len(known),
        measured=len(scored),
        audio_s=audio_s,
        time_s=time_s,
        disk_bytes=disk,
    )


def _length_s(task: Task) -> float | None:
    try:
        with brought(task, None) as paths:
            return CallFiles(paths=paths).look().duration_s
    except (Refused, OSError):
        return None


def _scored(tasks: Sequence[Task], engine: Engine, limit_s: float) -> tuple[list[Scored], float]:
    """Score some recordings; with the seconds that took once all workers were at it."""
    scored: list[Scored] = []
    begun_s = time.monotonic()
    first_s: float | None = None
    for one in Crew(engine, limit_s).score(tasks[: SCORED * engine.workers], Event()):
        now_s = time.monotonic()
        if first_s is None:
            # what came before the first recording was begun is paid once a run, not once a call
            first_s = now_s - one.wall_s
        if one.failure is None:
            scored.append(one)
        if now_s - begun_s >= SCORED_S:
            break
    return scored, time.monotonic() - (first_s or begun_s)


def _size(scored: Sequence[Scored]) -> int:
    """Bytes of the rows as they will lie on disk."""
    total = 0
    for dataset in DATASETS:
        file = BytesIO()
        pq.write_table(table(dataset, scored), file, compression="zstd")
        total += file.tell()
    return total
