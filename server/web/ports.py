"""What the control plane needs of the rest of the server, and nothing more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from voice.events import PressedKey

    from ..live.floor_state import FloorState
    from ..live.hub import Reader, Wake
    from ..store.rows import Assessed, CallRow, Feedback, State, StoredEvent


class Reading(Protocol):
    """What :class:`server.store.Store` offers for reading, and for an opinion of a card."""

    def calls(
        self,
        *,
        state: State | None = None,
        agent_id: str | None = None,
        before: datetime | None = None,
        limit: int = 50,
    ) -> list[CallRow]:
        """Calls, newest first."""

    def call(self, call_id: str) -> CallRow | None:
        """One call."""

    def events(
        self,
        call_id: str,
        *,
        from_seq: int = 1,
        limit: int | None = None,
        types: Collection[str] | None = None,
    ) -> list[StoredEvent]:
        """Events of a call, in order."""

    def last_seq(self, call_id: str) -> int:
        """The last event that is stored; 0 if none is."""

    def add_feedback(self, feedback: Feedback) -> Feedback:
        """Keep an opinion."""

    def feedback(self, call_id: str) -> list[Feedback]:
        """The opinions of a call's cards, oldest first."""

    def add_assessed(self, assessed: Assessed) -> Assessed:
        """Keep what a person said of a review."""

    def assessed(self, call_id: str | None = None, *, form: str | None = None) -> list[Assessed]:
        """What people said of a call's review, or of all, oldest first."""


class Writing(Protocol):
    """What :class:`server.store.StoreWriter` tells of itself."""

    @property
    def delay_s(self) -> float:
        """How long the oldest event has waited to be stored, in seconds."""

    @property
    def backlog(self) -> int:
        """Events that wait to be stored."""

    @property
    def failed(self) -> str | None:
        """Why nothing is stored any more."""


class Live(Protocol):
    """A call that goes on, as far as the console may touch it."""

    def press(self, key: PressedKey, cue_id: str | None = None) -> None:
        """Take a key; never blocks."""


class Floor(Protocol):
    """What :class:`server.live.floor.Floor` offers to consoles; safe from any thread."""

    def find(self, call_id: str) -> Live | None:
        """The call of that name, if it goes on."""

    def subscribe(self, call_id: str, from_seq: int, wake: Wake) -> Reader:
        """Read along in a call; ``KeyError`` if there is none of that name."""

    def follow(
        self, agent_id: str, wake: Wake, *, call_id: str | None = None, from_seq: int = 1
    ) -> Reader:
        """Read along in an agent's calls, one after the other."""

    def state(self) -> FloorState:
        """How it is going."""
