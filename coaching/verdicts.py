"""Why a card comes or does not: the rules that hold at a moment, and what speaks against."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from .choice import Against, Choice
from .conditions import When, check
from .playbook import Playbook
from .signals import Signals
from .thresholds import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A card that applies.

    Attributes
    ----------
    card_id, topic
        Which one.
    since_s
        Since when it applies.
    lines
        The lines of its conditions that hold, as they are written in the playbook.
    drivers
        Pieces of evidence for the strongest of them.
    standing
        ``answered``: its topic had its card (perhaps this one); ``waits``: for more evidence or
        for time; else what speaks against it.
    """

    card_id: str
    topic: str
    since_s: float
    lines: tuple[str, ...]
    drivers: int
    standing: Literal["answered", "waits"] | Against


def verdicts(
    book: Playbook, choice: Choice, signals: Signals, thresholds: Thresholds, now_s: float
) -> list[Verdict]:
    """Give all cards that apply, in order of rank."""
    found: list[Verdict] = []
    for card in book.cards:
        since_s = choice.since_s(card)
        if since_s is None:
            continue
        answers = [(when, check(when, signals, thresholds, now_s)) for when in card.when]
        against = choice.against(card, signals, now_s)
        found.append(
            Verdict(
                card_id=card.id,
                topic=card.topic or card.id,
                since_s=since_s,
                lines=tuple(written(when) for when, answer in answers if answer.drivers),
                drivers=max(answer.drivers for _, answer in answers),
                standing=against or ("answered" if choice.answered(card) else "waits"),
            )
        )
    return found


def written(when: When) -> str:
    """Write a line of conditions as in a playbook.

    Examples
    --------
    >>> written(When(heard="price", times=2))
    'heard: price, times: 2'
    """
    given = [(f.name, getattr(when, f.name)) for f in fields(when)]
    usual = {f.name: f.default for f in fields(when)}
    return ", ".join(f"{name}: {value}" for name, value in given if value != usual[name])
