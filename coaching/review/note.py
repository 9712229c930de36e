"""The call note: what the caller wanted, what was agreed and promised, and whether it is solved.

Extractive: each line is quoted from the call and knows its moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice.events import Role

from ..advice import FactKind, Grade, Subject
from .values import Line

Solved = Literal["yes", "no", "unclear"]
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
