"""The real web server and the real store with calls that happen as a test says.

Only the sound is missing: what the engine would tell of a call is told by the test, event by
event, through the same outlet, hub and store as live.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any, Literal, cast

from coaching.advice import Advice, CueLeft, CueShown
from coaching.session import Logged
from models.catalog import Places
from server.console.router import STATIC, ConsoleConfig, DemoCall, router
from server.hearing import How
from server.live.floor_state import FloorState
from server.live.follow import Followers, Following
from server.live.hub import Hub, Reader, Wake, envelope
from server.live.outlet import Outlet
from server.live.ports import FloorCall
from server.live.tally import Tally
from server.review.jobs import Jobs, JobSettings
from server.review.stored import StoredReviews
from server.store.rows import CallRow
from server.store.store import Store
from server.store.writer import StoreWriter
from server.web import reviews, uploads
from server.web.app import create_app
from server.web.listening import address, listen
from server.web.serving import WebServer
from server.web.settings import WebSettings
from server.wire import from_dict
from tests.conftest import ROOT
from voice.events import CallStarted, Fact, PressedKey, Role, Word, WordsFinal

PATIENCE_S = 20.0
"""How long anything may take on a busy machine before a test fails."""
CARD = {
    "card_id": "anger",
    "kind": "tension",
    "why": "Faster, higher than her own calm voice",
    "say": "You needed this today and we let you\ndown. I am checking it right now.",
    "next": "Give one time you can keep",
    "avoid": 'Not "don\'t worry", not "calm down"',
}
CONTEXT = {"name": "Ms Wang", "order": "order 8841", "history": "called yesterday"}


def eventually(done: Callable[[], bool]) -> None:
    """Wait until something has happened on the server's side."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


class PlayedCall:
    """A call of which a test tells what the engine hears; the console cannot tell the difference.

    Attributes
    ----------
    pressed
        Keys that arrived, with the card they were for.
    """

    def __init__(self, row: CallRow, hub: Hub, writer: StoreWriter, tally: Tally) -> None:
        self.call_id = row.call_id
        self.agent_id = row.agent_id
        self.outlet = Outlet(row, hub, writer, tally)
        self.outlet.open()
        self.pressed: list[tuple[PressedKey, str | None]] = []
        self.now_s = 0.0
        self.told_s = -1.0
        self._seq = 0

    def tell(self, *events: Fact | Advice) -> None:
        """Tell events in this order, at the media time that each says."""
        for event in events:
            self._seq += 1
            self.now_s = max(self.now_s, event.known_at_s)
            self.outlet.tell([Logged(self._seq, event)], None)

    def start(self, *, words: bool = True, language: Literal["en", "zh"] = "en") -> None:
        """Tell what every call begins with."""
        roles = cast(Any, self.outlet.row.roles)
        self.tell(
            CallStarted(
                at_s=0.0, known_at_s=0.0, roles=roles, language=language, words=words, engine="test"
            )
        )

    def replayed(self, log: Sequence[dict[str, Any]], until_s: float = inf) -> None:
        """Tell of a stored log what is known by a moment and was not told."""
        self.tell(*(from_dict(e).event for e in log if self.told_s < e["known_at_s"] <= until_s))
        self.told_s = until_s
        if until_s < inf:
            self.outlet.clock(until_s, [])

    def show(self, cue_id: str = "cue-1", *, at_s: float | None = None, **other: Any) -> None:
        """Put a card on the agent's screen."""
        at = self.now_s if at_s is None else at_s
        fields: dict[str, Any] = {"priority": "normal"} | CARD | other
        self.tell(CueShown(at_s=at, known_at_s=at, cue_id=cue_id, **fields))

    def take_away(self, cue_id: str = "cue-1", reason: Any = "said") -> None:
        """Take it away again."""
        self.tell(
            CueLeft(
                at_s=self.now_s,
                known_at_s=self.now_s,
                cue_id=cue_id,
                card_id=CARD["card_id"],
                reason=reason,
                shown_s=self.now_s,
            )
        )

    def hear(self, text: str, utterance_id: str = "0-1", role: Role = "caller") -> None:
        """Tell final words."""
        self.tell(
            WordsFinal(
                at_s=self.now_s,
                known_at_s=self.now_s,
                track=0 if role == "caller" else 1,
                role=role,
                utterance_id=utterance_id,
                start_s=self.now_s,
                words=(Word(start_s=self.now_s, end_s=self.now_s, text=text, probability=1.0),),
                text=text,
                language="en",
                engine="test",
            )
        )

    def partial(self, utterance_id: str, text: str) -> None:
        """Tell words that are not final."""
        self.outlet.hub.say(
            "partial-0",
            envelope(
                "partial",
                self.call_id,
                track=0,
                role="caller",
                utterance_id=utterance_id,
                text=text,
            ),
        )

    def press(self, key: PressedKey, cue_id: str | None = None) -> None:
        """Take a key as a live call does: a card that is not wanted leaves."""
        self.pressed.append((key, cue_id))
        if key in ("not_now", "wrong") and cue_id is not None:
            self.take_away(cue_id, key)

    def end(self, state: Literal["ended", "broken"] = "ended") -> None:
        """Nothing will come after this. Idempotent."""
        if self.outlet.row.state == "live":
            self.outlet.end(state, self.now_s)


class Stage:
    """A floor on which calls happen as a test says (:class:`server.web.ports.Floor`)."""

    def __init__(self, store: Store, writer: StoreWriter, recordings: Path) -> None:
        self.store = store
        self.writer = writer
        self.url = ""
        self.recordings = recordings
        self.demo: DemoCall | None = None
        self._calls: dict[str, PlayedCall] = {}
        self._followers = Followers()
        self._tally = Tally()

    def call(self, call_id: str, agent_id: str = "7", **fields: Any) -> PlayedCall:
        """Begin a call of an agent."""
        known: dict[str, Any] = {
            "state": "live",
            "started_at": datetime.now(UTC),
            "roles": ("caller", "agent"),
            "language": "en",
            "context": CONTEXT,
            "consent": {"basis": "announcement", "announced": True},
            "pacing": "realtime",
            "words": True,
            "demo_words": False,
            "engine": "test",
            "playbook": "en-000000000000",
            "thresholds": "000000000000",
            "origin": "live",
        }
        row = CallRow(call_id=call_id, agent_id=agent_id, **(known | fields))
        hub = Hub(lambda from_seq, limit: [])
        call = self._calls[call_id] = PlayedCall(row, hub, self.writer, self._tally)
        self._followers.call_began(agent_id)
        return call

    def find(self, call_id: str) -> PlayedCall | None:  # noqa: D102
        return self._calls.get(call_id)

    def live(self) -> list[FloorCall]:  # noqa: D102
        over = [name for name, call in self._calls.items() if call.outlet.row.state != "live"]
        return [cast(FloorCall, call) for name, call in self._calls.items() if name not in over]

    def subscribe(self, call_id: str, from_seq: int, wake: Wake) -> Reader:  # noqa: D102
        return self._calls[call_id].outlet.hub.subscribe(from_seq, wake)

    def follow(  # noqa: D102
        self, agent_id: str, wake: Wake, *, call_id: str | None = None, from_seq: int = 1
    ) -> Following:
        return Following(self._followers, self.live, agent_id, wake, call_id, from_seq)

    def state(self) -> FloorState:  # noqa: D102
        raise NotImplementedError  # no page asks


@contextmanager
def stage_in(folder: Path) -> Iterator[Stage]:
    """Serve the console on a free port; the store lies in a folder."""
    with Store(f"sqlite:///{folder / 'calls.db'}") as store:
        writer = store.writer()
        stage = Stage(store, writer, folder)
        config = ConsoleConfig(demo=lambda: stage.demo, samples=ROOT / "samples")
        jobs = Jobs(
            JobSettings(
                how=How(),
                places=Places(fetched=folder, cache=folder),
                model=None,
                demo_words=False,
                uploads=folder / "uploads",
                recordings=folder,
            ),
            writer,
        )
        app = create_app(
            store,
            stage,
            WebSettings(static=STATIC, recordings=folder),
            writer=writer,
            routers=[
                reviews.router(StoredReviews(store)),
                uploads.router(jobs, consent_required=False),
                router(config),
            ],
        )
        try:
            listener = listen("127.0.0.1", 0)
            stage.url = address("http", listener)
            with WebServer(app, listener):
                yield stage
        finally:
            jobs.close()
            writer.close()
