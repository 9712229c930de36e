"""Kinds that occur together in a call: association rules, with what they are worth.

The sets are found by efficient-apriori (Agrawal and Srikant 1994). Support and lift alone
call chance a pattern when one looks at many pairs, so each rule has its relative risk with an
interval that is corrected for all rules that could have been found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, isnan

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
    found, _ = apriori(
        [tuple(sorted(call)) for call in calls],
        min_support=FEWEST / len(calls),
        min_confidence=1.0,  # what a rule is worth is decided below
        max_length=LARGEST,
    )
    counts = {frozenset(items): n for sets in found.values() for items, n in sets.items()}
    counts[frozenset()] = len(calls)
    possible = sum(size * comb(kinds, size) for size in range(2, LARGEST + 1))
    best: dict[frozenset[str], Rule] = {}
    for items in [items for items in counts if len(items) > 1]:
        for also in sorted(items):
            rule = _rule(items, also, counts, corrected(possible))
            if rule and (items not in best or rule.confidence > best[items].confidence):
                best[items] = rule
    return sorted(best.values(), key=lambda rule: (-rule.risk.low, rule.given, rule.also))


def _rule(
    items: frozenset[str], also: str, counts: Mapping[frozenset[str], int], confidence: float
) -> Rule | None:
    """Judge one rule; ``None`` unless all that is given adds to it.

    Among the calls that have a part of what is given (none of it is a part, too), those that have
    the rest must have ``also`` more often than those that have not.
    """
    given = items - {also}
    risks = [
        _risk(counts[items], counts[given], counts[part | {also}], counts[part], confidence)
        for size in range(len(given))
        for part in map(frozenset, combinations(sorted(given), size))
    ]
    if any(risk is None or risk.low <= 1 for risk in risks):
        return None
    risk = risks[0]
    assert risk is not None
    share = counts[items] / counts[given]
    return Rule(
        given=tuple(sorted(given)),
        also=also,
        calls=counts[items],
        confidence=share,
        lift=share / (counts[frozenset({also})] / counts[frozenset()]),
        risk=risk,
    )


def _risk(both: int, given: int, also: int, n: int, confidence: float) -> Interval | None:
    """Relative risk with Katz's log interval (Katz et al. 1978, by scipy); None if undefined."""
    from scipy.stats.contingency import relative_risk

    without, also_without = n - given, also - both
    if not without or not also_without:
        return None
    found = relative_risk(both, given, also_without, without)
    interval = found.confidence_interval(confidence)
    low, high = float(interval.low), float(interval.high)
    return None if isnan(low) else Interval(float(found.relative_risk), low, high)
