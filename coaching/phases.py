"""Where a call is: opening, problem, options, closing, by what the agent says.

Each is reached once. A good-bye in the first sentence is none: options and closing come after the
opening or the problem.
"""

from __future__ import annotations

from .advice import Phase, PhaseReached
from .understood import Understood

PHASES: tuple[Phase, ...] = ("opening", "problem", "options", "closing")
PREFIX = "phase_"


class Phases:
    """Follows one call."""

    def __init__(self) -> None:
        self.reached: list[Phase] = []

    @property
    def now(self) -> Phase | None:
        """The furthest one reached."""
        return max(self.reached, key=PHASES.index, default=None)

    def take(self, understood: Understood, now_s: float) -> list[PhaseReached]:
        """Take an utterance of the agent; give the phases that it reaches."""
        fact, told = understood.fact, []
        for phase in PHASES:
            late = phase in ("options", "closing")
            if phase in self.reached or (late and not self.reached):
                continue
            if PREFIX + phase in understood.hits:
                self.reached.append(phase)
                told.append(
                    PhaseReached(
                        at_s=fact.at_s,
                        known_at_s=now_s,
                        track=fact.track,
                        role=fact.role,
                        phase=phase,
                    )
                )
        return told
