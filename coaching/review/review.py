"""A review: everything that can be said of a call after it, from its log alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice.events import Fact, Language, Role

from ..advice import Advice, ConductNoted, QuestionRepeated
from ..playbook import Playbook
from ..report import CallReport
from ..report import Outcome as Left
from ..session import Logged
from .cards import CardReview, cards_of
from .form import Form
from .lanes import (
    Gap,
    IndexPoint,
    Lane,
    OverlapSpan,
    PhaseMark,
    SilenceSpan,
    StageSpan,
    StateSpan,
    VoicePoint,
    WithdrawalSpan,
    gaps_of,
    index_of,
    lanes_of,
    overlaps_of,
    phases_of,
    silences_of,
    stages_of,
    states_of,
    voice_of,
    withdrawals_of,
)
from .limits import coverage_of, limits_of
from .log import CallLog
from .moments import moments_of, wanted_of
from .note import CallNote, Objection, Promise, Told, objections_of, promises_of, told_of, written
from .scorecard import Scorecard, scorecard_of
from .values import Coverage, Limit, Line, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ended.

    Attributes
    ----------
    resolved
        The caller's own answer.
    answer
        Their words; ``None`` if they never said.
    left
        How the caller left, by voice and turn-taking.
    """

    resolved: Literal["yes", "no", "unknown"]
    answer: Line | None
    left: Left


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """Something in the agent's words or turns."""

    name: str
    good: bool
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A call, reviewed. All times are seconds of media time.

    Attributes
    ----------
    duration_s
        Length of the call, or to the last event of a log that is cut.
    complete
        Whether the log reaches the end of the call.
    language, roles, engine
        As the log's first event has them.
    limits
        What cannot be known, and why.
    account
        Talk shares, silences, overlaps, seconds of tension, highest index.
    wanted, outcome, coverage, moments
        What a page opens with; ``moments`` are at most three, the most worth hearing first.
    lanes, overlaps, silences, gaps, phases
        Who spoke when.
    index, states, stages, withdrawals, voice
        The caller along the call.
    objections, facts, repeated
        What the caller said.
    promises, conduct
        What the agent said and did.
    cards
        Cards shown or withheld, and what the agent did then.
    note, scorecard
        The call note; the form's answers.
    """

    duration_s: float
    complete: bool
    language: Language | None
    roles: tuple[Role, ...]
    engine: str
    limits: tuple[Limit, ...]
    account: CallReport
    wanted: Moment | None
    outcome: Outcome
    coverage: Coverage
    moments: tuple[Moment, ...]
    lanes: tuple[Lane, ...]
    overlaps: tuple[OverlapSpan, ...]
    silences: tuple[SilenceSpan, ...]
    gaps: tuple[Gap, ...]
    phases: tuple[PhaseMark, ...]
    index: tuple[IndexPoint, ...]
    states: tuple[StateSpan, ...]
    stages: tuple[StageSpan, ...]
    withdrawals: tuple[WithdrawalSpan, ...]
    voice: tuple[VoicePoint, ...]
    objections: tuple[Objection, ...]
    facts: tuple[Told, ...]
    repeated: tuple[Line, ...]
    promises: tuple[Promise, ...]
    conduct: tuple[Conduct, ...]
    cards: tuple[CardReview, ...]
    note: CallNote
    scorecard: Scorecard


def review_of(events: Sequence[Logged], *, form: Form, playbook: Playbook) -> Review:
    """Review a call, from its log alone.

    Parameters
    ----------
    events
        Facts and advice in log order; may be cut anywhere.
    form
        What the scorecard asks.
    playbook
        Its phrases say what utterances mean; its cards, what they were for.
    """
    log = CallLog(events, playbook)
    coverage = coverage_of(log)
    limits = limits_of(log, coverage)
    note = written(log)
    cards = cards_of(log, playbook)
    account = CallReport.of(
        [event for event in log.events if isinstance(event, Fact)],
        [event for event in log.events if isinstance(event, Advice)],
    )
    return Review(
        duration_s=log.end_s,
        complete=log.ended is not None,
        language=log.started.language if log.started is not None else None,
        roles=log.roles,
        engine=log.started.engine if log.started is not None else "",
        limits=limits,
        account=account,
        wanted=wanted_of(log, note),
        outcome=_outcome(note, account),
        coverage=coverage,
        moments=moments_of(log, note, cards),
        lanes=lanes_of(log),
        overlaps=overlaps_of(log),
        silences=silences_of(log),
        gaps=gaps_of(log),
        phases=phases_of(log),
        index=index_of(log),
        states=states_of(log),
        stages=stages_of(log),
        withdrawals=withdrawals_of(log),
        voice=voice_of(log),
        objections=objections_of(log),
        facts=told_of(log),
        repeated=tuple(
            log.quote(e.utterance_id, e.quote, e.start_s, "repeated_question")
            for e in log.of(QuestionRepeated)
        ),
        promises=promises_of(log),
        conduct=tuple(
            Conduct(
                name=e.conduct,
                good=e.good,
                line=log.quote(e.utterance_id, e.quote, e.start_s, e.conduct),
            )
            for e in log.of(ConductNoted)
        ),
        cards=cards,
        note=note,
        scorecard=scorecard_of(log, form, playbook, coverage, limits),
    )


def _outcome(note: CallNote, account: CallReport) -> Outcome:
    known: dict[str, Literal["yes", "no"]] = {"yes": "yes", "no": "no"}
    return Outcome(
        resolved=known.get(note.solved or "", "unknown"),
        answer=note.answer,
        left=account.outcome,
    )
