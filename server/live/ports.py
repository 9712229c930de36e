"""A call as the floor and those who watch know it, whichever process works on it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from voice.events import PressedKey

from .opening import Consent
from .outlet import Outlet
from .telling import End


class FloorCall(Protocol):
    """A call; no method blocks, and any thread may use it. See :class:`~server.live.call.LiveCall`.

    Attributes
    ----------
    agent_id
        Who has it now.
    outlet
        Where its events go, and who watches.
    """

    call_id: str
    agent_id: str | None
    outlet: Outlet

    @property
    def heard_s(self) -> float:
        """Media time fed to the core, in seconds."""

    @property
    def backlog_s(self) -> float:
        """Sound that waits, in seconds."""

    @property
    def overrun_s(self) -> float:
        """Sound that was dropped because too much waited, in seconds."""

    @property
    def events(self) -> int:
        """Events told so far."""

    @property
    def over(self) -> bool:
        """Whether it has come to its end, be it by a failure."""

    def feed(self, block: NDArray[np.float32], lost: NDArray[np.bool_] | None = None) -> None:
        """Queue the next samples of all tracks."""

    def when_below(self, backlog_s: float) -> Future[None]:
        """Tell when so little sound waits that more is welcome."""

    def pause(self, on: bool) -> None:
        """Pause analysis, or go on."""

    def hold(self, on: bool) -> None:
        """The call goes on hold, or comes back."""

    def consent(self, consent: Consent) -> None:
        """Say on what the analysis rests."""

    def opt_out(self) -> None:
        """Stop everything, for good."""

    def press(self, key: PressedKey, cue_id: str | None = None) -> None:
        """Take a key that the agent pressed."""

    def context(self, context: Mapping[str, Any]) -> None:
        """Learn more about the caller."""

    def transfer(self, agent_id: str) -> None:
        """Another agent has the call."""

    def end(self, state: End = "ended") -> Future[None]:
        """No more sound will come; tell when the last event is stored. Idempotent."""

    def abandon(self, reason: str) -> None:
        """Wait for no more words."""

    def closed(self) -> None:
        """All of it is stored."""
