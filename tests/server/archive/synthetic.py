"""A whole archive of made-up calls, with a truth that figures can be held against.

``python -m tests.server.archive.synthetic DIR [--calls N]`` writes one to look at. Planted are: one
kind that rises by 40 % from one week on, one kind that comes with another, cards that help, a
queue in which callers stop calling again after a day, and a new model in a known week. Everything
else is drawn alike in all weeks, queues and groups.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coaching.playbook import bundled
from coaching.session import CallSetup
from coaching.thresholds import Thresholds
from server.archive.columns import CALLS, EVENTS, SUBJECTS, WINDOWS
from server.archive.quality import Quality
from server.archive.rows import Context, Rows, rows_of
from server.archive.tasks import Task, Told
from tests.coaching.script import ROLES
from voice.decode import AudioInfo
from voice.events import Language

from .synthetic_calls import Conversation, End, conversation, objections

ROWS = {"calls": CALLS, "windows": WINDOWS, "events": EVENTS}
HOURS = np.array([0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 9, 8, 5, 6, 8, 8, 7, 6, 4, 2, 1, 0, 0, 0], float)
"""How many calls come at each hour, to scale."""
DAYS = np.array([9, 8, 7, 7, 6, 2, 1], float)
"""The same for each weekday, from Monday."""
CALL_ID = "made-up"
KEPT = ("words_final", "objection_heard", "cue_shown", "cue_withheld")
"""Events of a call that is written without its facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is drawn, and what is planted."""

    calls: int = 10_000
    weeks: int = 10
    seed: int = 8
    start: date = date(2026, 1, 5)  # a Monday
    facts: bool = True
    """Whether all events are written, or only those of words, objections and cards."""
    rises: str = "price"
    rises_from: int | None = None
    """Week from which it is heard 40 % more often; two before the last if not given."""
    rise: float = 1.4
    usual: float = 0.05
    """Share of calls in which any other kind is heard."""
    first: float = 0.05
    """The same for the first of those that come together."""
    rising: float = 0.28
    together: tuple[str, str] = ("service", "time")
    """Where the first is heard, the second is in every other call."""
    holdout: float = 0.3
    part: int = 1000


QUEUES = ("billing", "delivery", "returns", "technics")
BETTER_QUEUE = "billing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A call that was dealt."""

    call_id: str
    started_at: datetime
    week: int
    queue: str
    language: Language
    kinds: tuple[str, ...]
    end: End
    withheld: bool
    solved: bool
    repeat: bool
    csat: float

    @property
    def played(self) -> Conversation:
        """Its conversation."""
        return conversation(self.language, self.kinds, self.end, self.withheld)


def split(plan: Plan) -> date:
    """Give the day from which callers of one queue call again less often."""
    return plan.start + timedelta(weeks=plan.weeks // 2)


def rise_week(plan: Plan) -> date:
    """Give the Monday of the week in which the planted kind rises."""
    return plan.start + timedelta(weeks=_rises_from(plan))


def _rises_from(plan: Plan) -> int:
    return plan.weeks - 2 if plan.rises_from is None else plan.rises_from


def deal(plan: Plan) -> Iterator[Made]:
    """Draw all calls, in order of their id."""
    rng = np.random.default_rng(plan.seed)
    for number in range(plan.calls):
        week = number * plan.weeks // plan.calls
        day = int(rng.choice(7, p=DAYS / DAYS.sum()))
        second = int(rng.choice(24, p=HOURS / HOURS.sum())) * 3600 + int(rng.integers(3600))
        started_at = datetime.combine(plan.start, datetime.min.time()) + timedelta(
            days=7 * week + day, seconds=second
        )
        rate = plan.rising * (plan.rise if week >= _rises_from(plan) else 1.0)
        first = plan.together[0]
        heard = {
            kind
            for kind in SUBJECTS
            if rng.random() < (plan.first if kind == first else plan.usual)
        }
        heard.discard(plan.rises)
        if rng.random() < rate:
            heard.add(plan.rises)
        if first in heard and rng.random() < 0.5:
            heard.add(plan.together[1])
        withheld = bool(rng.random() < plan.holdout)
        tense = rng.random() < 0.45
        soothed = rng.random() < (0.35 if withheld else 0.6)
        end: End = "calm"
        if tense:
            end = "soothed" if soothed else "withdraws" if rng.random() < 0.3 else "stays_tense"
        queue = str(rng.choice(QUEUES))
        solved = bool(rng.random() < (0.85 if end in ("calm", "soothed") else 0.35))
        better = queue == BETTER_QUEUE and started_at.date() >= split(plan)
        yield Made(
            call_id=f"c{number:06d}",
            started_at=started_at,
            week=week,
            queue=queue,
            language="zh" if rng.random() < 0.3 else "en",
            kinds=objections(heard),
            end=end,
            withheld=withheld,
            solved=solved,
            repeat=bool(rng.random() < (0.12 if better else 0.32)),
            csat=float(np.clip(round(rng.normal(4.2 if solved else 2.9, 0.9)), 1, 5)),
        )


def write(folder: Path, plan: Plan) -> Path:
    """Write the archive; give its folder."""
    for name in ROWS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    part: list[Made] = []
    number = 0
    for made in deal(plan):
        part.append(made)
        if len(part) == plan.part:
            write_part(folder, number, part, plan)
            part, number = [], number + 1
    if part:
        write_part(folder, number, part, plan)
    return folder


def write_part(folder: Path, number: int, calls: Sequence[Made], plan: Plan) -> None:
    """Write one part of each dataset."""
    _write(folder, "calls", number, [_call(made, plan) for made in calls])
    _write(folder, "windows", number, [row for made in calls for row in _windows(made)])
    _write(folder, "events", number, [row for made in calls for row in _events(made, plan)])


def _write(folder: Path, name: str, number: int, rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(rows, schema=ROWS[name])
    pq.write_table(table, folder / name / f"part-{number:05d}.parquet", compression="zstd")


def _call(made: Made, plan: Plan) -> dict[str, Any]:
    late = made.week >= plan.weeks // 2
    return {
        **_rows(made.played).call,
        "call_id": made.call_id,
        "path_hash": f"{int(made.call_id[1:]):032x}",
        "agent": f"agent-{int(made.call_id[1:]) % 37:02d}",
        "queue": made.queue,
        "date": made.started_at.date(),
        "started_at": made.started_at,
        "model": "small@" + ("b" if late else "a") * 8,
        "solved": "yes" if made.solved else "no" if made.csat < 3 else "unclear",
        "solved_given": made.solved,
        "csat": made.csat,
        "repeat": made.repeat,
    }


def _windows(made: Made) -> Iterator[dict[str, Any]]:
    for row in _rows(made.played).windows.to_pylist():
        yield {**row, "call_id": made.call_id}


def _events(made: Made, plan: Plan) -> Iterator[dict[str, Any]]:
    for row in _event_rows(made.played):
        if plan.facts or row["type"] in KEPT:
            # the id is the first field of the body
            body = row["body"].replace(CALL_ID, made.call_id, 1)
            yield {**row, "call_id": made.call_id, "body": body}


@cache
def _event_rows(played: Conversation) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _rows(played).events.to_pylist()
    return rows


@cache
def _rows(played: Conversation) -> Rows:
    """Rows of a conversation as the product builds them, once for all calls dealt from it."""
    language = played.language
    setup = CallSetup(
        call_id=CALL_ID, roles=ROLES, language=language, playbook=bundled(language),
        thresholds=Thresholds(), words=True,
    )  # fmt: skip
    told = Task(
        call_id=CALL_ID, name="made-up", path_hash="", addresses=(), bytes=0,
        told=Told(call_id=CALL_ID),
    )  # fmt: skip
    context = Context(
        task=told,
        setup=setup,
        infos=(AudioInfo(rate=8000, channels=2, duration_s=played.duration_s, codec="pcm_mulaw"),),
        complaint=None,
        quality=Quality(
            duration_s=played.duration_s, snr_db=28.0, clipped_share=0.0, lost_share=0.0
        ),
        model="small",
        run_id="made-up",
    )
    return rows_of(played.log, context)


def main() -> None:
    """Write an archive to look at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--without-facts", action="store_true")
    given = parser.parse_args()
    write(given.folder, Plan(calls=given.calls, facts=not given.without_facts))


if __name__ == "__main__":
    main()
