"""What a call tells the rest of the server by; one thread at a time uses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from coaching.session import Logged
from voice.events import WordsPartial

End = Literal["ended", "broken"]
"""How a call can end: in order, or by a failure or its client's absence."""


class Telling(Protocol):
    """Where a call's events go; :class:`~server.live.outlet.Outlet` in the server's own process."""

    @property
    def told(self) -> int:
        """``seq`` of the last event told."""

    @property
    def watched(self) -> bool:
        """Whether somebody watches, so that first guesses are worth their while."""

    def open(self) -> None:
        """From now on the call may be stored."""

    def tell(self, told: Sequence[Logged], since: float | None) -> None:
        """Pass events on.

        Parameters
        ----------
        since
            When the sound came that they follow from, by ``time.monotonic``; ``None`` if none did.
        """

    def partial(self, guess: WordsPartial) -> None:
        """Tell a first guess at what is being said; it is not stored."""

    def update(self, **fields: Any) -> None:
        """The row changed."""

    def clock(self, media_s: float, speaking: Sequence[int]) -> None:
        """Tell the time, and who speaks."""

    def end(self, state: End, heard_s: float) -> None:
        """Close the call's log."""
