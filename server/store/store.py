"""The store: reads and small writes, from any thread, while the writer writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .engine import open_engine
from .errors import StoreError, one_line
from .migrate import migrate
from .rows import Assessed, CallRow, Feedback, State, StoredEvent, as_columns
from .tables import ASSESSMENTS, CALLS, EVENTS, FEEDBACK
from .writer import StoreWriter

CONNECTIONS = 5
"""Readers whose connection stays open."""


class Store:
    """All calls that a server heard.

    Each read is one statement and sees one commit of the writer: a log is read without holes,
    up to where it was then. Nobody waits for the writer.

    Parameters
    ----------
    url
        `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`. Tables are made, or
        brought to this version.

    Raises
    ------
    StoreError
        From the constructor and from every method, if the database cannot do what is asked.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._writer: StoreWriter | None = None
        self._engine = open_engine(url, connections=CONNECTIONS)
        try:
            with one_line(f"open the store {self._engine.url.database}"):
                migrate(self._engine)
        except StoreError:
            self._engine.dispose()
            raise

    def mark_lost(self) -> int:
        """Mark the calls that a server left live when it crashed; called before calls begin.

        Returns
        -------
        int
            How many there were.
        """
        lost = sa.update(CALLS).where(CALLS.c.state == "live").values(state="lost")
        with one_line("mark lost calls"), self._engine.begin() as connection:
            return connection.execute(lost).rowcount

    def calls(
        self,
        *,
        state: State | None = None,
        agent_id: str | None = None,
        before: datetime | None = None,
        limit: int = 50,
    ) -> list[CallRow]:
        """Give calls, newest first; `before` is the start of the last one of the page before."""
        wanted = sa.select(CALLS).order_by(CALLS.c.started_at.desc(), CALLS.c.call_id.desc())
        if state is not None:
            wanted = wanted.where(CALLS.c.state == state)
        if agent_id is not None:
            wanted = wanted.where(CALLS.c.agent_id == agent_id)
        if before is not None:
            wanted = wanted.where(CALLS.c.started_at < before)
        return [CallRow(**row._mapping) for row in self._read(wanted.limit(limit))]

    def call(self, call_id: str) -> CallRow | None:
        """Give a call, or `None` if there is none of that id."""
        found = self._read(sa.select(CALLS).where(CALLS.c.call_id == call_id))
        return CallRow(**found[0]._mapping) if found else None

    def events(
        self,
        call_id: str,
        *,
        from_seq: int = 1,
        limit: int | None = None,
        types: Collection[str] | None = None,
    ) -> list[StoredEvent]:
        """Give what is committed of a call's log, in order of `seq`."""
        wanted = (
            sa.select(EVENTS)
            .where(EVENTS.c.call_id == call_id, EVENTS.c.seq >= from_seq)
            .order_by(EVENTS.c.seq)
            .limit(limit)
        )
        if types is not None:
            wanted = wanted.where(EVENTS.c.type.in_(types))
        return [StoredEvent(**row._mapping) for row in self._read(wanted)]

    def last_seq(self, call_id: str) -> int:
        """Give the number of the last committed event of a call; 0 if there is none."""
        last = sa.select(sa.func.max(EVENTS.c.seq)).where(EVENTS.c.call_id == call_id)
        return self._read(last)[0][0] or 0

    def add_feedback(self, feedback: Feedback) -> Feedback:
        """Keep what an agent said of a card, and give it with its id; the last word counts."""
        return replace(feedback, id=self._add(FEEDBACK, feedback, "keep feedback"))

    def feedback(self, call_id: str) -> list[Feedback]:
        """Give what was said of a call's cards, first to last."""
        wanted = sa.select(FEEDBACK).where(FEEDBACK.c.call_id == call_id).order_by(FEEDBACK.c.id)
        return [Feedback(**row._mapping) for row in self._read(wanted)]

    def add_assessed(self, assessed: Assessed) -> Assessed:
        """Keep what a person said of a review, and give it with its id; nothing is overwritten."""
        return replace(assessed, id=self._add(ASSESSMENTS, assessed, "keep what was said"))

    def assessed(self, call_id: str | None = None, *, form: str | None = None) -> list[Assessed]:
        """Give what people said of a call's review, or of all, with one form; first to last."""
        wanted = sa.select(ASSESSMENTS).order_by(ASSESSMENTS.c.id)
        if call_id is not None:
            wanted = wanted.where(ASSESSMENTS.c.call_id == call_id)
        if form is not None:
            wanted = wanted.where(ASSESSMENTS.c.form == form)
        return [Assessed(**row._mapping) for row in self._read(wanted)]

    def writer(self) -> StoreWriter:
        """Give the one writer of this store; it runs from the first call of this on."""
        if self._writer is None:
            # connections of its own, so that no number of readers can keep it waiting
            self._writer = StoreWriter(open_engine(self._url, connections=1), self)
        return self._writer

    def close(self) -> None:
        """Close the writer, if there is one, and all connections."""
        try:
            if self._writer is not None:
                self._writer.close()
        finally:
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _add(self, table: sa.Table, row: Feedback | Assessed, doing: str) -> int | None:
        """Insert a row about a call; give the id that it was given."""
        values = as_columns(row)
        values.pop("id")
        try:
            with one_line(doing), self._engine.begin() as connection:
                added = connection.execute(sa.insert(table).values(values))
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise StoreError(f"there is no call {row.call_id}") from error
            raise
        key = added.inserted_primary_key
        return key[0] if key else None

    def _read(self, wanted: sa.Select[*tuple[Any, ...]]) -> list[sa.Row[*tuple[Any, ...]]]:
        with one_line("read the store"), self._engine.connect() as connection:
            return list(connection.execute(wanted))
