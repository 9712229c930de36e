"""How a call went, in the numbers of one row; nothing in it rates the agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any, get_args

from coaching.advice import (
    Advice,
    CueShown,
    CueWithheld,
    Escalated,
    Grade,
    ObjectionHeard,
    PromiseMade,
    QuestionRepeated,
    RiskHeard,
    Stage,
    StageChanged,
    Subject,
)
from coaching.report import CallReport
from voice.events import Degraded, Fact, UtteranceEnded, WordsFinal


def account(events: Sequence[Fact | Advice], *, scored: bool) -> dict[str, Any]:
    """Sum up a call.

    Parameters
    ----------
    events
        Its whole log.
    scored
        Whether its words can be trusted: those of a demo model count for nothing.

    Returns
    -------
    dict
        The columns of the same names.
    """
    facts = [event for event in events if isinstance(event, Fact)]
    advice = [event for event in events if isinstance(event, Advice)]
    report = CallReport.of(facts, advice)
    share = report.talk_share
    return {
        "identical": any(
            isinstance(fact, Degraded) and fact.reason == "identical_channels" for fact in facts
        ),
        "no_index": report.no_index,
        "talk_share_caller": _rounded(share.get("caller", 0.0) if _told(share) else None),
        "talk_share_agent": _rounded(share.get("agent", 0.0) if _told(share) else None),
        "longest_silence_s": round(report.longest_silence_s, 3),
        "overlaps": report.overlaps,
        "overlap_s": round(report.overlap_s, 3),
        "tense_s": None if report.no_index else round(report.tense_s, 3),
        "peak_index": report.peak_index,
        "outcome": report.outcome,
        "withdrew": report.outcome == "withdrew",
        "cards_shown": sum(isinstance(event, CueShown) for event in advice),
        "cards_withheld": sum(isinstance(event, CueWithheld) for event in advice),
        **_words(facts),
        **(_said(advice) if scored else dict.fromkeys(_SAID)),
    }


_SUBJECTS: tuple[Subject, ...] = get_args(Subject)
_SAID = (
    *(f"obj_{subject}" for subject in _SUBJECTS),
    "repeated_questions",
    "promises",
    "risk_danger",
    "risk_legal",
    "risk_abuse",
    "stage_worst",
    "grade",
)
"""Columns that rest on words."""


def _said(advice: Sequence[Advice]) -> dict[str, Any]:
    objections = Counter(e.subject for e in advice if isinstance(e, ObjectionHeard))
    risks = Counter(event.risk for event in advice if isinstance(event, RiskHeard))
    stages = [event.stage for event in advice if isinstance(event, StageChanged)]
    grades = [event.grade for event in advice if isinstance(event, Escalated)]
    order: tuple[Stage, ...] = get_args(Stage)
    ranks: tuple[Grade, ...] = get_args(Grade)
    return {
        **{f"obj_{subject}": objections[subject] for subject in _SUBJECTS},
        "repeated_questions": sum(isinstance(event, QuestionRepeated) for event in advice),
        "promises": sum(isinstance(event, PromiseMade) for event in advice),
        **{f"risk_{risk}": risks[risk] for risk in ("danger", "legal", "abuse")},
        "stage_worst": max(stages, key=order.index, default=order[0]),
        "grade": max(grades, key=ranks.index, default=None),
    }


def _words(facts: Sequence[Fact]) -> dict[str, float | None]:
    utterances = {f.utterance_id: f.speech_s for f in facts if isinstance(f, UtteranceEnded)}
    finals = [fact for fact in facts if isinstance(fact, WordsFinal)]
    spoken_s = sum(utterances.values())
    covered_s = sum(utterances.get(final.utterance_id, 0.0) for final in finals if final.words)
    chances = [word.probability for final in finals for word in final.words]
    return {
        "coverage": _rounded(covered_s / spoken_s if finals and spoken_s else None),
        "word_probability": _rounded(median(chances) if chances else None),
    }


def _told(share: dict[Any, float]) -> bool:
    """Whether it is known who spoke: on channels of unknown roles the shares say nothing."""
    return "caller" in share or "agent" in share


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
