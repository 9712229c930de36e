"""Watching an agent's calls, one after the other, without being told which comes next."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Lock

from .hub import Reader, Wake
from .ports import FloorCall

WAITING = json.dumps({"kind": "waiting"})
"""What a follower reads while its agent has no call."""


class Followers:
    """Who waits for calls of which agent."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._wakes: dict[str, list[Wake]] = {}

    def join(self, agent_id: str, wake: Wake) -> None:
        """From now on somebody waits for the agent's calls."""
        with self._lock:
            self._wakes.setdefault(agent_id, []).append(wake)

    def leave(self, agent_id: str, wake: Wake) -> None:
        """They wait no longer."""
        with self._lock:
            wakes = self._wakes.get(agent_id, [])
            if wake in wakes:
                wakes.remove(wake)
            if not wakes:
                self._wakes.pop(agent_id, None)

    def call_began(self, agent_id: str) -> None:
        """The agent has another call."""
        for wake in tuple(self._wakes.get(agent_id, ())):
            wake()


class Following:
    """One reader that goes along with an agent; used by one thread at a time.

    Parameters
    ----------
    followers
        Where new calls are told.
    live
        Gives all live calls, oldest first.
    agent_id
        Whose calls.
    wake
        Called, from any thread, when there is more to read.
    call_id, from_seq
        Where to go on after a broken connection; otherwise from the first event of each call.
    """

    def __init__(
        self,
        followers: Followers,
        live: Callable[[], list[FloorCall]],
        agent_id: str,
        wake: Wake,
        call_id: str | None,
        from_seq: int,
    ) -> None:
        self._followers = followers
        self._live = live
        self._agent_id = agent_id
        self._wake = wake
        self._resume = (call_id, from_seq)
        self._done: set[str] = set()
        self._call: FloorCall | None = None
        self._reader: Reader | None = None
        self._told_waiting = False
        self.over = False
        followers.join(agent_id, wake)

    def begin_with(self, call_id: str, reader: Reader) -> None:
        """Read the rest of a call that is over first."""
        self._done.add(call_id)
        self._reader = reader

    @property
    def behind(self) -> bool:
        """See :class:`server.live.hub.Reader`."""
        return self._reader is not None and self._reader.behind

    def read(self, limit: int = 500) -> list[str]:
        """Give what is new; see :class:`server.live.hub.Reader`."""
        if self._reader is None:
            self._next_call()
        if self._reader is None:
            if self._told_waiting:
                return []
            self._told_waiting = True
            return [WAITING]
        texts = self._reader.read(limit)
        if self._reader.over:
            if self._call is not None:
                self._done.add(self._call.call_id)
            self._leave()
        elif self._call is not None and self._call.agent_id != self._agent_id:
            self._leave()  # transferred; it may come back
        return texts

    def close(self) -> None:
        """Follow no more."""
        self._followers.leave(self._agent_id, self._wake)
        if self._reader is not None:
            self._reader.close()

    def _next_call(self) -> None:
        mine = [
            call
            for call in self._live()
            if call.agent_id == self._agent_id and call.call_id not in self._done
        ]
        if mine:
            call = self._call = mine[-1]  # the newest: an old one may only be draining
            name, seq = self._resume
            from_seq = seq if call.call_id == name else 1
            self._reader = call.outlet.hub.subscribe(from_seq, self._wake)
            self._told_waiting = False

    def _leave(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = self._call = None
        self._wake()
