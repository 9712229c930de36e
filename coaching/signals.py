"""What the conditions of cards look at: the call so far, as a handful of plain values.

Facts write, conditions read. Nothing here decides anything, and nothing of the agent's is kept
but whether they speak: no prosody, and no words once the card they might answer has left.
"""

from __future__ import annotations

from voice.events import Silence, SpeechEnded, SpeechStarted

from .advice import Driver, Leaning, State
from .thresholds import Thresholds

NEVER = float("inf")
_EPS_S = 1e-6


def lasting(since_s: float | None, needed_s: float, now_s: float) -> tuple[bool, float]:
    """Tell whether something has lasted long enough, and when that will change by itself."""
    if since_s is None:
        return False, NEVER
    due_s = since_s + needed_s
    return (True, NEVER) if now_s >= due_s - _EPS_S else (False, due_s)


def recent(times_s: list[float], needed: int, window_s: float, now_s: float) -> tuple[bool, float]:
    """Tell whether something happened often enough lately, and when that will change by itself.

    ``times_s`` ascends.
    """
    if len(times_s) < needed:
        return False, NEVER
    until_s = times_s[-needed] + window_s
    return (True, until_s) if now_s < until_s - _EPS_S else (False, NEVER)


class Signals:
    """The values that conditions read.

    Parameters
    ----------
    thresholds
        The settings that end with ``_memory_s``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self.agent_speaking = False
        self.silence_after_agent_s: float | None = None
        """Since when nobody speaks after the agent did."""
        self.paused = False
        self.on_hold = False
        self.forget_caller(0.0)

    def forget_caller(self, now_s: float) -> None:
        """Start anew with somebody who is calm until heard otherwise."""
        self.state: State = "calm"
        self.state_since_s = now_s
        self.last_tense_s: float | None = None
        """When a window of a tense caller was last tense by itself."""
        self.strong = 0
        """Features of the voice that are evidence of tension now."""
        self.top_driver: str | None = None
        """The feature of the voice that adds most to the index."""
        self.drivers: tuple[Driver, ...] = ()
        """All that adds to the index, largest first."""
        self.withdrawal = False
        self.barge_ins_s: list[float] = []
        self.heard_s: dict[str, list[float]] = {}

    def speech(self, fact: SpeechStarted | SpeechEnded) -> None:
        """Note who speaks."""
        started = isinstance(fact, SpeechStarted)
        if fact.role == "agent":
            self.agent_speaking = started
        if started:
            self.silence_after_agent_s = None

    def silence(self, fact: Silence) -> None:
        """Note a silence that may be the caller's answer to the agent's last turn."""
        waiting = fact.after == "agent" and not fact.over
        self.silence_after_agent_s = fact.start_s if waiting else None

    def heard(self, lists: frozenset[str], now_s: float) -> None:
        """Note which lists of phrases an utterance touched."""
        for name in lists:
            self.heard_s.setdefault(name, []).append(now_s)

    def leaning(self, now_s: float) -> tuple[Leaning, float]:
        """Tell from words whether tension is worry or anger, and when that changes by itself."""
        window_s = self._t.leaning_memory_s
        angry, angry_due_s = recent(self.heard_s.get("angry", []), 1, window_s, now_s)
        worried, worried_due_s = recent(self.heard_s.get("worried", []), 1, window_s, now_s)
        due_s = min(angry_due_s, worried_due_s)
        if angry == worried:
            return "unclear", due_s
        return ("angry" if angry else "worried"), due_s

    def calm_for_s(self, now_s: float) -> float:
        """Give how long the call has been calm: infinite if the caller was never tense."""
        if self.state == "tense":
            return 0.0
        return NEVER if self.last_tense_s is None else now_s - self.last_tense_s
