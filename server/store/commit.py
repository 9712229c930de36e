"""One transaction of the writer, and what becomes of a call whose rows the database refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from .errors import said
from .rows import CallRow, StoredEvent, as_columns
from .tables import CALLS, EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one call of the writer was given: a new row, changes of it, or events."""

    call_id: str
    started_at: datetime
    """Tells the call from another one of that id, which an older server may have stored."""
    given_s: float
    """Monotonic time."""
    row: CallRow | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    events: Sequence[StoredEvent] = ()
    last: bool = False
    """Whether the call is over with it."""


def commit(engine: sa.Engine, jobs: Sequence[Job]) -> dict[str, str]:
    """Commit jobs, all in one transaction unless the database refuses a row.

    Committing a job again changes nothing. That matters: when a connection breaks in the middle
    of a commit, only doing it again tells whether it took place.

    Returns
    -------
    dict
        Why, for each call of which something was refused. What else there is, is committed.

    Raises
    ------
    SQLAlchemyError
        If the database is in trouble, and doing it again may help.
    """
    try:
        _write(engine, jobs)
    except StatementError as error:
        if not _refused(error):
            raise
    else:
        return {}
    # one call's bad row must not hold up the others
    reasons: dict[str, str] = {}
    for job in jobs:
        # after a hole, no more events; but the call still ends
        if job.events and job.call_id in reasons:
            continue
        if reason := _alone(engine, job):
            reasons[job.call_id] = reason
    return reasons


def _write(engine: sa.Engine, jobs: Sequence[Job]) -> None:
    rows = [as_columns(job.row) for job in jobs if job.row]
    events = [as_columns(event) for job in jobs for event in job.events]
    with engine.begin() as connection:
        if rows:
            connection.execute(sa.insert(CALLS), rows)
        for job in jobs:
            if job.changes:
                this = (CALLS.c.call_id == job.call_id) & (CALLS.c.started_at == job.started_at)
                connection.execute(sa.update(CALLS).where(this).values(**job.changes))
        if events:
            connection.execute(sa.insert(EVENTS), events)


def _alone(engine: sa.Engine, job: Job) -> str | None:
    try:
        _write(engine, [left] if (left := _not_stored(engine, job)) else [])
    except StatementError as error:
        if not _refused(error):
            raise
        return said(error)
    except _OtherContent as error:
        return str(error)
    return None


def _refused(error: StatementError) -> bool:
    """Whether it is the row that is bad, and not the database or the way to it."""
    return isinstance(error, IntegrityError | DataError) or not isinstance(error, DBAPIError)


class _OtherContent(Exception):
    """The same key is stored with other content."""


def _not_stored(engine: sa.Engine, job: Job) -> Job | None:
    """Give what of a job is not stored yet."""
    with engine.connect() as connection:
        if job.row:
            began = sa.select(CALLS.c.started_at).where(CALLS.c.call_id == job.call_id)
            stored = connection.execute(began).scalar()
            if stored is None:
                return job
            # all else of a row may have changed since
            if stored != job.started_at:
                raise _OtherContent("another call of that id is stored")
            return None
        if job.events:
            wanted = sa.select(EVENTS).where(
                EVENTS.c.call_id == job.call_id,
                EVENTS.c.seq.between(job.events[0].seq, job.events[-1].seq),
            )
            known = {row.seq: StoredEvent(**row._mapping) for row in connection.execute(wanted)}
            for event in job.events:
                if known.get(event.seq, event) != event:
                    raise _OtherContent(f"event {event.seq} is stored with other content")
            return replace(job, events=[e for e in job.events if e.seq not in known])
    return job
