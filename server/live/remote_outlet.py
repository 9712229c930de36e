"""What a call in a voice process tells, on its way to the server's outlet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from coaching.session import Logged
from voice.events import WordsPartial

from .lines import lines
from .messages import FromVoice, Over, Say, Told
from .opening import Opening
from .telling import End


class RemoteOutlet:
    """Passes everything on; see :class:`~server.live.telling.Telling`.

    Parameters
    ----------
    opening
        Of the call.
    send
        Takes messages to the server.
    """

    def __init__(self, opening: Opening, send: Callable[[FromVoice], None]) -> None:
        self._call_id = opening.call_id
        self._send = send
        self.roles = opening.roles
        self.watched = False
        self.told = 0

    def open(self) -> None:
        """From now on the call may be stored."""
        self._say("open")

    def tell(self, told: Sequence[Logged], since: float | None) -> None:
        """Pass events on, as lines."""
        self.told = told[-1].seq
        self._send(Told(self._call_id, lines(self._call_id, told), since))

    def partial(self, guess: WordsPartial) -> None:
        """Tell a first guess at what is being said."""
        self._say("partial", guess)

    def update(self, **fields: Any) -> None:
        """The row changed."""
        self._say("update", **fields)

    def clock(self, media_s: float, speaking: Sequence[int]) -> None:
        """Tell the time, and who speaks."""
        self._say("clock", media_s, list(speaking))

    def end(self, state: End, heard_s: float) -> None:
        """Close the call's log."""
        self._send(Over(self._call_id, state, heard_s))

    def _say(self, what: Any, *args: Any, **fields: Any) -> None:
        self._send(Say(self._call_id, what, args, fields))
