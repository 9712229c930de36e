"""What the conditions of cards look at: the call so far, as a handful of plain values.

Facts write, conditions read. Nothing here decides anything. Of the agent's is kept whether they
speak and which labels of the playbook their words had; no prosody.
"""

from __future__ import annotations

from voice.events import Silence, SpeechEnded, SpeechStarted

from .advice import Driver, Leaning, Phase, Stage, State
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
        self.phase: Phase | None = None
        self._heard_times = self._said_times = 0
        self.said_s: dict[str, list[float]] = {}
        """When the agent's words had each label."""
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
        self.stage: Stage = "calm"
        self.last_upset_s: float | None = None
        """When the stage was last another than calm."""
        self.heard_s: dict[str, list[float]] = {}
        """When the caller's words had each label."""
        self._heard_times += 1

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
        self._heard_times += len(lists)

    def agent_said(self, labels: frozenset[str], now_s: float) -> None:
        """Note which lists of phrases an utterance of the agent touched."""
        for name in labels:
            self.said_s.setdefault(name, []).append(now_s)
        self._said_times += len(labels)

    def groups(self) -> dict[str, object]:
        """Give all values by groups, so that a reader can see which of them have changed."""
        return {
            "tension": (self.state, self.state_since_s, self.last_tense_s, self.strong),
            "withdrawal": self.withdrawal,
            "silence": self.silence_after_agent_s,
            "barge_ins": (len(self.barge_ins_s), id(self.barge_ins_s)),
            "heard": self._heard_times,
            "said": self._said_times,
            "stage": self.stage,
            "phase": self.phase,
        }

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
        """Give how long the call has been calm in voice and words: infinite if it always was."""
        if self.state == "tense" or self.stage != "calm":
            return 0.0
        lasts = [s for s in (self.last_tense_s, self.last_upset_s) if s is not None]
        return now_s - max(lasts) if lasts else NEVER
