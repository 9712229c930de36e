"""A review: everything that can be said of a call after it, from its log alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice.events import Language, Role

from ..report import CallReport
from ..report import Outcome as Left
from .cards import CardReview
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
)
from .note import CallNote, Objection, Promise, Told
from .scorecard import Scorecard
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
