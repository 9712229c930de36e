"""The events of one call as rows of the three datasets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from coaching.advice import Advice, IndexChanged, StateChanged
from coaching.review.note import note_of
from coaching.session import ENGINE, CallSetup, Logged
from voice.decode import AudioInfo
from voice.events import Fact, ProsodyWindow

from ..live.versions import playbook_version, thresholds_version
from ..wire import to_line, type_name
from .account import account
from .columns import CALLS, EVENTS, OUTCOMES, WINDOWS
from .quality import Quality
from .tasks import Task

_ABOUT = ("subject", "risk", "stage", "state", "grade", "conduct", "phase", "kind", "reason")
"""Fields that say what an event is about; of an event that has several, the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a call beside its events.

    Attributes
    ----------
    model
        The transcriber's name for itself; ``None`` for voice only.
    complaint
        What was wrong with the recording.
    """

    task: Task
    setup: CallSetup
    infos: Sequence[AudioInfo]
    complaint: str | None
    quality: Quality
    model: str | None
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one call."""

    call: dict[str, Any]
    windows: pa.RecordBatch
    events: pa.RecordBatch


def rows_of(events: Sequence[Logged], context: Context) -> Rows:
    """Build the rows of a call from its whole log."""
    call_id = context.task.call_id
    return Rows(
        call=_call(events, context),
        windows=pa.RecordBatch.from_pylist(_windows(call_id, events), schema=WINDOWS),
        events=pa.RecordBatch.from_pylist([_event(call_id, one) for one in events], schema=EVENTS),
    )


def _call(events: Sequence[Logged], context: Context) -> dict[str, Any]:
    task, told, setup, quality = context.task, context.task.told, context.setup, context.quality
    scored = setup.words and not setup.demo_words
    row: dict[str, Any] = {
        "call_id": task.call_id,
        "path_hash": task.path_hash,
        "run_id": context.run_id,
        "agent": told.agent,
        "queue": told.queue,
        "direction": told.direction,
        "date": told.date or (told.started_at.date() if told.started_at else None),
        "started_at": told.started_at,
        "consent": told.consent,
        "codec": context.infos[0].codec,
        "rate_hz": context.infos[0].rate,
        "channels": sum(info.channels for info in context.infos),
        "duration_s": round(quality.duration_s, 3),
        "complaint": context.complaint,
        "language": setup.language,
        "roles": "+".join(setup.roles),
        "mono": len(setup.roles) == 1,
        "snr_db": quality.snr_db,
        "clipped_share": round(quality.clipped_share, 6),
        "lost_share": round(quality.lost_share, 6),
        "words": setup.words,
        "demo_words": setup.demo_words,
        "calmline": version("calmline"),
        "engine": ENGINE,
        "model": context.model,
        "playbook": playbook_version(setup.playbook),
        "thresholds": thresholds_version(setup.thresholds),
        "solved": note_of(events, playbook=setup.playbook).solved if scored else None,
        **account([logged.event for logged in events], scored=scored),
    }
    missing = [name for name in CALLS.names if name not in row and name not in OUTCOMES]
    assert not missing, missing  # a column that nothing fills would be null for ever
    return row


def _windows(call_id: str, events: Iterable[Logged]) -> list[dict[str, Any]]:
    """The prosody windows, with what the index and the state were at each."""
    rows: list[dict[str, Any]] = []
    newest: dict[tuple[int | None, float], dict[str, Any]] = {}
    tick_s, state, indexed = -1.0, "calm", True
    for event in (logged.event for logged in events):
        if event.known_at_s != tick_s:
            tick_s, newest = event.known_at_s, {}
        if isinstance(event, ProsodyWindow):
            row = {
                "call_id": call_id,
                "track": event.track,
                "role": event.role,
                "at_s": event.at_s,
                "index": None,
                "state": state if event.role == "caller" and indexed else None,
                "f0_median_st": event.f0_median_st,
                "articulation_rate_hz": event.articulation_rate_hz,
                "pause_ratio": event.pause_ratio,
            }
            rows.append(row)
            newest[event.track, event.at_s] = row
        elif isinstance(event, IndexChanged):
            indexed = event.index is not None
            row = newest.get((event.track, event.at_s), {})
            row["index"] = event.index
            if not indexed:
                row["state"] = None
        elif isinstance(event, StateChanged):
            state = event.state
            for row in newest.values():
                if row["state"] is not None:
                    row["state"] = state
    return rows


def _event(call_id: str, logged: Logged) -> dict[str, Any]:
    event: Fact | Advice = logged.event
    about = (getattr(event, name, None) for name in _ABOUT)
    return {
        "call_id": call_id,
        "seq": logged.seq,
        "type": type_name(type(event)),
        "at_s": event.at_s,
        "known_at_s": event.known_at_s,
        "track": event.track,
        "role": event.role,
        "kind": next((value for value in about if isinstance(value, str)), None),
        "card_id": getattr(event, "card_id", None),
        "text": getattr(event, "text", None) or getattr(event, "quote", None),
        "body": to_line(call_id, logged),
    }
