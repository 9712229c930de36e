"""Who watches a call: each reader pulls from where it is, so a slow one disturbs nobody.

The last events of a call are kept here; whoever is further behind reads the stored log first.
Partial words and the clock are not a log: only the latest counts.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple, Protocol

KEPT = 1024
"""Events kept in memory: about two minutes of a call."""

Wake = Callable[[], None]
ReadStored = Callable[[int, int], Sequence["Envelope"]]
"""Stored envelopes from a seq on, at most so many."""


class Envelope(NamedTuple):
    """An event as it goes to a console."""

    seq: int
    text: str


class Reader(Protocol):
    """One reader's place in a call; used by one thread at a time."""

    over: bool
    """Whether the end was read."""

    @property
    def behind(self) -> bool:
        """Whether the next read goes to the database, so that it may take a while."""
        ...

    def read(self, limit: int = 500) -> list[str]:
        """Give envelopes that are new, in order; ``[]`` if none is. May read the database."""
        ...

    def close(self) -> None:
        """Read no more."""


class _Latest(NamedTuple):
    version: int
    text: str


def envelope(kind: str, call_id: str, **fields: Any) -> str:
    """Give the JSON text of an envelope."""
    return json.dumps(
        {"kind": kind, "call_id": call_id, **fields}, ensure_ascii=False, separators=(",", ":")
    )


def event_envelope(call_id: str, stamped_at: str, line: str) -> str:
    """Give the envelope of an event that is JSON already."""
    head = json.dumps(call_id, ensure_ascii=False)
    return f'{{"kind":"event","call_id":{head},"stamped_at":"{stamped_at}","event":{line}}}'


class Hub:
    """What a call tells its readers; safe from any thread.

    Parameters
    ----------
    read_stored
        Reads events that are no longer in memory.
    kept
        Events to keep in memory.
    """

    def __init__(self, read_stored: ReadStored, kept: int = KEPT) -> None:
        self._read_stored = read_stored
        self._lock = Lock()
        self._kept: deque[Envelope] = deque(maxlen=kept)
        self._latest: dict[str, _Latest] = {}
        self._version = 0
        self._end: str | None = None
        self._wakes: list[Wake] = []
        self.torn = False
        """Whether nothing more is stored: who is behind what is kept goes on with that."""

    @property
    def watched(self) -> int:
        """How many read along."""
        return len(self._wakes)

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        """Tell events, in order of ``seq`` without a gap."""
        with self._lock:
            self._kept.extend(envelopes)
        self._wake()

    def say(self, slot: str, text: str | None) -> None:
        """Tell what only counts until the next of its slot; ``None`` takes it back."""
        with self._lock:
            self._version += 1
            if text is None:
                self._latest.pop(slot, None)
            else:
                self._latest[slot] = _Latest(self._version, text)
        if text is not None:
            self._wake()

    def end(self, text: str) -> None:
        """Tell that nothing will come after this."""
        with self._lock:
            self._end = text
        self._wake()

    def subscribe(self, from_seq: int, wake: Wake) -> Subscription:
        """Read along from an event on; ``wake`` is called, from any thread, when there is more."""
        with self._lock:
            self._wakes.append(wake)
        return Subscription(self, from_seq, wake)

    def forgot(self, seq: int) -> bool:
        """Whether an event is no longer in memory."""
        with self._lock:
            return bool(self._kept) and seq < self._kept[0].seq

    def _oldest(self) -> int:
        with self._lock:
            return self._kept[0].seq if self._kept else 1

    def _leave(self, wake: Wake) -> None:
        with self._lock:
            if wake in self._wakes:
                self._wakes.remove(wake)

    def _wake(self) -> None:
        for wake in tuple(self._wakes):
            wake()

    def _after(
        self, seq: int, seen: Mapping[str, int], most: int
    ) -> tuple[list[Envelope], dict[str, _Latest], str | None, bool]:
        """What a reader has not seen; the last tells that it must look into the store first."""
        with self._lock:
            kept = self._kept
            if kept and seq < kept[0].seq:
                return [], {}, None, True
            skip = max(0, seq - kept[0].seq) if kept else 0
            events = [kept[place] for place in range(skip, min(len(kept), skip + most))]
            whole = skip + len(events) >= len(kept)
            news = {
                slot: latest
                for slot, latest in self._latest.items()
                if whole and seen.get(slot, 0) < latest.version
            }
            return events, news, self._end if whole else None, False


class Subscription:
    """One reader's place in a call; used by one thread at a time."""

    def __init__(self, hub: Hub, from_seq: int, wake: Wake) -> None:
        self._hub = hub
        self._next = max(1, from_seq)
        self._wake = wake
        self._seen: dict[str, int] = {}
        self.over = False
        """Whether the end was read."""

    @property
    def behind(self) -> bool:
        """See :class:`Reader`."""
        return self._hub.forgot(self._next)

    def read(self, limit: int = 500) -> list[str]:
        """Give what is new; see :class:`Reader`."""
        if self.over:
            return []
        events, news, end, behind = self._hub._after(self._next, self._seen, limit)
        if behind:
            events = list(self._hub._read_stored(self._next, limit))
            if not events and self._hub.torn:
                self._next = self._hub._oldest()
                return self.read(limit)
        if events:
            self._next = events[-1].seq + 1
        for slot, latest in news.items():
            self._seen[slot] = latest.version
        texts = [event.text for event in events]
        # the row of the call comes before its events, the rest after what it follows from
        texts = [news[slot].text for slot in news if slot == "call"] + texts
        texts += [latest.text for slot, latest in news.items() if slot != "call"]
        if end is not None:
            texts.append(end)
            self.over = True
        return texts

    def close(self) -> None:
        """Read no more."""
        self._hub._leave(self._wake)
