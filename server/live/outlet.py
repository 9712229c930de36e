"""Where a call's events go: into the store, and to whoever watches.

Before consent nothing may be stored: what little is told by then waits here, and is dropped with
the call if consent never comes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from coaching.session import Logged
from voice.events import WordsPartial

from ..store.rows import CallRow, StoredEvent
from .hub import Envelope, Hub, envelope, event_envelope
from .lines import Line, lines
from .rows import iso, row_dict
from .tally import Tally
from .telling import End

log = logging.getLogger("calmline.live")


class Sink(Protocol):
    """What takes rows and events for good: the store's writer."""

    def begin(self, row: CallRow) -> None:
        """A call has begun."""

    def append(self, events: Sequence[StoredEvent]) -> None:
        """Events, in order."""

    def update(self, call_id: str, **fields: Any) -> None:
        """The row of a call changed."""

    def end(
        self,
        call_id: str,
        *,
        state: End,
        ended_at: datetime,
        heard_s: float,
    ) -> None:
        """A call is over."""


class Outlet:
    """Takes what a session tells; used by one thread at a time.

    Parameters
    ----------
    row
        The call as it begins.
    hub
        Of those who watch.
    sink
        The store's writer; ``None`` for a call that leaves nothing behind.
    tally
        Counts.
    now
        The wall clock.
    """

    def __init__(
        self,
        row: CallRow,
        hub: Hub,
        sink: Sink | None,
        tally: Tally,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.row = row
        self.hub = hub
        self._sink = sink
        self._tally = tally
        self._now = now
        self.told = 0
        """``seq`` of the last event told."""
        self._begun = False
        self._waiting: list[StoredEvent] = []
        self._whole = True
        hub.torn = True
        self._tell_row()

    def open(self) -> None:
        """From now on the call may be stored."""
        if self._sink is None or self._begun:
            return
        self._sink.begin(self.row)
        self._begun = True
        self.hub.torn = False
        waiting, self._waiting = self._waiting, []
        self._store(waiting)

    @property
    def watched(self) -> bool:
        """Whether somebody watches."""
        return self.hub.watched > 0

    def tell(self, told: Sequence[Logged], since: float | None) -> None:
        """Pass events on; see :class:`~server.live.telling.Telling`."""
        self.publish(lines(self.row.call_id, told), since)

    def publish(self, told: Sequence[Line], since: float | None) -> None:
        """Pass on what is ready to be stored and shown."""
        at = self._now()
        stamp = iso(at)
        self.told = told[-1].seq
        call_id = self.row.call_id
        for line in told:
            if line.words_of is not None:
                self.hub.say(f"partial-{line.words_of}", None)
        events = [
            StoredEvent(
                call_id=call_id,
                seq=line.seq,
                known_at_s=line.known_at_s,
                type=line.type,
                stamped_at=at,
                body=line.body,
            )
            for line in told
        ]
        self.hub.publish(
            [Envelope(line.seq, event_envelope(call_id, stamp, line.body)) for line in told]
        )
        waited_s = None if since is None else time.monotonic() - since
        self._tally.told([line.type for line in told], waited_s)
        if self._begun:
            self._store(events)
        elif self._sink is not None:
            self._waiting += events

    def partial(self, guess: WordsPartial) -> None:
        """Tell a first guess at what is being said; it is not stored."""
        text = envelope(
            "partial",
            self.row.call_id,
            track=guess.track,
            role=guess.role,
            utterance_id=guess.utterance_id,
            text=guess.text,
        )
        self.hub.say(f"partial-{guess.track}", text)

    def update(self, **fields: Any) -> None:
        """The row changed."""
        self.row = replace(self.row, **fields)
        self._give(lambda sink: sink.update(self.row.call_id, **fields))
        self._tell_row()

    def clock(self, media_s: float, speaking: Sequence[int]) -> None:
        """Tell the time, and who speaks."""
        self.hub.say(
            "clock",
            envelope("clock", self.row.call_id, media_s=round(media_s, 1), speaking=list(speaking)),
        )

    def end(self, state: End, heard_s: float) -> None:
        """Close the call's log."""
        call_id, ended_at, heard_s = self.row.call_id, self._now(), round(heard_s, 3)
        given: End = state if self._whole else "broken"
        self._give(lambda sink: sink.end(call_id, state=given, ended_at=ended_at, heard_s=heard_s))
        state = given if self._whole else "broken"
        self.row = replace(self.row, state=state, ended_at=ended_at, heard_s=heard_s)
        self._tell_row()
        self.hub.end(envelope("end", self.row.call_id, state=state))

    def _store(self, events: list[StoredEvent]) -> None:
        if events and not (self._whole and self._give(lambda sink: sink.append(events))):
            self._tally.unstored(len(events))

    def _give(self, what: Callable[[Sink], None]) -> bool:
        """Give the store something, if it may have it; tell whether it took it."""
        if self._sink is None or not self._begun:
            return True
        try:
            what(self._sink)
        except Exception as error:  # the agent still sees the cards; the log ends here, and says so
            if self._whole:
                log.error("call %s: the store takes no more: %s", self.row.call_id, error)
            self._whole = False
            self.hub.torn = True
            return False
        return True

    def _tell_row(self) -> None:
        self.hub.say("call", envelope("call", self.row.call_id, call=row_dict(self.row)))
