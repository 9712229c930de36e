"""How sure a figure is: intervals of shares, ratios and differences.

Every figure that is compared comes as an :class:`Interval`. When several are looked at together
the caller asks for ``confidence=corrected(families)``: Bonferroni's correction, so that an interval
that leaves out "no change" is the same statement as a corrected test.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the range that the data leave open."""

    value: float
    low: float
    high: float

    def leaves_out(self, nothing: float) -> bool:
        """Whether it is clear that the figure is not this value."""
        return not self.low <= nothing <= self.high


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of a group's figure: how many, their mean, and their variance (n - 1)."""

    n: int
    mean: float
    variance: float


def corrected(figures: int, confidence: float = CONFIDENCE) -> float:
    """Confidence for each of so many intervals, so that all of them together keep ``confidence``.

    Bonferroni: 1 - (1 - confidence) / figures.
    """
    return 1 - (1 - confidence) / max(1, figures)


def share(hits: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Give a share, 0 to 1, with Wilson's score interval (Wilson 1927, by scipy).

    Raises
    ------
    ValueError
        If there is nothing to have a share of.
    """
    from scipy.stats import binomtest

    found = binomtest(hits, n).proportion_ci(confidence, method="wilson")
    return Interval(hits / n, max(0.0, float(found.low)), min(1.0, float(found.high)))


def rate_ratio(
    before: int, exposure_before: float, after: int, exposure_after: float,
    confidence: float = CONFIDENCE,
) -> Interval:  # fmt: skip
    """Give the ratio of two Poisson rates, after / before, with its exact interval.

    Given their sum, the later of two Poisson counts is binomial with p = r / (1 + r), where r is
    the ratio of the expected counts (Przyborowski and Wilenski 1940); so Clopper and Pearson's
    interval of p, from quantiles of the beta distribution, gives that of the ratio. Exact means
    never narrower than it says.

    Parameters
    ----------
    before, after
        Cases.
    exposure_before, exposure_after
        What they were counted among: calls, above 0.

    Raises
    ------
    ValueError
        If there is no case at all, or no exposure.
    """
    from scipy.special import betaincinv

    if before + after == 0 or min(exposure_before, exposure_after) <= 0:
        raise ValueError("a ratio of rates needs cases and exposure")
    outside = (1 - confidence) / 2
    low = float(betaincinv(after, before + 1, outside)) if after else 0.0
    high = float(betaincinv(after + 1, before, 1 - outside)) if before else 1.0
    scale = exposure_before / exposure_after

    def ratio(p: float) -> float:
        return inf if p >= 1 else scale * p / (1 - p)

    return Interval(scale * after / before if before else inf, ratio(low), ratio(high))


def share_difference(
    before: int, n_before: int, after: int, n_after: int, confidence: float = CONFIDENCE
) -> Interval:
    """Give the difference of two independent shares, after - before, from -1 to 1.

    Newcombe's interval from two Wilson intervals (Newcombe 1998, Statistics in Medicine 17:873,
    method 10): it keeps its promise near 0 and 1, where the textbook's does not.

    Raises
    ------
    ValueError
        If a group is empty.
    """
    a, b = share(after, n_after, confidence), share(before, n_before, confidence)
    value = a.value - b.value
    return Interval(
        value,
        value - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2),
        value + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2),
    )


def mean_difference(before: Sample, after: Sample, confidence: float = CONFIDENCE) -> Interval:
    """Give the difference of two means, after - before, by Welch's t (unequal variances).

    Degrees of freedom by Welch and Satterthwaite (Welch 1947, Biometrika 34:28).

    Raises
    ------
    ValueError
        If a group has fewer than two members.
    """
    from scipy.stats import t

    if min(before.n, after.n) < 2:
        raise ValueError("a difference of means needs two in each group")
    parts = [group.variance / group.n for group in (before, after)]
    spread, value = sqrt(sum(parts)), after.mean - before.mean
    if spread == 0:
        return Interval(value, value, value)
    free = sum(parts) ** 2 / sum(
        part**2 / (group.n - 1) for part, group in zip(parts, (before, after), strict=True)
    )
    wide = float(t.ppf((1 + confidence) / 2, free)) * spread
    return Interval(value, value - wide, value + wide)
