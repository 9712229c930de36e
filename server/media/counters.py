"""What the media plane counts, for the metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Since the start; written by the plane's event loop only, read from any thread.

    Attributes
    ----------
    sockets, pending
        Open now, and of those without a call yet.
    connections
        Sockets ever taken.
    calls, resumes, broken
        Calls begun, resumed, and given up after the grace period.
    frames, bytes
        Binary messages and their bytes.
    errors
        By error code, and ``half_open`` for sockets that answered no ping.
    waits
        Times that reading stopped because a call had enough sound to work off.
    lost, late, dropped, corrected
        Samples at 8 kHz, of all calls; see :class:`server.media.aligner.Alignment`.
    """

    sockets: int = 0
    pending: int = 0
    connections: int = 0
    calls: int = 0
    resumes: int = 0
    broken: int = 0
    frames: int = 0
    bytes: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    waits: int = 0
    lost: int = 0
    late: int = 0
    dropped: int = 0
    corrected: int = 0

    def snapshot(self) -> dict[str, float]:
        """Give the figures of now by name; those that end in ``_total`` only grow."""
        return {
            "sockets": self.sockets,
            "pending_sockets": self.pending,
            "connections_total": self.connections,
            "calls_total": self.calls,
            "resumes_total": self.resumes,
            "broken_calls_total": self.broken,
            "frames_total": self.frames,
            "bytes_total": self.bytes,
            "waits_total": self.waits,
            "lost_samples_total": self.lost,
            "late_samples_total": self.late,
            "dropped_samples_total": self.dropped,
            "corrected_samples_total": self.corrected,
            **{f"errors_{code}_total": count for code, count in self.errors.copy().items()},
        }
