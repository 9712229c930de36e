"""The playbook: cards, and the phrases that call for them. Read from YAML, checked hard.

A broken playbook gives one line that names the card and the field; see ``README.md`` for how to
write one.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, ClassVar

from voice.events import Language

from .advice import Priority
from .baseline import FEATURES
from .conditions import When
from .phrases import tokens

# What fits on the console: (English, Mandarin).
MOST_WHY = (42, 18)  # characters; Hanzi
MOST_SAY = (24, 40)  # words; Hanzi
MOST_LINE = (52, 24)  # characters; Hanzi: ``next`` and ``avoid``
MOST_SAY_LINES = 2
LISTS = ("angry", "declines", "gives_up", "worried")
"""Lists of phrases that the coach itself reads; every playbook has them."""


class PlaybookError(ValueError):
    """A playbook that cannot be used; the message is one line."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """Cards in order of rank: of two that apply, the upper one is shown."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    language: Language
    drivers: dict[str, str]
    """Each feature of the voice in plain words."""
    phrases: dict[str, tuple[str, ...]]
    cards: tuple[Card, ...]
    hotwords: tuple[str, ...] = ()
    """Names and products that the transcriber should expect."""

    @classmethod
    def from_yaml(cls, text: str) -> Playbook:
        """Read a playbook.

        Raises
        ------
        PlaybookError
            If it is not YAML, a field is missing, unknown or of the wrong type, a text is longer
            than what fits on the console, or something is named that does not exist.
        """
        # yaml and pydantic are needed here only: replaying a log of facts needs neither again.
        import yaml
        from pydantic import TypeAdapter, ValidationError

        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise PlaybookError(f"playbook: not YAML: {' '.join(str(error).split())}") from None
        try:
            book = TypeAdapter(cls).validate_python(data)
        except ValidationError as error:
            raise PlaybookError(_first_error(error.errors(), data)) from None
        book.check()
        return book

    def check(self) -> None:
        """Check what types cannot say.

        Raises
        ------
        PlaybookError
            At the first thing that is wrong.
        """
        features = [feature.name for feature in FEATURES]
        if sorted(self.drivers) != sorted(features):
            raise PlaybookError(f"playbook, drivers: must name {', '.join(features)}")
        for name in LISTS:
            if name not in self.phrases:
                raise PlaybookError(f"playbook, phrases: {name} is missing")
        for name, phrases in self.phrases.items():
            for phrase in phrases:
                if not tokens(phrase):
                    raise PlaybookError(f"playbook, phrases, {name}: {phrase!r} has no words")
        seen: set[str] = set()
        for card in self.cards:
            if card.id in seen:
                raise PlaybookError(f"card {card.id}, id: used twice")
            seen.add(card.id)
            self._check_card(card)

    def why(self, card: Card, driver: str | None) -> str:
        """Fill in a card's ``why`` with the strongest driver in plain words."""
        if "{driver}" not in card.why:
            return card.why
        return card.why.format(driver=self.drivers[driver or FEATURES[0].name])

    def _check_card(self, card: Card) -> None:
        def require(good: bool, field: str, problem: str) -> None:
            if not good:
                raise PlaybookError(f"card {card.id}, {field}: {problem}")

        require(bool(card.when), "when", "is empty")
        for when in card.when:
            require(when != When(), "when", "an empty line would always hold")
            if when.heard is not None:
                known = when.heard in self.phrases
                require(known, "when", f"there is no list of phrases {when.heard!r}")
            require(when.times == 1 or when.heard is not None, "when", "times needs heard")
            require(when.for_s is None or when.state is not None, "when", "for_s needs state")
            counts = (when.times, 1 if when.barge_ins is None else when.barge_ins)
            require(min(counts) >= 1, "when", "a count is less than 1")

        try:
            names = {name for _, name, _, _ in string.Formatter().parse(card.why) if name}
        except ValueError:
            names = {"?"}
        require(names <= {"driver"}, "why", "knows no field but {driver}")
        for driver in self.drivers:
            self._fits(require, "why", self.why(card, driver), MOST_WHY)
        for field in ("next", "avoid"):
            self._fits(require, field, getattr(card, field), MOST_LINE)
        require(bool(card.say.strip()), "say", "is empty")
        lines = len(card.say.strip().splitlines())
        require(lines <= MOST_SAY_LINES, "say", f"{lines} lines, at most {MOST_SAY_LINES}")
        english = self.language == "en"
        length = len(card.say.split()) if english else len(tokens(card.say))
        most, unit = (MOST_SAY[0], "words") if english else (MOST_SAY[1], "Hanzi")
        require(length <= most, "say", f"{length} {unit}, at most {most}")

    def _fits(self, require: Any, field: str, text: str, most: tuple[int, int]) -> None:
        require(bool(text.strip()), field, "is empty")
        require("\n" not in text.strip(), field, "more than one line")
        if self.language == "en":
            require(len(text) <= most[0], field, f"{len(text)} characters, at most {most[0]}")
        else:
            length = len(tokens(text))
            require(length <= most[1], field, f"{length} Hanzi, at most {most[1]}")


def _first_error(errors: list[Any], data: object) -> str:
    """Say the first of pydantic's errors in one line that names the card and the field."""
    error = errors[0]
    path = [str(part) for part in error["loc"]]
    where = "playbook"
    if path[:1] == ["cards"] and len(path) > 1 and isinstance(data, dict):
        card = data["cards"][int(path[1])]
        where = f"card {card.get('id', path[1]) if isinstance(card, dict) else path[1]}"
        path = path[2:]
    return f"{', '.join([where, '.'.join(path)] if path else [where])}: {error['msg']}"


@cache
def bundled(language: Language) -> Playbook:
    """Read the playbook that comes with the product."""
    text = resources.files(__package__).joinpath("playbooks", f"{language}.yaml").read_text("utf-8")
    return Playbook.from_yaml(text)
