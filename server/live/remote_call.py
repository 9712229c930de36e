"""A call that a voice process works on, as the server knows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE
from voice.events import PressedKey

from .inbox import MOST_S
from .messages import Do, Fed, FromVoice, Order, Over, Say, Sound, Told, ToVoice
from .opening import Consent, Opening
from .outlet import Outlet
from .ports import FloorCall
from .room import Room
from .telling import End

log = logging.getLogger("calmline.live")


class RemoteCall:
    """Sends sound and commands on, and keeps what comes back.

    Its methods may be called from any thread; :meth:`take` and :meth:`lost` by one only.

    Parameters
    ----------
    opening
        What the source said.
    outlet
        Where its events go.
    send
        Takes messages to the process; never blocks.
    transferred
        Called with the agent who has the call from now on.
    ended
        Called once nothing more will be told.
    """

    def __init__(
        self,
        opening: Opening,
        outlet: Outlet,
        *,
        send: Callable[[ToVoice], None],
        transferred: Callable[[str], None],
        ended: Callable[[FloorCall], None],
    ) -> None:
        self.call_id = opening.call_id
        self.agent_id = opening.agent_id
        self.outlet = outlet
        self._tracks = len(opening.roles)
        self._send = send
        self._on_transfer = transferred
        self._on_end = ended
        self._sent = self._fed = self._overrun = 0
        self._room = Room()
        self._closing = False
        self._is_over = False
        self._done: Future[None] = Future()

    @property
    def heard_s(self) -> float:
        """Media time fed to the core, in seconds."""
        return self._fed / RATE

    @property
    def backlog_s(self) -> float:
        """Sound that waits, in seconds."""
        return 0.0 if self._is_over else (self._sent - self._fed) / RATE

    @property
    def overrun_s(self) -> float:
        """Sound that was dropped because too much waited, in seconds."""
        return self._overrun / RATE

    @property
    def events(self) -> int:
        """Events told so far."""
        return self.outlet.told

    @property
    def over(self) -> bool:
        """Whether it has come to its end, be it by a failure."""
        return self._is_over

    def feed(self, block: NDArray[np.float32], lost: NDArray[np.bool_] | None = None) -> None:
        """Send the next samples of all tracks; by one thread at a time, as they have an order.

        Of what comes while too much waits (:data:`~server.live.inbox.MOST_S`), only the length is
        sent: a process that is behind is not sent more than it may keep.
        """
        if self._closing:
            return
        if block.ndim != 2 or block.shape[0] != self._tracks:
            raise ValueError(f"a block of {self._tracks} tracks is due, not {block.shape}")
        length = block.shape[1]
        much = self._sent - self._fed + length > MOST_S * RATE
        if much:
            self._overrun += length
        self._sent += length
        nothing = much or (lost is not None and bool(lost.all()))
        self._send(
            Sound(
                self.call_id,
                None if nothing else block.astype(np.float32, copy=False).tobytes(),
                length,
                None if nothing or lost is None else lost.tobytes(),
                time.monotonic(),
                self.outlet.watched,
            )
        )

    def when_below(self, backlog_s: float) -> Future[None]:
        """Tell when so little sound waits that more is welcome."""
        future = self._room.ask(int(backlog_s * RATE))
        self._tell_room()
        return future

    def pause(self, on: bool) -> None:
        """Pause analysis, or go on."""
        self._do("pause", on)

    def hold(self, on: bool) -> None:
        """The call goes on hold, or comes back."""
        self._do("hold", on)

    def consent(self, consent: Consent) -> None:
        """Say on what the analysis rests."""
        self._do("consent", consent)

    def opt_out(self) -> None:
        """The caller does not want to be analysed."""
        self._do("opt_out")

    def press(self, key: PressedKey, cue_id: str | None = None) -> None:
        """Take a key that the agent pressed."""
        self._do("press", key, cue_id)

    def context(self, context: Mapping[str, Any]) -> None:
        """Learn more about the caller."""
        self._do("context", dict(context))

    def transfer(self, agent_id: str) -> None:
        """Another agent has the call from now on."""
        self.agent_id = agent_id
        self._do("transfer", agent_id)
        self._on_transfer(agent_id)

    def end(self, state: End = "ended") -> Future[None]:
        """No more sound will come; tell when the last event is stored. Idempotent."""
        self._closing = True
        self._do("end", state)
        return self._done

    def abandon(self, reason: str) -> None:
        """Wait for no more words."""
        self._do("abandon", reason)

    def closed(self) -> None:
        """All of it is stored. Idempotent."""
        if not self._done.done():
            self._done.set_result(None)

    def take(self, message: FromVoice) -> None:
        """Take what the process tells of this call."""
        try:
            self._take(message)
        except Exception as error:  # one call's trouble must not become another's
            log.error("call %s failed: %s", self.call_id, type(error).__name__)
            self._do("end", "broken")
            self.lost()

    def _take(self, message: FromVoice) -> None:
        match message:
            case Told():
                self.outlet.publish(message.lines, message.since)
            case Fed():
                self._fed = message.samples
                self._tell_room()
            case Say():
                getattr(self.outlet, message.what)(*message.args, **message.fields)
            case Over():
                self._end(message.state, message.heard_s)

    def lost(self) -> None:
        """The process is gone: the call ends here, and what was told is kept."""
        if not self._is_over:
            self._end("broken", self.heard_s)

    def _end(self, state: End, heard_s: float) -> None:
        self._fed = round(heard_s * RATE)
        try:
            self.outlet.end(state, heard_s)
        finally:  # whatever failed, nobody may wait for it
            self._is_over = True
            self._tell_room()
            self._on_end(self)

    def _do(self, what: Order, *args: Any) -> None:
        self._send(Do(self.call_id, what, args))

    def _tell_room(self) -> None:
        self._room.tell(0 if self._is_over else self._sent - self._fed)
