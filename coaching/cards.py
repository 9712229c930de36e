"""A card, and what fits on the agent's console."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from voice.events import Language

from .advice import Priority
from .conditions import When
from .phrases import tokens

# What fits on the console: (English, Mandarin).
MOST_WHY = (42, 18)  # characters; Hanzi
MOST_SAY = (24, 40)  # words; Hanzi
MOST_LINE = (52, 24)  # characters; Hanzi: ``next`` and ``avoid``
MOST_SAY_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card as it is written."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    kind: str
    when: tuple[When, ...]
    """One of these lines must hold."""
    why: str
    """What the system thinks it heard; ``{driver}`` is the strongest feature in plain words."""
    say: str
    next: str
    avoid: str
    priority: Priority = "normal"
    topic: str = ""
    """Cards of one topic answer the same cause; one of them is chosen. Empty: a topic of its own.
    """
    way: str = ""
    """The way in which it answers: a list of the agent's phrases. Once the agent has gone it, or
    the caller has turned it down, the card does not come."""
    done_by: tuple[str, ...] = ()
    """Lists of the agent's phrases: whoever has just said one needs no card."""

    def why_of(self, drivers: Mapping[str, str], driver: str) -> str:
        """Fill in ``why`` with a driver in plain words."""
        return self.why.format(driver=drivers[driver]) if "{driver}" in self.why else self.why


def faults(card: Card, language: Language, drivers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the fields of a card that do not fit on the console, each with what is wrong."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(card.why) if name}
    except ValueError:
        names = {"?"}
    if not names <= {"driver"}:
        yield "why", "knows no field but {driver}"
        return
    for driver in drivers:
        yield from _line("why", card.why_of(drivers, driver), MOST_WHY, language)
    for field in ("next", "avoid"):
        yield from _line(field, getattr(card, field), MOST_LINE, language)
    if not card.say.strip():
        yield "say", "is empty"
    lines = len(card.say.strip().splitlines())
    if lines > MOST_SAY_LINES:
        yield "say", f"{lines} lines, at most {MOST_SAY_LINES}"
    english = language == "en"
    length = len(card.say.split()) if english else len(tokens(card.say))
    most, unit = (MOST_SAY[0], "words") if english else (MOST_SAY[1], "Hanzi")
    if length > most:
        yield "say", f"{length} {unit}, at most {most}"


def _line(
    field: str, text: str, most: tuple[int, int], language: Language
) -> Iterator[tuple[str, str]]:
    if not text.strip():
        yield field, "is empty"
    elif "\n" in text.strip():
        yield field, "more than one line"
    elif language == "en" and len(text) > most[0]:
        yield field, f"{len(text)} characters, at most {most[0]}"
    elif language == "zh" and len(tokens(text)) > most[1]:
        yield field, f"{len(tokens(text))} Hanzi, at most {most[1]}"
