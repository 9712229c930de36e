"""Whether the machine's answers agree with people's, criterion by criterion: Cohen's kappa.

Cohen (1960), "A coefficient of agreement for nominal scales"; the interval is from the large-sample
standard error of Fleiss, Cohen and Everitt (1969), "Large sample standard errors of kappa and
weighted kappa". Only answers given without seeing another's count: who sees an answer first tends
to keep it. A criterion whose kappa is under 0.6 on enough pairs only suggests from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Literal

from .scorecard import Reply

Standing = Literal["counts", "suggest_only", "unproven"]
Pair = tuple[Reply, Reply]
LEAST_KAPPA = 0.6
"""Under it a criterion only suggests."""
LEAST_PAIRS = 20
"""With fewer pairs nothing is said of a criterion: one odd call would decide."""
_Z = 1.96
"""Of a 95 % interval."""


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
    """A criterion's agreement, machine with people and people with each other.

    Attributes
    ----------
    machine
        Each person's answer against the machine's.
    people
        Each person's answer against each other person's.
    standing
        ``unproven`` on too few pairs or where kappa is not defined; ``suggest_only`` if the
        machine's kappa is too low.
    """

    criterion_id: str
    machine: Agreement
    people: Agreement
    standing: Standing


def kappa(pairs: Sequence[Pair]) -> Agreement:
    """Measure how far two raters agree beyond chance.

    Parameters
    ----------
    pairs
        Answers of the one and the other to the same thing.
    """
    n = len(pairs)
    if not n:
        return Agreement(kappa=None, low=None, high=None, agreed=None, n=0)
    p = {pair: count / n for pair, count in Counter(pairs).items()}
    names = sorted({name for pair in pairs for name in pair})
    row = {name: sum(p.get((name, other), 0.0) for other in names) for name in names}
    column = {name: sum(p.get((other, name), 0.0) for other in names) for name in names}
    agreed = sum(p.get((name, name), 0.0) for name in names)
    chance = sum(row[name] * column[name] for name in names)
    if chance >= 1.0:
        return Agreement(kappa=None, low=None, high=None, agreed=agreed, n=n)
    found = (agreed - chance) / (1.0 - chance)
    same = sum(
        p.get((name, name), 0.0) * (1.0 - (row[name] + column[name]) * (1.0 - found)) ** 2
        for name in names
    )
    other = (1.0 - found) ** 2 * sum(
        p.get((one, two), 0.0) * (column[one] + row[two]) ** 2
        for one in names
        for two in names
        if one != two
    )
    spread = max(0.0, same + other - (found - chance * (1.0 - found)) ** 2)
    error = sqrt(spread / n) / (1.0 - chance)
    return Agreement(
        kappa=round(found, 3),
        low=round(max(-1.0, found - _Z * error), 3),
        high=round(min(1.0, found + _Z * error), 3),
        agreed=round(agreed, 3),
        n=n,
    )


def agreements(ratings: Iterable[Rating]) -> tuple[CriterionAgreement, ...]:
    """Measure each criterion, in order of its id; of two answers by one rater the later counts."""
    by_criterion: dict[str, dict[str, dict[str | None, Reply]]] = {}
    for rating in ratings:
        calls = by_criterion.setdefault(rating.criterion_id, {})
        if rating.answer is not None and (rating.blind or rating.by is None):
            calls.setdefault(rating.call_id, {})[rating.by] = rating.answer
    found = []
    for criterion_id, calls in sorted(by_criterion.items()):
        machine: list[Pair] = []
        people: list[Pair] = []
        for answers in calls.values():
            persons = sorted((by, a) for by, a in answers.items() if by is not None)
            given = answers.get(None)
            machine += [(given, answer) for _, answer in persons if given is not None]
            people += [(one, two) for (_, one), (_, two) in combinations(persons, 2)]
        measured = kappa(machine)
        found.append(
            CriterionAgreement(
                criterion_id=criterion_id,
                machine=measured,
                people=kappa(people),
                standing=standing(measured),
            )
        )
    return tuple(found)


def standing(machine: Agreement) -> Standing:
    """Tell what a criterion's answers by the machine are worth."""
    if machine.kappa is None or machine.n < LEAST_PAIRS:
        return "unproven"
    return "counts" if machine.kappa >= LEAST_KAPPA else "suggest_only"
