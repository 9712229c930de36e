"""Whether the machine's answers agree with people's, criterion by criterion: Cohen's kappa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .scorecard import Reply

Standing = Literal["counts", "suggest_only", "unproven"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two raters agree beyond chance.

    Attributes
    ----------
    kappa
        Cohen's kappa, at most 1; ``None`` if it is not defined (no pairs, or both always gave the
        same one answer).
    low, high
        Its 95 % interval; ``None`` where kappa is.
    agreed
        Share of pairs with the same answer; ``None`` without pairs.
    n
        Pairs.
    """

    kappa: float | None
    low: float | None
    high: float | None
    agreed: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One answer to one criterion of one call.

    Attributes
    ----------
    call_id, criterion_id
        What was rated.
    by
        Who; ``None`` is the machine.
    answer
        ``None`` if they found it not assessable.
    blind
        Whether they answered without seeing another's answer.
    """

    call_id: str
    criterion_id: str
    by: str | None
    answer: Reply | None
    blind: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionAgreement:
    """A criterion's agreement, machine with people and people with each other."""

    criterion_id: str
    machine: Agreement
    people: Agreement
    standing: Standing
