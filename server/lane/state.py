"""What the lane says of itself, for ``/readyz``, metrics and screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SPEECH_PER_CALL = 1.1
"""Seconds that a two-channel call hands in a second, padding and what is likely over but goes on
included: the mean of the bundled calls, which hold little silence (``tests/benchmarks/words.py``
prints it)."""
AT_LOAD = 0.5
"""Share of its capacity that a lane can carry with final words within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """A snapshot of the lane.

    Attributes
    ----------
    engine
        Model, checksum and library versions; ``None`` while no worker is ready.
    workers, ready
        How many processes there should be, and how many can transcribe now.
    capacity
        Seconds of utterances a second that the ready workers can sustain with a core each, as
        measured when they started; ``None`` where there are none, or it was not measured.
    load
        Busy share of the workers in the last 10 s, 0 to 1.
    finals_waiting, partials_waiting
        Utterances that no worker has taken yet.
    busy
        Workers at work.
    oldest_s
        For how long the final that has waited longest has waited, in seconds.
    delay_p50_s, delay_p95_s, delay_max_s
        How long finals of the last 60 s waited for a worker; ``None`` if there were none.
    real_time_factor
        Seconds of work a second of utterances, in the last 60 s; ``None`` if there were none.
    heard
        Finals transcribed since the start, with those that were taken back meanwhile.
    missing
        Finals whose words never came since the start, by reason.
    shed
        Partials left out since the start.
    restarts
        Workers lost since the start.
    processes
        Process ids of the workers.
    """

    engine: str | None
    workers: int
    ready: int
    capacity: float | None
    load: float
    finals_waiting: int
    partials_waiting: int
    busy: int
    oldest_s: float
    delay_p50_s: float | None
    delay_p95_s: float | None
    delay_max_s: float | None
    real_time_factor: float | None
    heard: int
    missing: Mapping[str, int]
    shed: int
    restarts: int
    processes: tuple[int, ...]

    @property
    def calls(self) -> int | None:
        """Two-channel calls that keep the lane at half load; ``None`` without a capacity."""
        if self.capacity is None:
            return None
        return int(AT_LOAD * self.capacity / SPEECH_PER_CALL)
