"""How a lane works: what a deployment may want to set."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


def free_cores() -> int:
    """All cores that this process may use but one: voice, sockets and screens come first."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSettings:
    """How a lane works.

    Attributes
    ----------
    workers
        Processes. On a CPU each has one thread, on a GPU one process fills it.
    batch
        Utterances that a worker is given at once, a property of the device: 1 on a CPU, where
        batches gain nothing.
    nice
        How far everything else on the machine comes before words, 0 to 19.
    measure_s
        For how long each worker measures its speed when the lane starts; 0 for not at all.
    start_s
        How long a worker may take to load its model.
    limit_s
        How long it may take for an utterance before it is taken for dead.
    backoff_s
        How long to wait before a lost worker is replaced. Doubles with each until one has done
        some work, up to 30 s.
    """

    workers: int = field(default_factory=free_cores)
    batch: int = 1
    nice: int = 5
    measure_s: float = 0.5
    start_s: float = 120.0
    limit_s: float = 60.0
    backoff_s: float = 0.25
