"""When to ask what else matters: somebody hesitates, answers late or briefly, changes the subject.

Words and turn-taking only; no feature of the voice can get here, because none is passed in. It is
a hint to ask an open question and never a claim about the caller.
"""

from __future__ import annotations

from statistics import median

from voice.events import TurnEnded

from .advice import AskWhatElse, Hesitation
from .thresholds import Thresholds
from .understood import Understood


class WhatElse:
    """Looks for two signs of something unsaid, close together.

    Parameters
    ----------
    thresholds
        The settings that begin with ``what_else_``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._answers_s: list[float] = []
        self._turns_s: list[float] = []
        self._signs: dict[Hesitation, float] = {}
        self._told_s = float("-inf")

    def words(self, understood: Understood, now_s: float, *, offered: bool) -> AskWhatElse | None:
        """Take an utterance of the caller.

        Parameters
        ----------
        understood
            What it says.
        now_s
            Media time at which it is known.
        offered
            Whether the agent has offered something that is not answered yet.
        """
        labels = understood.labels
        if "hesitates" in labels or "objection_time" in labels:
            self._signs["hesitating_words"] = now_s
        if offered and "changes_subject" in labels:
            self._signs["changed_subject"] = now_s
        return self._judge(understood.fact, now_s)

    def turn(self, turn: TurnEnded, now_s: float, *, offered: bool) -> AskWhatElse | None:
        """Take a turn of the caller."""
        t, usual = self._t, self._answers_s
        if turn.response_s is not None:
            least_s = t.what_else_slow_s + (median(usual) if len(usual) >= 2 else 0.5)
            if turn.response_s >= least_s:
                self._signs["slow_answer"] = now_s
            usual.append(turn.response_s)
        if offered and len(self._turns_s) >= 2:
            if turn.speech_s <= t.what_else_short * median(self._turns_s):
                self._signs["short_answer"] = now_s
        self._turns_s.append(turn.speech_s)
        return self._judge(turn, now_s)

    def _judge(self, fact: TurnEnded | object, now_s: float) -> AskWhatElse | None:
        t = self._t
        near = [s for s, at_s in self._signs.items() if now_s - at_s < t.what_else_memory_s]
        # A late and short answer alone is how every call ends: words have to say something, too.
        spoken = "hesitating_words" in near or "changed_subject" in near
        if len(near) < 2 or not spoken or now_s - self._told_s < t.what_else_again_s:
            return None
        self._told_s = now_s
        at_s = getattr(fact, "at_s", now_s)
        return AskWhatElse(at_s=at_s, known_at_s=now_s, role="caller", reasons=tuple(sorted(near)))
