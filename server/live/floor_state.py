"""How the calls of a server are doing: a snapshot for those who run it."""

from __future__ import annotations

from dataclasses import dataclass

from ..lane.state import LaneState
from .tally import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorState:
    """A snapshot for ``/readyz`` and metrics.

    Attributes
    ----------
    calls
        Live now.
    watched
        Live calls that somebody watches.
    backlog_s, overrun_s
        Sound that waits, and that was dropped in calls that are live, in seconds, of all calls.
    workers, workers_alive
        Threads or processes that analyse: wanted and there.
    lane
        State of the lane; ``None`` for voice only.
    told
        Events and delays.
    draining
        Whether new calls are refused because the server is going down.
    rules_taken
        How often cards and thresholds were replaced.
    rules_refused
        What is wrong with those that should replace them.
    """

    calls: int
    most_calls: int
    watched: int
    backlog_s: float
    overrun_s: float
    workers: int
    workers_alive: int
    lane: LaneState | None
    told: Told
    draining: bool
    rules_taken: int = 0
    rules_refused: str | None = None
