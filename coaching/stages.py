"""Four stages of a caller: calm, dissatisfied, angry, confrontational.

Words and turns earn points for a while; the sum reads off the stage. Going up needs more points
than staying, so that a stage does not flicker. The voice alone never makes a stage: tension may be
worry. It only counts beside words of anger.
"""

from __future__ import annotations

from collections.abc import Mapping

from .advice import Stage
from .signals import NEVER
from .thresholds import Thresholds

STAGES: tuple[Stage, ...] = ("calm", "dissatisfied", "angry", "confrontational")
POINTS: Mapping[str, float] = {
    "complains": 1.0,
    "objection_service": 1.0,
    "objection_product": 0.5,
    "told_you": 1.0,
    "repeated_question": 0.5,
    "barge_in": 0.5,
    "distrust": 1.0,
    "angry": 2.0,
    "tense": 1.0,
    "authority": 1.5,
    "refuses": 1.0,
    "demands": 2.0,
    "legal": 2.0,
    "abuse": 3.0,
}
"""What each thing heard is worth; a judgement, not trained."""
FORGIVEN = 2.0
"""Points that go, the oldest first, when the caller accepts something or thanks."""
HARD = frozenset({"refuses", "demands", "legal", "abuse"})
"""Without one of these nobody is confrontational, however angry."""
_EPS_S = 1e-6


class StageTracker:
    """The stage of one caller.

    Parameters
    ----------
    thresholds
        The settings that begin with ``stage_``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._up = (0.0, thresholds.stage_dissatisfied, thresholds.stage_angry,
                    thresholds.stage_confrontational)  # fmt: skip
        self.reset(0.0)

    def reset(self, now_s: float) -> None:
        """Start calm."""
        self.stage: Stage = "calm"
        self.since_s = now_s
        self.due_s = NEVER
        """When time alone may change the stage."""
        self._heard: list[tuple[float, str]] = []

    def heard(self, names: list[str], now_s: float) -> None:
        """Take what was heard of the caller; names without points do not matter."""
        if "accepts" in names:
            self._forgive()
        self._heard += [(now_s, name) for name in names if name in POINTS]

    def judge(self, now_s: float) -> bool:
        """Tell whether the stage changed; :attr:`reasons` then says why."""
        memory_s = self._t.stage_memory_s
        self._heard = [(at, name) for at, name in self._heard if now_s < at + memory_s - _EPS_S]
        self.due_s = min((at for at, _ in self._heard), default=NEVER) + memory_s
        score = self._score()
        place = STAGES.index(self.stage)
        top = 3 if any(name in HARD for _, name in self._heard) else 2
        up = max((p for p in range(top + 1) if score >= self._up[p]), default=0)
        if up > place:
            return self._go(up, now_s)
        # One stage at a time comes back, after a while, and not on the edge.
        stays_s = self.since_s + self._t.stage_dwell_s
        if place and (score < self._up[place] - self._t.stage_slack or top < place):
            if now_s >= stays_s - _EPS_S:
                return self._go(place - 1, now_s)
            self.due_s = min(self.due_s, stays_s)
        return False

    @property
    def reasons(self) -> tuple[str, ...]:
        """What counts towards the stage, newest first, each once."""
        return tuple(dict.fromkeys(name for _, name in reversed(self._heard)))

    def _forgive(self) -> None:
        left = FORGIVEN
        while self._heard and left > 0:
            left -= POINTS[self._heard.pop(0)[1]]

    def _score(self) -> float:
        # The voice is evidence beside words of anger only, and once.
        words = any(name in ("angry", "abuse", "demands") for _, name in self._heard)
        tense = any(name == "tense" for _, name in self._heard)
        points = sum(POINTS[name] for _, name in self._heard if name != "tense")
        return points + (POINTS["tense"] if tense and words else 0.0)

    def _go(self, place: int, now_s: float) -> bool:
        self.stage = STAGES[place]
        self.since_s = now_s
        if place:
            self.due_s = min(self.due_s, now_s + self._t.stage_dwell_s)
        return True
