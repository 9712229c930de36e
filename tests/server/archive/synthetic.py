"""A whole archive of made-up calls, with a truth that figures can be held against.

``python -m tests.server.archive.synthetic DIR [--calls N]`` writes one to look at. Planted are: one
kind that rises by 40 % from one week on, one kind that comes with another, cards that help, a
queue in which callers stop calling again after a day, and a new model in a known week. Everything
else is drawn alike in all weeks, queues and groups.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from coaching.advice import Advice, CueShown, CueWithheld, IndexChanged, ObjectionHeard
from coaching.report import CallReport
from coaching.session import Logged
from server.archive.columns import CALLS, EVENTS, SUBJECTS, WINDOWS
from server.wire import to_dict
from voice.events import Fact, Language, ProsodyWindow, WordsFinal

from .synthetic_calls import Conversation, End, conversation, objections

ROWS = {"calls": CALLS, "windows": WINDOWS, "events": EVENTS}
HOURS = np.array([0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 9, 8, 5, 6, 8, 8, 7, 6, 4, 2, 1, 0, 0, 0], float)
"""How many calls come at each hour, to scale."""
DAYS = np.array([9, 8, 7, 7, 6, 2, 1], float)
"""The same for each weekday, from Monday."""
KEPT = (WordsFinal, ObjectionHeard, CueShown, CueWithheld)
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
        heard = {kind for kind in SUBJECTS if rng.random() < plan.usual}
        heard.discard(plan.rises)
        if rng.random() < rate:
            heard.add(plan.rises)
        if plan.together[0] in heard and rng.random() < 0.5:
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


@cache
def _measured(played: Conversation) -> dict[str, Any]:
    """Columns that follow from the log alone."""
    events = [logged.event for logged in played.log]
    report = CallReport.of(
        [event for event in events if isinstance(event, Fact)],
        [event for event in events if isinstance(event, Advice)],
    )
    heard = [event.subject for event in events if isinstance(event, ObjectionHeard)]
    return {
        "duration_s": report.duration_s,
        "talk_share_caller": report.talk_share.get("caller"),
        "talk_share_agent": report.talk_share.get("agent"),
        "longest_silence_s": report.longest_silence_s,
        "overlaps": report.overlaps,
        "overlap_s": report.overlap_s,
        "tense_s": report.tense_s,
        "peak_index": report.peak_index,
        "outcome": report.outcome,
        "withdrew": report.outcome == "withdrew",
        "cards_shown": len(report.cues),
        "cards_withheld": sum(isinstance(event, CueWithheld) for event in events),
        **{f"obj_{subject}": heard.count(subject) for subject in SUBJECTS},
    }


def _call(made: Made, plan: Plan) -> dict[str, Any]:
    late = made.week >= plan.weeks // 2
    return {
        "call_id": made.call_id,
        "path_hash": f"{int(made.call_id[1:]):032x}",
        "run_id": "made-up",
        "agent": f"agent-{int(made.call_id[1:]) % 37:02d}",
        "queue": made.queue,
        "date": made.started_at.date(),
        "started_at": made.started_at,
        "codec": "pcm_mulaw",
        "rate_hz": 8000,
        "channels": 2,
        "language": made.language,
        "roles": "caller+agent",
        "mono": False,
        "identical": False,
        "snr_db": 28.0,
        "clipped_share": 0.0,
        "lost_share": 0.0,
        "words": True,
        "demo_words": False,
        "word_probability": 0.9,
        "coverage": 0.97,
        "repeated_questions": 0,
        "promises": 0,
        "risk_danger": 0,
        "risk_legal": 0,
        "risk_abuse": 0,
        "solved": "yes" if made.solved else "unclear",
        "solved_given": made.solved,
        "csat": made.csat,
        "repeat": made.repeat,
        "calmline": "0.1.0",
        "engine": "calmline-voice/1",
        "model": "small@" + ("b" if late else "a") * 8,
        "playbook": "bundled",
        "thresholds": "defaults",
        **_measured(made.played),
    }


def _windows(made: Made) -> Iterator[dict[str, Any]]:
    for logged in made.played.log:
        event = logged.event
        if isinstance(event, ProsodyWindow) and event.at_s % 5 == 0:  # a tenth is plenty here
            yield {
                "call_id": made.call_id,
                "track": 0,
                "role": "caller",
                "at_s": event.at_s,
                "f0_median_st": event.f0_median_st,
                "articulation_rate_hz": event.articulation_rate_hz,
                "pause_ratio": event.pause_ratio,
            }


def _events(made: Made, plan: Plan) -> Iterator[dict[str, Any]]:
    for row, body in _event_rows(made.played, plan.facts):
        yield {**row, "call_id": made.call_id, "body": f'{{"id":"{made.call_id}/{body}'}


@cache
def _event_rows(played: Conversation, facts: bool) -> list[tuple[dict[str, Any], str]]:
    """Rows of a conversation without the call, and their bodies from behind it."""
    return [_event_row(logged) for logged in played.log if facts or isinstance(logged.event, KEPT)]


def _event_row(logged: Logged) -> tuple[dict[str, Any], str]:
    found = to_dict("", logged)
    event = logged.event
    kind = next(
        (found[key] for key in ("subject", "risk", "kind", "stage", "state", "grade", "conduct")
         if isinstance(found.get(key), str)),
        None,
    )  # fmt: skip
    if isinstance(event, IndexChanged):
        kind = None
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return {
        "seq": logged.seq,
        "type": found["type"],
        "at_s": event.at_s,
        "known_at_s": event.known_at_s,
        "track": event.track,
        "role": event.role,
        "kind": kind,
        "card_id": found.get("card_id"),
        "text": found.get("text", found.get("quote")),
    }, re.sub(r'^\{"id":"/', "", body)


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
