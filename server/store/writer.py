"""The one writer: a thread that commits what waits, five times a second or at once."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .commit import Job, commit
from .errors import StoreError, said
from .rows import CallRow, State, StoredEvent

if TYPE_CHECKING:
    from .store import Store

PACE_S = 0.15
"""The oldest thing that waits is committed when it has waited so long."""
BOUND = 50_000
"""Events that may wait: about a minute of 100 calls, and about 50 MB."""
BLOCK_S = 0.1
"""How long `append` waits for room."""
AT_ONCE = 2_000
"""Jobs of one transaction, so that after an outage others get their turn in between."""
RETRY_S = (0.1, 2.0)
"""The first and the longest wait before a failed transaction is tried again; it doubles."""

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Progress:
    """How far a call that is being written has come."""

    row: CallRow
    given: int = 0
    committed: int = 0
    over: bool = False
    refused: str | None = None


class StoreWriter:
    """Takes what happens from any thread, in order for each call, and commits it.

    Everything that waits goes into one transaction: `PACE_S` after the oldest of it was given,
    and at once when a call begins or ends. While the database fails, it is tried again, and
    what is given waits. Overflow: when `BOUND` events wait, `append` waits `BLOCK_S` for room
    and then refuses; what it refused may be given again. The begin, changes and the end of a
    call are few, and always taken.

    A row that the database refuses (a call id that is used already, say) costs that call only:
    what else is given of it raises `StoreError`.
    """

    def __init__(
        self, engine: sa.Engine, store: Store, *, bound: int = BOUND, block_s: float = BLOCK_S
    ) -> None:
        self._engine = engine
        self._store = store
        self._bound = bound
        self._block_s = block_s
        self._changed = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._calls: dict[str, _Progress] = {}
        self._backlog = 0
        self._given = 0  # jobs, ever
        self._done = 0  # jobs, ever
        self._hurry = 0  # jobs up to this one do not wait for the pace
        self._full = False
        self._failed: str | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def begin(self, row: CallRow) -> None:
        """Begin a call.

        Raises
        ------
        StoreError
            If a call of that id is being written. Whether one is stored turns out later; a
            server asks `Store.call` first.
        """
        with self._changed:
            if row.call_id in self._calls:
                raise StoreError(f"call {row.call_id} is being written already")
            call = _Progress(row)
            self._put(call, row=row, at_once=True)
            self._calls[row.call_id] = call

    def append(self, events: Sequence[StoredEvent]) -> None:
        """Append events of one call: the next ones of its log, or some given before.

        Giving an event again changes nothing if it is identical, and waits until the first is
        committed.

        Raises
        ------
        StoreError
            If the call was not begun here or is over, a number is left out, an event was given
            before with other content, or there is no room. Then none of them is taken.
        """
        if not events:
            return
        with self._changed:
            call = self._call(events[0].call_id)
            if again := [event for event in events if event.seq <= call.given]:
                self._compare(again)
            self._wait_for_room(len(events))
            # from here on nobody else gets in between
            call = self._call(events[0].call_id)
            new = [event for event in events if event.seq > call.given]
            for number, event in enumerate(new, start=call.given + 1):
                if (event.call_id, event.seq) != (call.row.call_id, number):
                    raise StoreError(f"a log has no holes: {call.row.call_id} is at {call.given}")
            if new:
                call.given += len(new)
                self._put(call, events=tuple(new))

    def update(self, call_id: str, **fields: Any) -> None:
        """Change fields of a call's row.

        Raises
        ------
        StoreError
            If the call was not begun here, or is over.
        TypeError, ValueError
            If there is no such field, or it cannot hold that.
        """
        if "started_at" in fields:
            raise ValueError("a call starts once")
        with self._changed:
            call = self._call(call_id)
            call.row = replace(call.row, **fields)  # checks the fields
            self._put(call, changes=fields)

    def end(self, call_id: str, *, state: State, ended_at: datetime, heard_s: float | None) -> None:
        """End a call; nothing may follow.

        Raises
        ------
        StoreError
            If the call was not begun here, or is over; or, to say it once more, if some of it is
            not stored. Its row ends all the same.
        """
        changes = {"state": state, "ended_at": ended_at, "heard_s": heard_s}
        with self._changed:
            call = self._call(call_id, refused=True)
            call.row = replace(call.row, state=state, ended_at=ended_at, heard_s=heard_s)
            call.over = True
            self._put(call, changes=changes, last=True, at_once=True)
            if call.refused:
                raise StoreError(f"call {call_id} is not stored: {call.refused}")

    def flush(self, timeout_s: float) -> None:
        """Return when all that was given before is committed.

        Raises
        ------
        StoreError
            If it is not within `timeout_s`; it waits on, and nothing is lost.
        """
        with self._changed:
            upto = self._hurry = self._given
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._done >= upto or self._closed.is_set(), timeout_s)
            if self._done < upto:
                reason = self._failed or "the database is slow"
                raise StoreError(f"{self._backlog} events are not stored yet: {reason}")

    def committed_seq(self, call_id: str) -> int:
        """Give the number of the last event of a call that a crash cannot take."""
        with self._changed:
            call = self._calls.get(call_id)
            if call is not None:
                return call.committed
        return self._store.last_seq(call_id)

    @property
    def backlog(self) -> int:
        """Events that are not committed yet."""
        return self._backlog

    @property
    def delay_s(self) -> float:
        """How long the oldest uncommitted thing has waited, in seconds; 0 if there is none."""
        with self._changed:
            return time.monotonic() - self._jobs[0].given_s if self._jobs else 0.0

    @property
    def failed(self) -> str | None:
        """What the database said to the last try, if that failed; without what callers said."""
        return self._failed

    def close(self, timeout_s: float = 10.0) -> None:
        """Commit all that waits, and stop; a second time, nothing happens.

        Raises
        ------
        StoreError
            If the database did not take it within `timeout_s`. What it did not take is lost.
        """
        if self._closed.is_set():
            return
        try:
            self.flush(timeout_s)
        finally:
            with self._changed:
                self._closed.set()
                self._changed.notify_all()
            self._thread.join(timeout_s)
            self._engine.dispose()

    def _call(self, call_id: str, *, refused: bool = False) -> _Progress:
        call = self._calls.get(call_id)
        if call is None or call.over:
            raise StoreError(f"call {call_id} is over, or was not begun by this writer")
        if call.refused and not refused:
            raise StoreError(f"call {call_id} is not stored: {call.refused}")
        return call

    def _put(self, call: _Progress, *, at_once: bool = False, **what: Any) -> None:
        if self._closed.is_set():
            raise StoreError("the store's writer is closed")
        row = call.row
        job = Job(call_id=row.call_id, started_at=row.started_at, given_s=time.monotonic(), **what)
        self._jobs.append(job)
        self._backlog += len(job.events)
        self._given += 1
        if at_once:
            self._hurry = self._given
        if at_once or len(self._jobs) == 1:  # for the others the writer is waiting already
            self._changed.notify_all()

    def _wait_for_room(self, events: int) -> None:
        def room() -> bool:
            return not self._backlog or self._backlog + events <= self._bound

        # once it was in vain, the next callers are told at once: a hundred calls must not each
        # hold up the thread that feeds them all
        if not room() and (self._full or not self._changed.wait_for(room, self._block_s)):
            self._full = True
            reason = self._failed or "the database is too slow"
            raise StoreError(f"{self._backlog} events wait to be stored, and no more fit: {reason}")

    def _compare(self, again: Sequence[StoredEvent]) -> None:
        self.flush(PACE_S + self._block_s)
        call_id, first, last = again[0].call_id, again[0].seq, again[-1].seq
        stored = self._store.events(call_id, from_seq=first, limit=last - first + 1)
        known = {event.seq: event for event in stored}
        for event in again:
            if known.get(event.seq) != event:
                raise StoreError(f"event {call_id}/{event.seq} is stored with other content")

    def _run(self) -> None:
        retry_s = RETRY_S[0]
        while jobs := self._next():
            try:
                refused = commit(self._engine, [job for job in jobs if self._wanted(job)])
            except Exception as error:
                # whatever it is: this thread is the only one, and what waits is not lost yet
                _LOG.warning("the store does not take events: %s", said(error))
                self._failed = said(error)
                self._closed.wait(retry_s)
                retry_s = min(2 * retry_s, RETRY_S[1])
            else:
                retry_s = RETRY_S[0]
                self._committed(jobs, refused)

    def _wanted(self, job: Job) -> bool:
        # after a hole, no more events; but the call still ends
        return not job.events or not self._calls[job.call_id].refused

    def _next(self) -> list[Job]:
        """Wait until something is due, and give it; empty when the writer is closed."""
        with self._changed:
            while not self._closed.is_set():
                left_s = self._jobs[0].given_s + PACE_S - time.monotonic() if self._jobs else None
                if left_s is not None and (left_s <= 0 or self._done < self._hurry):
                    # they stay in the queue until they are committed
                    return list(islice(self._jobs, AT_ONCE))
                self._changed.wait(left_s)
            return []

    def _committed(self, jobs: Sequence[Job], refused: dict[str, str]) -> None:
        with self._changed:
            for job in jobs:
                self._jobs.popleft()
                self._backlog -= len(job.events)
                call = self._calls[job.call_id]
                if job.call_id in refused:
                    call.refused = refused[job.call_id]
                elif job.events and not call.refused:
                    call.committed = job.events[-1].seq
                if job.last:
                    del self._calls[job.call_id]
            self._done += len(jobs)
            self._full = False
            self._failed = None
            self._changed.notify_all()
        for call_id, reason in refused.items():
            _LOG.error("call %s is not stored: %s", call_id, reason)
