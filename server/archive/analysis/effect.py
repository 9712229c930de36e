"""What cards do: calls whose first card was shown against calls whose first card was withheld.

Only a holdout makes the two alike: chance alone decides which call is in which group. Calls with
cards against calls without would compare tense calls with calm ones and blame the cards.

Only the first card of a call counts, and the whole call is what became of it: after the first card
the two groups are no longer alike. Withheld is withheld, whatever happened later (intention to
treat).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .intervals import Interval, corrected, share_difference

FEWEST = 30
"""Calls in each group, below which nothing is said of a card."""
Arm = Literal["shown", "withheld"]
Verdict = Literal["clear", "not_clear", "too_few"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCard:
    """A call with a card that was not exempt from the holdout.

    Attributes
    ----------
    ends
        What became of the call, by the name of the measure; ``None`` or absent if not known.
    """

    card_id: str
    arm: Arm
    ends: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One measure of the calls of one card (``None``: of all cards).

    Attributes
    ----------
    difference
        Share of shown - share of withheld, -1 to 1, corrected for the number of lines; ``None``
        if there are too few calls.
    """

    card_id: str | None
    measure: str
    shown: int
    shown_hits: int
    withheld: int
    withheld_hits: int
    verdict: Verdict
    difference: Interval | None


def effects(calls: Sequence[FirstCard], measures: Iterable[str]) -> list[Effect] | None:
    """Compare shown with withheld, over all cards and card by card.

    Returns
    -------
    list of Effect, or None
        ``None`` where it is not measurable: no call of one of the groups.
    """
    if len({call.arm for call in calls}) < 2:
        return None
    cards = sorted({call.card_id for call in calls})
    counts = {
        (card, measure): _counts([c for c in calls if card in (None, c.card_id)], measure)
        for card in (None, *cards)
        for measure in measures
    }
    enough = sum(min(n["shown"][0], n["withheld"][0]) >= FEWEST for n in counts.values())
    return [
        _effect(card, measure, n["shown"], n["withheld"], corrected(enough))
        for (card, measure), n in counts.items()
        if n["shown"][0] + n["withheld"][0]
    ]


def _counts(calls: Iterable[FirstCard], measure: str) -> dict[Arm, tuple[int, int]]:
    found: dict[Arm, tuple[int, int]] = {"shown": (0, 0), "withheld": (0, 0)}
    for call in calls:
        end = call.ends.get(measure)
        if end is not None:
            n, hits = found[call.arm]
            found[call.arm] = n + 1, hits + end
    return found


def _effect(
    card: str | None, measure: str, shown: tuple[int, int], withheld: tuple[int, int],
    confidence: float,
) -> Effect:  # fmt: skip
    difference, verdict = None, "too_few"
    if min(shown[0], withheld[0]) >= FEWEST:
        difference = share_difference(withheld[1], withheld[0], shown[1], shown[0], confidence)
        verdict = "clear" if difference.leaves_out(0.0) else "not_clear"
    return Effect(
        card_id=card,
        measure=measure,
        shown=shown[0],
        shown_hits=shown[1],
        withheld=withheld[0],
        withheld_hits=withheld[1],
        verdict=verdict,  # type: ignore[arg-type]
        difference=difference,
    )
