"""What the media plane wants of those who take calls; the floor (``server.live``) is one."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..live.opening import Consent, Opening


class LiveCall(Protocol):
    """A call that goes on; no method blocks."""

    @property
    def heard_s(self) -> float:
        """Media time fed to the core, in seconds."""

    @property
    def backlog_s(self) -> float:
        """Sound that waits, in seconds."""

    @property
    def events(self) -> int:
        """Events told so far: the last one's ``seq``."""

    @property
    def over(self) -> bool:
        """Whether it has come to its end, be it by a failure."""

    def feed(self, block: NDArray[np.float32], lost: NDArray[np.bool_] | None = None) -> None:
        """Queue the next samples of all tracks, at 8 kHz."""

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

    def context(self, context: Mapping[str, Any]) -> None:
        """Learn more about the caller."""

    def transfer(self, agent_id: str) -> None:
        """Another agent has the call."""

    def end(self, state: Literal["ended", "broken"] = "ended") -> Future[None]:
        """No more sound will come; tell when the last event is stored."""


class Floor(Protocol):
    """Takes calls; :class:`server.live.opening.Refusal` if it does not take one."""

    def open(self, opening: Opening) -> LiveCall:
        """Begin a call; may block for a moment."""
