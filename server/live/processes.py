"""Calls in processes of their own.

Each has one thread and a Python of its own, so that analysing one call takes nothing from those in
other processes, nor from the sockets.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Condition

from ..lane.ports import Transcribing
from .analysis import Analysis
from .messages import Open
from .opening import Opening, Refusal, WordsPolicy
from .outlet import Outlet
from .ports import FloorCall
from .remote_call import RemoteCall
from .voice_seat import VoiceSeat

MOST = 4
"""Where more processes than this would be fed by one, that one is what limits."""
PATIENCE_S = 10.0
"""So long a call that begins waits for a process that is being replaced."""


def usual_processes() -> int:
    """Processes that pay: one a core, up to what the sockets of one server can feed.

    With one core there is nothing to gain: 0, for a thread of the server's own.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return 0 if (cores or 1) < 2 else min(MOST, cores or 1)


class VoiceError(Exception):
    """No voice process can be started; the text says why."""


class VoiceProcesses:
    """Analyses calls on processes; a new call goes to the one that has fewest.

    A process that dies takes its calls with it: they end *broken*, with what was told of them kept.
    Another one takes its place.

    Parameters
    ----------
    count
        Processes.
    analysis
        How, at first.
    lane
        Writes words down; ``None`` for voice only.

    Raises
    ------
    VoiceError
        If one cannot be started.
    """

    def __init__(self, count: int, analysis: Analysis, lane: Transcribing | None) -> None:
        self.wanted = count
        self._changed = Condition()
        self._seats = [VoiceSeat(index, analysis, lane, self._tell) for index in range(count)]
        for seat in self._seats:
            seat.start()
        with self._changed:
            self._changed.wait_for(
                lambda: all(seat.up or seat.restarts for seat in self._seats),
            )
        if not all(seat.up for seat in self._seats):
            complaint = next((seat.complaint for seat in self._seats if seat.complaint), "it died")
            self.close()
            raise VoiceError(f"a voice process could not be started: {complaint}")

    @property
    def alive(self) -> int:
        """Processes that take calls."""
        return sum(seat.up for seat in self._seats)

    @property
    def pids(self) -> list[int]:
        """Process ids."""
        return [seat.pid for seat in self._seats if seat.pid is not None]

    def open(
        self,
        analysis: Analysis,
        opening: Opening,
        policy: WordsPolicy,
        outlet: Outlet,
        *,
        transferred: Callable[[str], None],
        ended: Callable[[FloorCall], None],
    ) -> FloorCall:
        """Begin a call; see :meth:`~server.live.analysis.Analysis.call`.

        Raises
        ------
        Refusal
            If there is no process for it.
        """
        with self._changed:
            found = self._changed.wait_for(
                lambda: self.alive or all(seat.hopeless for seat in self._seats), PATIENCE_S
            )
        seats = [seat for seat in self._seats if seat.up] if found else []
        for seat in sorted(seats, key=lambda seat: seat.calls):
            call = RemoteCall(opening, outlet, send=seat.send, transferred=transferred, ended=ended)
            if seat.add(call, Open(opening, policy), analysis):
                return call
        raise Refusal("too_many_calls", "there is no voice process to take it: try again later")

    def close(self) -> None:
        """End them; to be called once all calls are over."""
        for seat in self._seats:
            seat.leave()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
