"""Media time: the only clock there is. Samples since the start of the call, counted in ticks."""

from __future__ import annotations

RATE = 8000
"""Samples per second of every track that the core hears."""
TICK = 800
"""Samples of a tick: 100 ms, aligned to the first sample of the call."""
TICKS_PER_S = RATE // TICK
