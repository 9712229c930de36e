"""The account of one call, for the terminal: who spoke, how tense it was, how it ended.

Nothing here rates the agent, and nothing says how the agent felt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from voice.events import CallEnded, Fact, Overlap, Role, Silence, SpeechEnded

from .advice import (
    Advice,
    GoalAssessed,
    IndexChanged,
    IndexNone,
    StateChanged,
    Withdrawal,
)
from .outcomes import CardOutcome, outcomes

Outcome = Literal["calm throughout", "soothed", "stayed tense", "withdrew", "not assessable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """What a call was like.

    Attributes
    ----------
    duration_s
        Length of the call; ``None`` if the log does not reach its end.
    talk_share
        Share of all speech by role, 0 to 1; empty if nobody spoke.
    longest_silence_s
        Longest time in which nobody spoke, 0 if no silence was long enough to be told.
    overlaps, overlap_s
        How often, and for how many seconds, both spoke at once.
    tense_s
        Seconds from the begin of each tense stretch to its end.
    peak_index
        Highest index; ``None`` if there was none.
    cues
        Cards whose time came, in order, and what became of them.
    goals
        What a call of its kind should have come to; empty without words.
    outcome
        How the caller left. Never ``soothed`` if the caller had given up.
    no_index
        Why there is no index, where a reason was told.
    """

    duration_s: float | None
    talk_share: dict[Role, float]
    longest_silence_s: float
    overlaps: int
    overlap_s: float
    tense_s: float
    peak_index: int | None
    cues: tuple[CardOutcome, ...]
    goals: tuple[GoalAssessed, ...]
    outcome: Outcome
    no_index: IndexNone | None

    @classmethod
    def of(cls, facts: Iterable[Fact], advice: Iterable[Advice]) -> CallReport:
        """Sum up a call from its log: facts and advice, each in order."""
        facts, advice = list(facts), list(advice)
        duration_s = next((fact.at_s for fact in facts if isinstance(fact, CallEnded)), None)
        last_s = max((fact.at_s for fact in facts), default=0.0)
        talk_s: dict[Role, float] = {}
        for fact in facts:
            if isinstance(fact, SpeechEnded):
                talk_s[fact.role] = talk_s.get(fact.role, 0.0) + fact.at_s - fact.start_s
        all_s = sum(talk_s.values())
        overlaps = [fact for fact in facts if isinstance(fact, Overlap)]
        silences = [fact for fact in facts if isinstance(fact, Silence) and fact.over]
        indices = [event for event in advice if isinstance(event, IndexChanged)]
        changes = [event for event in advice if isinstance(event, StateChanged)]
        peak = max((event.index for event in indices if event.index is not None), default=None)
        return cls(
            duration_s=duration_s,
            talk_share={role: s / all_s for role, s in talk_s.items()} if all_s else {},
            longest_silence_s=max((s.at_s - s.start_s for s in silences), default=0.0),
            overlaps=len(overlaps),
            overlap_s=sum(fact.at_s - fact.start_s for fact in overlaps),
            tense_s=_tense_s(changes, last_s if duration_s is None else duration_s),
            peak_index=peak,
            cues=outcomes(advice, last_s if duration_s is None else duration_s),
            goals=tuple(event for event in advice if isinstance(event, GoalAssessed)),
            outcome=_outcome(advice, changes, peak),
            no_index=next((event.reason for event in indices if event.index is None), None),
        )


def _tense_s(changes: list[StateChanged], end_s: float) -> float:
    total_s = 0.0
    since_s: float | None = None
    for change in changes:
        if change.state == "tense":
            since_s = change.since_s
        elif change.cause == "learned":
            since_s = None  # it was how this caller sounds
        elif since_s is not None:
            total_s += change.since_s - since_s
            since_s = None
    return total_s if since_s is None else total_s + max(0.0, end_s - since_s)


def _outcome(advice: list[Advice], changes: list[StateChanged], peak: int | None) -> Outcome:
    withdrawals = [event.on for event in advice if isinstance(event, Withdrawal)]
    if withdrawals and withdrawals[-1]:
        return "withdrew"
    lost = any(isinstance(event, IndexChanged) and event.index is None for event in advice)
    if peak is None or lost:
        return "not assessable"
    if not changes:
        return "calm throughout"
    if changes[-1].state == "tense":
        return "stayed tense"
    # tension that nobody heard going was not soothed
    return "soothed" if changes[-1].cause == "heard" else "not assessable"
