"""What might be worth hearing, each with a weight: a judgement that stands in the tables below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from ..advice import ConductNoted, QuestionRepeated, RiskHeard, Stage, StageChanged
from .cards import CardReview
from .lanes import index_of, overlaps_of, silences_of, states_of, withdrawals_of
from .log import CallLog
from .note import CallNote
from .values import Line, MomentKind, Value, Why

Group = Literal["caller", "agent_bad", "agent_good", "open", "ending", "turns"]
NEAR_S = 3.0
"""What the caller says so near a moment is quoted with it."""
LASTS_S = 5.0
"""How long a moment without words lasts."""
FOLLOWS_S = 30.0
"""What the caller does so soon after may have to do with it."""
MORE = 12.0
"""What is added when it does: the caller grew tense after bad conduct, calm after good."""
LEAST_SILENCE_S = 6.0
LEAST_OVERLAP_S = 2.0
RISKS: Mapping[MomentKind, float] = {"danger": 100.0, "legal": 80.0, "abuse": 78.0}
STAGES: Mapping[Stage, float] = {"dissatisfied": 45.0, "angry": 72.0, "confrontational": 76.0}
BAD: Mapping[str, float] = {
    "personal_data": 68, "guarantees": 66, "blames": 66, "dismisses": 64, "attacks_competitor": 62,
    "impossible": 60, "not_ours": 58, "asks_again": 54, "evasion": 50, "forms_first": 48,
    "interrupts": 46, "undated_promise": 44, "other_name": 42, "dead_air": 40, "answers_early": 34,
    "jargon": 30, "speaks_fast": 24,
}  # fmt: skip
GOOD: Mapping[str, float] = {
    "restates": 50, "dated_step": 49, "empathy": 48, "solution": 45, "open_question": 42,
    "asks_solved": 41, "apologises": 38,
}  # fmt: skip


class Candidate(NamedTuple):
    """A moment that might be told."""

    group: Group
    weight: float
    kind: MomentKind
    line: Line
    why: Why
    title_key: str
    to_s: float


def candidates(log: CallLog, note: CallNote, cards: tuple[CardReview, ...]) -> Iterator[Candidate]:
    """Give everything that might be told."""
    yield from _of_caller(log)
    yield from _of_agent(log)
    yield from _left_open(log)
    yield from _ending(log, note, cards)
    yield from _calmer(log)
    yield from _turns(log)


def _of_caller(log: CallLog) -> Iterator[Candidate]:
    for risk in log.of(RiskHeard):
        line = log.quote(risk.utterance_id, risk.quote, risk.start_s, risk.risk)
        yield candidate("caller", RISKS[risk.risk], risk.risk, line, Why(key="why.risk"), log)
    states = states_of(log)
    for span in states:
        if span.state == "tense" and span.ended != "learned":
            values: dict[str, Value] = {"index": span.peak_index or 0, "leaning": span.leaning}
            why = Why(
                key="why.tense", values={**values, "seconds": round(span.to_s - span.from_s, 1)}
            )
            weight = 70.0 + (span.peak_index or 0) / 20.0
            yield candidate("caller", weight, "tension", _silent(log, span.from_s), why, log)
    for stage in log.of(StageChanged):
        if stage.stage != "calm" and stage.reasons:
            values = {"stage": stage.stage, "reason": stage.reasons[0]}
            why = Why(key="why.stage", values=values)
            line = _spoken(log, stage.since_s)
            yield candidate("caller", STAGES[stage.stage], "stage", line, why, log)
    for gone in withdrawals_of(log):
        why = Why(key="why.withdrawal", values={"reasons": ", ".join(gone.reasons)})
        yield candidate("caller", 73.0, "withdrawal", _silent(log, gone.from_s), why, log)
    points = [point for span in states for point in [span.peak_index] if point is not None]
    if points and not any(span.state == "tense" for span in states):
        yield from _peak(log, max(points))


def _peak(log: CallLog, peak: int) -> Iterator[Candidate]:
    at_s = next(point.at_s for point in index_of(log) if point.index == peak)
    why = Why(key="why.peak", values={"index": peak})
    yield candidate("caller", 10.0 + peak / 10.0, "peak", _silent(log, at_s), why, log)


def _of_agent(log: CallLog) -> Iterator[Candidate]:
    states = states_of(log)
    rises = [span.from_s for span in states if span.state == "tense"]
    rises += [e.since_s for e in log.of(StageChanged) if e.stage != "calm" and e.reasons]
    calms = [span.to_s for span in states if span.state == "tense" and span.ended == "heard"]
    calms += [e.since_s for e in log.of(StageChanged) if e.stage == "calm"]
    for event in log.of(ConductNoted):
        table = GOOD if event.good else BAD
        if event.conduct not in table:
            continue
        changes = calms if event.good else rises
        followed = any(0 <= at_s - event.start_s <= FOLLOWS_S for at_s in changes)
        reaction = ("calmer" if event.good else "tenser") if followed else "none"
        line = log.quote(event.utterance_id, event.quote, event.start_s, event.conduct)
        why = Why(key="why.conduct", values={"conduct": event.conduct, "then": reaction})
        yield candidate(
            "agent_good" if event.good else "agent_bad",
            table[event.conduct] + (MORE if followed else 0.0),
            "conduct_good" if event.good else "conduct_bad",
            line,
            why,
            log,
            title_key=f"conduct.{event.conduct}",
        )


def _left_open(log: CallLog) -> Iterator[Candidate]:
    for asked in log.of(QuestionRepeated):
        line = log.quote(asked.utterance_id, asked.quote, asked.start_s, "repeated_question")
        why = Why(key="why.repeated", values={"times": asked.times, "first_s": asked.first_s})
        weight = 56.0 + 4.0 * min(asked.times - 2, 4)
        yield candidate("open", weight, "repeated_question", line, why, log)
    if not log.told_apart or "demo_words" in log.degraded:
        return
    for fact in log.said_by("caller"):
        understood = log.read(fact, "caller")
        broken = log.hit(understood, ("promise_broken",))
        if broken is not None:
            yield candidate("open", 58.0, "broken_promise", broken, Why(key="why.broken"), log)
        again = log.hit(understood, ("told_you",))
        if again is not None:
            yield candidate("open", 52.0, "told_again", again, Why(key="why.told_again"), log)


def _ending(log: CallLog, note: CallNote, cards: tuple[CardReview, ...]) -> Iterator[Candidate]:
    if note.answer is not None and note.solved in ("yes", "no"):
        asked = Why(key="why.asked" if note.asked is not None else "why.unasked")
        no = note.solved == "no"
        kind: MomentKind = "not_solved" if no else "solved"
        yield candidate("ending", 62.0 if no else 43.0, kind, note.answer, asked, log)
    if note.accepted is not None and note.agreed is not None:
        why = Why(key="why.accepted", values={"agreed": note.agreed.text})
        yield candidate("ending", 40.0, "accepted", note.accepted, why, log)
    for card in cards:
        tense = card.before.state == "tense" or card.before.stage != "calm"
        after = card.after.state == "tense" or card.after.stage != "calm"
        line = card.agent[0] if card.agent else _silent(log, card.at_s)
        values: dict[str, Value] = {"card": card.card_id, "did": card.did}
        if card.did in ("said", "similar") and tense and not after:
            why = Why(key="why.card_helped", values=values)
            yield candidate("agent_good", 52.0, "card_helped", line, why, log)
        elif card.did in ("other", "silent") and tense and after and card.withheld is None:
            why = Why(key="why.card_missed", values=values)
            yield candidate("agent_bad", 45.0, "card_missed", line, why, log)


def _calmer(log: CallLog) -> Iterator[Candidate]:
    for span in states_of(log):
        if span.state == "tense" and span.ended == "heard":
            why = Why(key="why.soothed", values={"seconds": round(span.to_s - span.from_s, 1)})
            yield candidate("ending", 38.0, "soothed", _silent(log, span.to_s), why, log)


def _turns(log: CallLog) -> Iterator[Candidate]:
    for quiet in silences_of(log):
        seconds = round(quiet.to_s - quiet.from_s, 1)
        if seconds >= LEAST_SILENCE_S:
            why = Why(key="why.silence", values={"seconds": seconds, "after": quiet.after})
            line = _silent(log, quiet.from_s)
            weight = 30.0 + min(seconds, 30.0) / 3.0
            yield candidate("turns", weight, "silence", line, why, log, to_s=quiet.to_s)
    for both in overlaps_of(log):
        seconds = round(both.to_s - both.from_s, 1)
        if seconds >= LEAST_OVERLAP_S:
            why = Why(key="why.overlap", values={"seconds": seconds, "by": both.by})
            line = _silent(log, both.from_s)
            weight = 25.0 + min(seconds, 10.0)
            yield candidate("turns", weight, "overlap", line, why, log, to_s=both.to_s)


def candidate(
    group: Group,
    weight: float,
    kind: MomentKind,
    line: Line,
    why: Why,
    log: CallLog,
    *,
    title_key: str = "",
    to_s: float | None = None,
) -> Candidate:
    """Make a candidate; it lasts as long as the words in which it is."""
    spoken = log.by_id.get(line.utterance_id or "")
    end_s = to_s if to_s is not None else spoken.at_s if spoken is not None else line.at_s + LASTS_S
    return Candidate(group, weight, kind, line, why, title_key or f"moment.{kind}", end_s)


def _spoken(log: CallLog, known_s: float) -> Line:
    """Quote the caller's last words before something became known from them."""
    before = [fact for fact in log.said_by("caller") if fact.at_s <= known_s]
    line = log.whole(before[-1]) if before else None
    return line if line is not None and line.sure else _silent(log, known_s)


def _silent(log: CallLog, at_s: float) -> Line:
    """Quote what the caller says at a moment, if there are sure words, else the moment alone."""
    for fact in reversed(log.said_by("caller")):
        if fact.start_s <= at_s <= fact.at_s + NEAR_S:
            line = log.whole(fact)
            if line.sure and log.told_apart:
                return Line(
                    text=line.text,
                    utterance_id=line.utterance_id,
                    at_s=at_s,
                    role=line.role,
                    probability=line.probability,
                )
    return Line(
        text="", utterance_id=None, at_s=at_s, role="caller" if log.told_apart else "unknown"
    )
