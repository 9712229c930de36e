"""How a stage of training goes: for how long, how fast, and what it is fed."""

from __future__ import annotations

from dataclasses import dataclass

WARM_UP_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """What a phase of training is fed: longest utterance (frames), share of joined ones."""

    longest: int
    joined: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how fast a stage trains.

    Attributes
    ----------
    minutes
        Training time of the whole stage, over all its sessions.
    full_rate
        Share of the time at the full learning rate; after it the rate falls linearly to zero.
    short_start
        Whether the stage begins with short utterances (from nothing) or with all (continued).
    """

    stage: str
    minutes: float
    rate: float = 1.2e-3
    full_rate: float = 0.45
    short_start: bool = True
    save_every_s: float = 180.0

    def learning_rate(self, done: float, step: int) -> float:
        """Return the rate after the share ``done`` of the time and ``step`` steps."""
        fall = (1 - done) / (1 - self.full_rate)
        return self.rate * min(1.0, (step + 1) / WARM_UP_STEPS) * max(0.005, min(1.0, fall))

    def diet(self, done: float) -> Diet:
        """Return what is fed after the share ``done`` of the time."""
        if self.stage == "phonemes":
            return Diet(longest=330, joined=0.0)
        if self.short_start and done < 0.15:
            return Diet(longest=290, joined=0.0)
        if self.short_start and done < 0.25:
            return Diet(longest=500, joined=0.0)
        return Diet(longest=990, joined=0.4)
