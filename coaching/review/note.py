"""The call note: what the caller wanted, what was agreed and promised, and whether it is solved.

Extractive: each line is quoted from the call and knows its moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice.events import CallStarted, Role, WordsFinal

from ..advice import (
    Escalated,
    FactHeard,
    FactKind,
    Grade,
    ObjectionHeard,
    Subject,
    Withdrawal,
)
from ..playbook import Playbook, bundled
from ..said import alike
from ..session import Logged
from .log import CallLog
from .solved import OFFERS, Answer, Solved, answer_of
from .values import Line

Resolution = Literal["solved", "agreed", "open", "withdrew"]
SuggestedOutcome = Literal[1, 2, 3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A line of the promise ledger; ``due`` is as it was said."""

    who: Role
    what: Line
    due: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something the caller told of their case."""

    kind: FactKind
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the caller objected to, in their words."""

    subject: Subject
    times: int
    """How often up to here, this one included."""
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCause:
    """Four layers: what was objected to, what it was needed for, what failed, how it stands."""

    surface_objection: Objection | None
    deeper_need: Line | None
    product_point: Line | None
    state: Resolution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNote:
    """The note of a call.

    Attributes
    ----------
    request
        What the caller wanted.
    problem
        What was wrong, in the caller's words.
    agreed, accepted
        What was agreed, in the agent's words, and the caller's words that accept it.
    promises
        What the agent promised, in order.
    solved
        The caller's own answer; ``None`` if they never said.
    asked, answer
        The agent's question whether it is solved, if it was asked, and the caller's answer.
    grade, grade_reason, urgent
        L1 to L4 as the coach graded the call, the rule that led there, and whether the caller
        named a time until which they need it.
    root_cause
        Four layers.
    suggested_outcome
        Key to press: 1 solved, 2 a next step is agreed, 3 not solved; ``None`` if nothing says.
    """

    request: Line | None
    problem: Line | None
    agreed: Line | None
    accepted: Line | None
    promises: tuple[Promise, ...]
    solved: Solved | None
    asked: Line | None
    answer: Line | None
    grade: Grade | None
    grade_reason: str | None
    urgent: bool
    root_cause: RootCause
    suggested_outcome: SuggestedOutcome | None


ACCEPTED_S = 30.0
"""What the caller accepts was offered at most so long before."""
NEEDS: tuple[FactKind, ...] = ("deadline", "consequence")
"""What the caller told that says what it is needed for; the first kind matters most."""
_TURNED_DOWN = ("refuses", "declines", "gives_up")


def note_of(events: Sequence[Logged], *, playbook: Playbook | None = None) -> CallNote:
    """Write the note of a call, from its log alone.

    Parameters
    ----------
    events
        In log order; may be cut anywhere.
    playbook
        Its phrases say what utterances mean; the bundled one of the call's language by default.
    """
    if playbook is None:
        started = (e.event for e in events if isinstance(e.event, CallStarted))
        language = next((fact.language for fact in started), None)
        playbook = bundled(language or "en")
    return written(CallLog(events, playbook))


def written(log: CallLog) -> CallNote:
    """Write the note of a log that is already read."""
    request = _request(log)
    problem = _problem(log, request)
    gave_up = [event.on for event in log.of(Withdrawal)][-1:] == [True]
    agreed, accepted = (None, None) if gave_up else _agreed(log)
    answer = answer_of(log)
    grades = log.of(Escalated)
    promises = promises_of(log)
    state = _state(answer, agreed, gave_up, request or problem)
    return CallNote(
        request=request,
        problem=problem,
        agreed=agreed,
        accepted=accepted,
        promises=promises,
        solved=answer.solved if answer else None,
        asked=answer.asked if answer else None,
        answer=answer.answer if answer else None,
        grade=grades[-1].grade if grades else None,
        grade_reason=grades[-1].reason if grades else None,
        urgent=any(fact.kind == "deadline" for fact in log.facts) or any(g.urgent for g in grades),
        root_cause=RootCause(
            surface_objection=_surface(log),
            deeper_need=_need(log),
            product_point=_point(log),
            state=state,
        ),
        suggested_outcome=_suggested(state, promises, answer),
    )


def promises_of(log: CallLog) -> tuple[Promise, ...]:
    """Give the promise ledger."""
    return tuple(
        Promise(
            who="agent" if log.told_apart else "unknown",
            what=log.quote(made.utterance_id, made.quote, made.start_s, "promise"),
            due=made.due,
        )
        for made in log.promises
    )


def told_of(log: CallLog) -> tuple[Told, ...]:
    """Give what the caller told of their case."""
    return tuple(Told(kind=fact.kind, line=_told(log, fact)) for fact in log.facts)


def objections_of(log: CallLog) -> tuple[Objection, ...]:
    """Give the caller's objections."""
    return tuple(
        Objection(
            subject=event.subject,
            times=event.times,
            line=log.quote(
                event.utterance_id, event.quote, event.start_s, f"objection_{event.subject}"
            ),
        )
        for event in log.of(ObjectionHeard)
    )


def _request(log: CallLog) -> Line | None:
    """Quote what the caller asks for, or else first tells, or else first asks."""
    if "demo_words" in log.degraded:
        return None
    caller = log.said_by("caller")
    asked = [line for f in caller if (line := log.hit(log.read(f, "caller"), ("asks_for",)))]
    told = [_told(log, fact) for fact in log.facts if fact.kind == "what"]
    lines = [*asked[:1], *told[:1]]
    # what is told at the begin is the request; "can you send it today?" at the end is not
    first = min(lines, key=lambda line: (not line.sure, line.at_s), default=None)
    if first is not None:
        return first
    questions = (log.hit(log.read(f, "caller"), ("question",)) for f in caller)
    return next((line for line in questions if line is not None and line.sure), None)


def _problem(log: CallLog, request: Line | None) -> Line | None:
    """Quote what is wrong: told after the request, or the first thing objected to."""
    told = [_told(log, fact) for fact in log.facts if fact.kind == "what"]
    objections = [objection.line for objection in objections_of(log)]
    lines = [*told, *objections]
    fresh = [line for line in lines if request is None or not alike(line.text, request.text)]
    return next((line for line in fresh if line.sure), None)


def _agreed(log: CallLog) -> tuple[Line | None, Line | None]:
    """Find the last offer of the agent that the caller accepted, and the words that do."""
    if "demo_words" in log.degraded:
        return None, None
    agreed: tuple[Line | None, Line | None] = (None, None)
    offered: Line | None = None
    caller = {id(fact) for fact in log.said_by("caller")}
    agent = {id(fact) for fact in log.said_by("agent")}
    for fact in log.said:
        if id(fact) in caller and offered is not None and offered.utterance_id != fact.utterance_id:
            found = _accepts(log, fact, offered)
            if found is not None:
                agreed = offered, found
        if id(fact) in agent:
            offer = log.hit(log.read(fact, "agent"), ("sums_up", "promise", *sorted(OFFERS)))
            if offer is not None and offer.sure:
                offered = offer
    return agreed


def _accepts(log: CallLog, fact: WordsFinal, offered: Line) -> Line | None:
    understood = log.read(fact, "caller")
    if fact.start_s - offered.at_s > ACCEPTED_S or understood.first(_TURNED_DOWN) is not None:
        return None
    line = log.hit(understood, ("accepts",))
    return line if line is not None and line.sure else None


def _surface(log: CallLog) -> Objection | None:
    """Give the objection that came most often; the earlier one of two."""
    objections = objections_of(log)
    most = max((o.times for o in objections), default=0)
    return next((o for o in objections if o.times == most), None)


def _need(log: CallLog) -> Line | None:
    for kind in NEEDS:
        for fact in log.facts:
            if fact.kind == kind:
                return _told(log, fact)
    return None


def _point(log: CallLog) -> Line | None:
    """Quote what failed: an objection to product or service, or what was told of the fault."""
    for objection in objections_of(log):
        if objection.subject in ("product", "service"):
            return objection.line
    return next((_told(log, fact) for fact in log.facts if fact.kind == "what"), None)


def _state(
    answer: Answer | None, agreed: Line | None, gave_up: bool, wanted: Line | None
) -> Resolution | None:
    if answer is not None and answer.solved == "yes":
        return "solved"
    if gave_up:
        return "withdrew"
    later = answer is None or answer.solved != "no" or (agreed and agreed.at_s > answer.answer.at_s)
    if agreed is not None and later:
        return "agreed"
    return "open" if wanted is not None or answer is not None else None


def _suggested(
    state: Resolution | None, promises: tuple[Promise, ...], answer: Answer | None
) -> SuggestedOutcome | None:
    if state == "solved":
        return 1
    if state == "agreed":
        return 2
    if state == "withdrew":
        return 3
    if state is None:
        return None
    # a dated step that follows a "not yet" is the next step; one before it has failed
    since_s = answer.answer.at_s if answer is not None and answer.solved == "no" else 0.0
    return 2 if any(made.due and made.what.at_s >= since_s for made in promises) else 3


def _told(log: CallLog, fact: FactHeard) -> Line:
    return log.quote(fact.utterance_id, fact.quote, fact.start_s, f"told_{fact.kind}")
