"""A stage for consoles: a real store and real hubs, and calls that say what a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from coaching.session import Logged
from server.live.floor_state import FloorState
from server.live.follow import Followers, Following
from server.live.hub import Envelope, Hub, Reader, Wake, envelope, event_envelope
from server.live.ports import FloorCall
from server.live.rows import iso, row_dict
from server.live.stored import StoredReader
from server.live.tally import Told
from server.store.rows import CallRow, StoredEvent
from server.store.store import Store
from server.wire import to_line, type_name
from voice.events import PressedKey, SpeechStarted

START = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
PATIENCE_S = 20.0
"""How long anything may take on a busy machine before a test fails."""


def row(call_id: str, **fields: Any) -> CallRow:
    """Give a call as it begins."""
    usual: dict[str, Any] = {
        "state": "live",
        "started_at": START,
        "roles": ("caller", "agent"),
        "language": "zh",
        "agent_id": "anna",
        "context": {"name": "王女士", "order": 8841},
        "pacing": "realtime",
        "words": True,
        "demo_words": False,
        "engine": "1",
        "playbook": "zh-0123456789ab",
        "thresholds": "0123456789ab",
        "origin": "live",
    }
    return CallRow(call_id=call_id, **{**usual, **fields})


def stored(call_id: str, logged: Logged) -> StoredEvent:
    """Give an event as it is stored, a second of wall time for each."""
    return StoredEvent(
        call_id=call_id,
        seq=logged.seq,
        known_at_s=logged.event.known_at_s,
        type=type_name(type(logged.event)),
        stamped_at=START + timedelta(seconds=logged.seq),
        body=to_line(call_id, logged),
    )


def speech(seq: int) -> Logged:
    """Give some event."""
    return Logged(seq, SpeechStarted(at_s=seq / 10, known_at_s=seq / 10, track=0, role="caller"))


@dataclass
class FakeCall:
    """A call that goes on; takes keys, and is told what to tell."""

    row: CallRow
    store: Store
    kept: int = 1024
    pressed: list[tuple[PressedKey, str | None]] = field(default_factory=list)
    told: int = 0

    def __post_init__(self) -> None:
        self.call_id = self.row.call_id
        self.agent_id = self.row.agent_id
        self.hub = Hub(self._stored, kept=self.kept)
        self.outlet = SimpleNamespace(hub=self.hub)
        self.store.writer().begin(self.row)
        self.hub.say("call", envelope("call", self.call_id, call=row_dict(self.row)))

    def press(self, key: PressedKey, cue_id: str | None = None) -> None:
        """Remember a key."""
        self.pressed.append((key, cue_id))

    def tell(self, logged: Sequence[Logged]) -> None:
        """Tell events: to the store first, then to those who watch."""
        events = [stored(self.call_id, one) for one in logged]
        self.store.writer().append(events)
        self.hub.publish([_envelope(event) for event in events])
        self.told += len(events)

    def speak(self, count: int) -> None:
        """Tell so many events of no interest."""
        self.tell([speech(self.told + number) for number in range(1, count + 1)])

    def _stored(self, from_seq: int, limit: int) -> list[Envelope]:
        self.store.writer().flush(PATIENCE_S)
        page = self.store.events(self.call_id, from_seq=from_seq, limit=limit)
        return [_envelope(event) for event in page]


class FakeFloor:
    """Calls that a test begins and ends."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: dict[str, FakeCall] = {}
        self.followers = Followers()
        self.now = calm()

    def begin(self, call_id: str, *, kept: int = 1024, **fields: Any) -> FakeCall:
        """Begin a call, and see it stored."""
        call = FakeCall(row(call_id, **fields), self.store, kept)
        self.calls[call_id] = call
        self.store.writer().flush(PATIENCE_S)
        if call.agent_id is not None:
            self.followers.call_began(call.agent_id)
        return call

    def end(self, call: FakeCall) -> None:
        """End a call as the real floor does: stored, then over."""
        self.store.writer().end(call.call_id, state="ended", ended_at=START, heard_s=60.0)
        self.store.writer().flush(PATIENCE_S)
        self.calls.pop(call.call_id)
        call.hub.end(envelope("end", call.call_id, state="ended"))

    def find(self, call_id: str) -> FakeCall | None:
        """Give a call that goes on."""
        return self.calls.get(call_id)

    def subscribe(self, call_id: str, from_seq: int, wake: Wake) -> Reader:
        """Watch a call."""
        call = self.calls.get(call_id)
        return call.hub.subscribe(from_seq, wake) if call else self._over(call_id, from_seq)

    def follow(
        self, agent_id: str, wake: Wake, *, call_id: str | None = None, from_seq: int = 1
    ) -> Reader:
        """Watch the calls of an agent."""

        def live() -> list[FloorCall]:
            return cast(list[FloorCall], list(self.calls.values()))

        following = Following(self.followers, live, agent_id, wake, call_id, from_seq)
        if call_id is not None and call_id not in self.calls:
            following.begin_with(call_id, self._over(call_id, from_seq))
        return following

    def state(self) -> FloorState:
        """Tell what the test wants."""
        return self.now

    def _over(self, call_id: str, from_seq: int) -> Reader:
        found = self.store.call(call_id)
        if found is None:
            raise KeyError(call_id)

        def read(seq: int, limit: int) -> list[Envelope]:
            page = self.store.events(call_id, from_seq=seq, limit=limit)
            return [_envelope(event) for event in page]

        return StoredReader(found, from_seq, read)


def calm(**fields: Any) -> FloorState:
    """Give the state of a floor with nothing wrong."""
    told = Told(
        events={"cue_shown": 2, "speech_started": 7},
        delay_p50_s=0.01,
        delay_p95_s=0.02,
        delay_p99_s=0.03,
        unstored=0,
    )
    usual: dict[str, Any] = {
        "calls": 3,
        "most_calls": 500,
        "watched": 1,
        "backlog_s": 0.25,
        "overrun_s": 0.0,
        "workers": 2,
        "workers_alive": 2,
        "lane": None,
        "told": told,
        "draining": False,
    }
    return FloorState(**{**usual, **fields})


def open_store(folder: Path) -> Store:
    """Open a new store."""
    return Store(f"sqlite:///{folder / 'calls.db'}")


def _envelope(event: StoredEvent) -> Envelope:
    text = event_envelope(event.call_id, iso(event.stamped_at), event.body)
    return Envelope(event.seq, text)
