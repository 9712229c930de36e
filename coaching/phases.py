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
        self.at_s: dict[Phase, float] = {}
        """When each was reached."""

    @property
    def now(self) -> Phase | None:
        """The furthest one reached."""
        return max(self.at_s, key=PHASES.index, default=None)

    def take(self, understood: Understood, now_s: float) -> list[PhaseReached]:
        """Take an utterance of the agent; give the phases that it reaches."""
        fact, told = understood.fact, []
        for phase in PHASES:
            late = phase in ("options", "closing")
            if phase in self.at_s or (late and not self.at_s):
                continue
            if PREFIX + phase in understood.hits:
                self.at_s[phase] = fact.at_s
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
