"""The playbook: cards, and the phrases that call for them. Read from YAML, checked hard.

A broken playbook gives one line that names the file, the line, the card and the field; see
``README.md`` for how to write one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any, ClassVar

from voice.events import Language

from .baseline import FEATURES
from .cards import Card, faults
from .conditions import When
from .finder import Finder, Phrases
from .patterns import PatternError, compiled
from .sheet import Path, Sheet, SheetError, added, laid_over, read

FIELDS = ("instead", "why", "next", "avoid")
LISTS = ("angry", "declines", "gives_up", "worried")
"""Lists of phrases that the coach itself reads; every playbook has them."""


DETECTED = ("repeated_question", "what_else")
"""Labels that detectors give beside those of the words; cards may ask for them with ``heard``."""
DETECTED_OF_AGENT = ("over_limit",)
"""The same for ``said``."""


class PlaybookError(ValueError):
    """A playbook that cannot be used; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the agent may decide alone."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    compensation: float | None = None
    """Most money that the agent may offer, in the currency of the calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """A claim or phrase that is not to be said, as a company writes it down."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    claim: tuple[str, ...]
    """Phrase patterns of it."""
    instead: str
    """What to say instead: the card's ``say``."""
    why: str
    next: str
    avoid: str


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """Cards in order of rank: of two that apply, the upper one is shown."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    language: Language
    drivers: dict[str, str]
    """Each feature of the voice in plain words."""
    phrases: dict[str, Phrases | tuple[str, ...]]
    """What the caller may say."""
    cards: tuple[Card, ...]
    agent: dict[str, Phrases | tuple[str, ...]] = field(default_factory=dict)
    """What the agent may say."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What ``<name>`` in a phrase stands for."""
    limits: Limits = Limits()
    """What the agent may decide alone."""
    forbidden: tuple[Forbidden, ...] = ()
    """What nobody may claim or say, with what to say instead."""
    hotwords: tuple[str, ...] = ()
    """Names and products that the transcriber should expect."""

    @cached_property
    def caller_finder(self) -> Finder:
        """Finds what the caller says."""
        return Finder(self.phrases, self.words)

    @cached_property
    def agent_finder(self) -> Finder:
        """Finds what the agent says."""
        return Finder(self.agent, self.words)

    @classmethod
    def from_yaml(cls, text: str) -> Playbook:
        """Read a playbook that stands on one sheet.

        Raises
        ------
        PlaybookError
            If it is not YAML, a field is missing, unknown or of the wrong type, a text is longer
            than what fits on the console, or something is named that does not exist.
        """
        return cls.from_files({"": text})

    @classmethod
    def from_files(
        cls, texts: Mapping[str, str], over: Mapping[str, str] | None = None
    ) -> Playbook:
        """Read a playbook from one sheet or several.

        Parameters
        ----------
        texts
            YAML by the name of its file.
        over
            A company's own sheets, laid over it.

        Raises
        ------
        PlaybookError
            As :meth:`from_yaml`; the message begins with file and line.
        """
        try:
            sheet = added(read(text, name) for name, text in texts.items())
            if over:
                sheet = laid_over(sheet, added(read(text, name) for name, text in over.items()))
        except SheetError as error:
            raise PlaybookError(str(error)) from None
        return _checked(sheet)

    def check(self) -> None:
        """Check what types cannot say.

        Raises
        ------
        PlaybookError
            At the first thing that is wrong.
        """
        for _, what, problem in self.faults():
            raise PlaybookError(f"{what}: {problem}")

    def faults(self) -> Iterable[tuple[Path, str, str]]:
        """Give what is wrong beyond types: where, what it is about, and the problem."""
        features = [feature.name for feature in FEATURES]
        if sorted(self.drivers) != sorted(features):
            yield ("drivers",), "playbook, drivers", f"must name {', '.join(features)}"
            return
        for name in LISTS:
            if name not in self.phrases:
                yield ("phrases",), "playbook, phrases", f"{name} is missing"
        yield from self._phrase_faults()
        seen: set[str] = set()
        for number, card in enumerate(self.cards):
            if card.id in seen:
                yield ("cards", number, "id"), f"card {card.id}, id", "used twice"
            seen.add(card.id)
            for name, problem in (
                *self._when_faults(card),
                *faults(card, self.language, self.drivers),
            ):
                yield ("cards", number, name), f"card {card.id}, {name}", problem

    def why(self, card: Card, driver: str | None) -> str:
        """Fill in a card's ``why`` with the strongest driver in plain words."""
        return card.why_of(self.drivers, driver or FEATURES[0].name)

    def _phrase_faults(self) -> Iterable[tuple[Path, str, str]]:
        every: list[tuple[Path, str, Sequence[str]]] = [
            (("words", name), f"playbook, words, {name}", ways) for name, ways in self.words.items()
        ]
        for section, lists in (("phrases", self.phrases), ("agent", self.agent)):
            for name, phrases in lists.items():
                where = f"playbook, {section}, {name}"
                plain = not isinstance(phrases, Phrases)
                one = Phrases.of(phrases)
                every.append(((section, name) if plain else (section, name, "any"), where, one.any))
                every.append(((section, name, "unless"), where, one.unless))
        for path, what, patterns in every:
            for number, pattern in enumerate(patterns):
                try:
                    compiled(pattern, self.words)
                except PatternError as error:
                    yield (*path, number), what, str(error)

    def _when_faults(self, card: Card) -> Iterable[tuple[str, str]]:
        if not card.when:
            yield "when", "is empty"
        for name, lists in (("way", (card.way,) if card.way else ()), ("done_by", card.done_by)):
            for unknown in [one for one in lists if one not in self.agent]:
                yield name, f"there is no list of the agent's phrases {unknown!r}"
        for when in card.when:
            if when == When():
                yield "when", "an empty line would always hold"
            if when.said is not None and when.said not in {*self.agent, *DETECTED_OF_AGENT}:
                yield "when", f"there is no list of the agent's phrases {when.said!r}"
            if when.heard is not None and when.heard not in {*self.phrases, *DETECTED}:
                yield "when", f"there is no list of phrases {when.heard!r}"
            if when.times != 1 and when.heard is None:
                yield "when", "times needs heard"
            if when.for_s is not None and when.state is None:
                yield "when", "for_s needs state"
            if min(when.times, 1 if when.barge_ins is None else when.barge_ins) < 1:
                yield "when", "a count is less than 1"


def fingerprint(texts: Mapping[str, str]) -> str:
    """Give a short name for exactly these sheets: what the server compares to reload them."""
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        digest.update(f"{name}\0{len(text)}\0{text}".encode())
    return digest.hexdigest()[:16]


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a sheet, for editors; nothing is required on every one."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Playbook).json_schema()
    del schema["required"]
    schema["properties"]["remove"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Cards of the bundled playbook that a company does not want.",
    }
    schema["$defs"]["Card"]["required"] = ["id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Calmline playbook",
        **schema,
    }


def _checked(sheet: Sheet) -> Playbook:
    # Types are checked by pydantic when a playbook is read; replaying needs it no more than YAML.
    from pydantic import TypeAdapter, ValidationError

    try:
        book = TypeAdapter(Playbook).validate_python(_with_forbidden(sheet))
    except ValidationError as error:
        raise PlaybookError(_first_error(error.errors(), sheet)) from None
    for path, what, problem in book.faults():
        raise PlaybookError(f"{sheet.where(path)}{what}: {problem}")
    return book


def _with_forbidden(sheet: Sheet) -> dict[str, Any]:
    """Write each forbidden claim as what it is: phrases of the agent, and a card against them."""
    data = dict(sheet.data)
    for number, item in enumerate(data.get("forbidden", [])):
        if not isinstance(item, dict) or not {"id", "claim", *FIELDS} <= item.keys():
            continue  # told with the types
        name = f"forbidden_{item['id']}"
        data["agent"] = {**data.get("agent", {}), name: item["claim"]}
        card = {
            "id": f"say-instead-{item['id']}",
            "kind": "say-instead",
            "when": [{"said": name}],
            "say": item["instead"],
            **{field: item[field] for field in ("why", "next", "avoid")},
        }
        cards = data.get("cards", [])
        urgent = [c for c in cards if isinstance(c, dict) and c.get("priority") == "P0"]
        place = len(urgent)
        data["cards"] = [*cards[:place], card, *cards[place:]]
        for path in [path for path in sheet.places if path[:2] == ("forbidden", number)]:
            sheet.places.setdefault(("agent", name, *path[3:]), sheet.places[path])
    return data


def _first_error(errors: list[Any], sheet: Sheet) -> str:
    """Say the first of pydantic's errors in one line that names the card and the field."""
    error = errors[0]
    # Of two ways to write a list of phrases the one that was tried goes furthest.
    same = [other for other in errors if other["loc"][:2] == error["loc"][:2]]
    error = max(same, key=lambda other: len(other["loc"])) if len(error["loc"]) > 2 else error
    parts = [part for part in error["loc"] if part != "Phrases" and "[" not in str(part)]
    path: Path = tuple(parts)
    where, names = "playbook", [str(part) for part in parts]
    if names[:1] == ["cards"] and len(names) > 1:
        card = sheet.data["cards"][int(names[1])]
        where = f"card {card.get('id', names[1]) if isinstance(card, dict) else names[1]}"
        names = names[2:]
    what = ", ".join([where, ".".join(names)] if names else [where])
    return f"{sheet.where(path)}{what}: {error['msg']}"


@cache
def bundled_sheets(language: Language) -> dict[str, str]:
    """Give the sheets of the playbook that comes with the product, by the name of their file."""
    folder = resources.files(__package__).joinpath("playbooks", language)
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name: file.read_text("utf-8") for file in files if file.name.endswith(".yaml")}


@cache
def bundled(language: Language) -> Playbook:
    """Read the playbook that comes with the product."""
    return Playbook.from_files(bundled_sheets(language))
