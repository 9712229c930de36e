"""The agent's conduct, good and bad, each with its evidence: for the talk after the call.

Heard in words and turn-taking. How the agent felt is never asked, and nothing here reaches the
agent's screen while the call runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from voice.events import Fact, Overlap, ProsodyWindow, Silence, SpeechEnded, TurnEnded

from .address import Address
from .advice import ConductNoted
from .thresholds import Thresholds
from .understood import Understood

IN_WORDS: Mapping[str, bool] = {
    "restates": True,
    "empathy": True,
    "open_question": True,
    "solution": True,
    "asks_solved": True,
    "apologises": True,
    "dismisses": False,
    "impossible": False,
    "blames": False,
    "not_ours": False,
    "forms_first": False,
    "jargon": False,
    "guarantees": False,
    "attacks_competitor": False,
    "personal_data": False,
    "evasion": False,
}
"""Labels of the agent's words that are conduct, and whether it is good."""
IN_TURNS: Mapping[str, bool] = {
    "dated_step": True,
    "interrupts": False,
    "answers_early": False,
    "asks_again": False,
    "other_name": False,
    "dead_air": False,
    "speaks_fast": False,
    "talks_much": False,
    "no_name": False,
    "no_reason": False,
    "no_good_time": False,
    "late_problem": False,
    "undated_promise": False,
}
"""Conduct that is not one phrase, and whether it is good."""
_HELPS = frozenset({"solution", "promise"})
"""With one of these in the same breath "don't worry" is no brush-off."""


class Conduct:
    """Notes the conduct of one agent.

    Parameters
    ----------
    thresholds
        The settings that begin with ``conduct_``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._talk_s = {"agent": 0.0, "caller": 0.0}
        self._address = Address()
        self._waits_s = float("-inf")
        self._interrupted_s = float("-inf")
        self._fast_s = 0.0
        self._opening: set[str] = set()
        self._undated: tuple[Understood, str, float] | None = None
        self._dated = self._heard_words = False

    def words(self, understood: Understood, now_s: float) -> list[ConductNoted]:
        """Take an utterance of the agent."""
        labels = understood.labels
        self._heard_words = True
        if "asks_to_wait" in labels:
            self._waits_s = now_s
        told = []
        if (name := self._address.ignored(understood.fact.text)) is not None:
            start_s = understood.fact.start_s
            told.append(_noted("other_name", understood.fact, now_s, quote=name, start_s=start_s))
        if understood.fact.start_s < self._t.conduct_opening_s:
            self._opening |= labels & {"gives_name", "states_reason", "asks_good_time"}
        for name in IN_WORDS:
            if name == "dismisses" and labels & _HELPS:
                continue
            for hit in understood.hits.get(name, ())[:1]:
                told.append(
                    _noted(
                        name,
                        understood.fact,
                        now_s,
                        quote=understood.quote(hit),
                        start_s=understood.starts_s(hit),
                    )
                )
        return told

    def caller_said(self, text: str) -> None:
        """Take the caller's words, for how they want to be called."""
        self._address.caller(text)

    def promised(
        self, understood: Understood, quote: str, due: str | None, start_s: float, now_s: float
    ) -> list[ConductNoted]:
        """Take a promise."""
        if due is None:
            self._undated = self._undated or (understood, quote, start_s)
            return []
        self._dated = True
        return [_noted("dated_step", understood.fact, now_s, quote=quote, start_s=start_s)]

    def asked_again(
        self, understood: Understood, quote: str, start_s: float, now_s: float
    ) -> ConductNoted:
        """Take a question of the agent that was answered before."""
        return _noted("asks_again", understood.fact, now_s, quote=quote, start_s=start_s)

    def take(self, fact: Fact, now_s: float) -> list[ConductNoted]:
        """Take a fact about who spoke when."""
        t = self._t
        if isinstance(fact, SpeechEnded) and fact.role in self._talk_s:
            self._talk_s[fact.role] += fact.at_s - fact.start_s
        elif isinstance(fact, Overlap):
            if fact.role == "agent" and fact.barge_in:
                self._interrupted_s = fact.start_s
                return [_noted("interrupts", fact, now_s, start_s=fact.start_s)]
        elif isinstance(fact, TurnEnded):
            early = fact.response_s is not None and fact.response_s <= -t.conduct_early_s
            if fact.role == "agent" and early and fact.start_s > self._interrupted_s + 1.0:
                return [_noted("answers_early", fact, now_s, start_s=fact.start_s)]
        elif isinstance(fact, Silence):
            lasted_s = fact.at_s - fact.start_s
            told_to_wait = now_s - self._waits_s < t.conduct_wait_s
            if fact.over and fact.after == "caller" and lasted_s >= t.conduct_dead_air_s:
                if not told_to_wait:
                    return [_noted("dead_air", fact, now_s, start_s=fact.start_s)]
        elif isinstance(fact, ProsodyWindow) and fact.role == "agent":
            return self._rate(fact, now_s)
        return []

    def end(self, fact: Fact, now_s: float, *, outbound: bool, late: bool) -> list[ConductNoted]:
        """Sum up when the call is over.

        Parameters
        ----------
        outbound
            Whether the agent called: then the opening needs a reason and "is now a good time?".
        late
            Whether the problem was not made clear in time.
        """
        spoken = sum(self._talk_s.values())
        missing = []
        if not self._talk_s["agent"]:
            return []
        if self._heard_words:
            wanted = {"gives_name": "no_name"}
            if outbound:
                wanted |= {"states_reason": "no_reason", "asks_good_time": "no_good_time"}
            missing += [name for label, name in wanted.items() if label not in self._opening]
            missing += ["late_problem"] if late else []
        if spoken >= self._t.conduct_talk_s:
            if self._talk_s["agent"] >= self._t.conduct_talk_share * spoken:
                missing.append("talks_much")
        told = [_noted(name, fact, now_s, start_s=fact.at_s) for name in missing]
        if self._undated is not None and not self._dated:
            understood, quote, start_s = self._undated
            told.append(
                _noted("undated_promise", understood.fact, now_s, quote=quote, start_s=start_s)
            )
        return told

    def _rate(self, window: ProsodyWindow, now_s: float) -> list[ConductNoted]:
        rate = window.articulation_rate_hz
        fast = rate is not None and rate >= self._t.conduct_fast_hz
        self._fast_s = self._fast_s + 0.5 if fast else 0.0
        if self._fast_s < self._t.conduct_fast_s:
            return []
        self._fast_s = 0.0
        return [_noted("speaks_fast", window, now_s, start_s=window.at_s - self._t.conduct_fast_s)]


def _noted(name: str, fact: Fact, now_s: float, *, start_s: float, quote: str = "") -> ConductNoted:
    good = IN_WORDS[name] if name in IN_WORDS else IN_TURNS[name]
    return ConductNoted(
        at_s=fact.at_s,
        known_at_s=now_s,
        track=fact.track if fact.role == "agent" else None,
        role="agent",
        conduct=name,
        good=good,
        utterance_id=getattr(fact, "utterance_id", None),
        quote=quote,
        start_s=max(0.0, start_s),
    )
