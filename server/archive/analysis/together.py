"""Kinds that occur together in a call: association rules, with what they are worth.

The sets and rules are found by efficient-apriori (Agrawal and Srikant 1994). Support and lift alone
call chance a pattern when one looks at many pairs, so each rule has its relative risk with an
interval that is corrected for all rules that could have been found.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import comb, inf, isnan

from .intervals import Interval, corrected

FEWEST = 30
"""A set of kinds that occurred in fewer calls is not shown."""
LARGEST = 3
"""Kinds in a set; larger ones are rare and hard to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Calls with ``given`` have ``also`` more often than calls without it.

    Attributes
    ----------
    calls
        Calls that have all of it.
    confidence
        Share of the calls with ``given`` that have ``also``.
    lift
        ``confidence`` / share of all calls that have ``also``.
    risk
        ``confidence`` / share of the calls without ``given`` that have ``also``.
    """

    given: tuple[str, ...]
    also: str
    calls: int
    confidence: float
    lift: float
    risk: Interval


def rules(calls: Sequence[Collection[str]], kinds: int) -> list[Rule]:
    """Find what occurs together more often than chance, the closest first.

    Of the two directions of a pair the one with the higher confidence is told.

    Parameters
    ----------
    calls
        Kinds heard in each call, the empty ones included: they are what chance is judged by.
    kinds
        How many there are to be heard.
    """
    from efficient_apriori import apriori

    if len(calls) < FEWEST:
        return []
    _, found = apriori(
        [tuple(sorted(call)) for call in calls],
        min_support=FEWEST / len(calls),
        min_confidence=1e-9,  # what a rule is worth is decided below
        max_length=LARGEST,
    )
    possible = sum(size * comb(kinds, size) for size in range(2, LARGEST + 1))
    best: dict[frozenset[str], Rule] = {}
    for rule in found:
        if len(rule.rhs) != 1:
            continue
        risk = _risk(
            rule.count_full, rule.count_lhs, rule.count_rhs, rule.num_transactions,
            corrected(possible),
        )  # fmt: skip
        if risk is None or risk.low <= 1:
            continue
        told = Rule(
            given=tuple(rule.lhs),
            also=rule.rhs[0],
            calls=rule.count_full,
            confidence=rule.confidence,
            lift=rule.lift,
            risk=risk,
        )
        items = frozenset((*told.given, told.also))
        if items not in best or told.confidence > best[items].confidence:
            best[items] = told
    return sorted(best.values(), key=lambda rule: (-rule.risk.low, rule.given, rule.also))


def _risk(both: int, given: int, also: int, n: int, confidence: float) -> Interval | None:
    """Relative risk with Katz's log interval (Katz et al. 1978, by scipy); None if undefined."""
    from scipy.stats.contingency import relative_risk

    without, also_without = n - given, also - both
    if not without or not also_without:
        return None
    found = relative_risk(both, given, also_without, without)
    interval = found.confidence_interval(confidence)
    low, high = float(interval.low), float(interval.high)
    return None if isnan(low) else Interval(float(found.relative_risk), low, min(high, inf))
