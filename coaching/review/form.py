"""The form of a scorecard: criteria with weights, read from YAML, checked hard.

A broken form gives one line that names the line, the criterion and the field; see
``coaching/README.md`` for how to write one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any, ClassVar, Literal

from voice.events import Language

from ..conduct import IN_TURNS, IN_WORDS
from ..finder import Finder, Phrases
from ..patterns import PatternError, compiled
from ..sheet import Path, Sheet, SheetError, parsed

Occasion = Literal["always", "upset", "objection", "promise", "problem", "outbound"]
_EXTRA = {"extra": "forbid"}


class FormError(ValueError):
    """A form that cannot be used; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What answers a criterion.

    Attributes
    ----------
    shows
        One of these is heard: *yes*. Names of good conduct, of lists of the agent's phrases in the
        playbook (``phase_closing``), or of the form's own ``phrases``.
    faults
        None of these is heard: *yes*. Names of bad conduct, or lists as for ``shows``.
    dated
        Each promise has a time: *yes*; some have: *partly*.
    tolerates
        Up to so many faults are *partly*.
    by_s
        What ``shows`` counts in the first so many seconds only.
    from_end_s
        Or in the last so many.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _EXTRA

    shows: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    dated: bool = False
    tolerates: int = 0
    by_s: float | None = None
    from_end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of a form.

    Attributes
    ----------
    id
        Its name in results: letters, digits and ``_``.
    title, question
        What people read: a few words; a question that yes answers well.
    weight
        Its part of the score, above 0.
    evidence
        What answers it.
    when
        The occasion without which it cannot be assessed.
    auto_fail
        Whether *no* is proposed as a reason to fail the whole call. Only ever proposed.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _EXTRA

    id: str
    title: str
    question: str
    weight: float
    evidence: Evidence
    when: Occasion = "always"
    auto_fail: bool = False


@dataclass(frozen=True, kw_only=True)
class Form:
    """A scorecard's form."""

    __pydantic_config__: ClassVar[dict[str, str]] = _EXTRA

    title: str
    language: Language
    """Of the calls that it is for."""
    criteria: tuple[Criterion, ...]
    phrases: dict[str, Phrases | tuple[str, ...]] = field(default_factory=dict)
    """The form's own lists of what the agent may say."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What ``<name>`` in them stands for."""

    @cached_property
    def fingerprint(self) -> str:
        """A short name for exactly these criteria; comments and layout do not change it."""
        written = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()[:16]

    @cached_property
    def finder(self) -> Finder:
        """Finds the form's own phrases."""
        return Finder(self.phrases, self.words)

    @classmethod
    def from_yaml(cls, text: str, name: str = "") -> Form:
        """Read a form.

        Parameters
        ----------
        text
            YAML.
        name
            Of its file, for messages.

        Raises
        ------
        FormError
            If it is not YAML, a field is missing, unknown or of the wrong type, a weight is not
            above 0, an id is used twice, or a criterion asks for nothing.
        """
        try:
            return _checked(parsed(text, name, "form"))
        except SheetError as error:
            raise FormError(str(error)) from None

    def faults(self) -> Iterable[tuple[Path, str, str]]:
        """Give what is wrong beyond types: where, what it is about, and the problem."""
        if not self.criteria:
            yield ("criteria",), "form, criteria", "is empty"
        seen: set[str] = set()
        for number, criterion in enumerate(self.criteria):
            if criterion.id in seen:
                yield ("criteria", number, "id"), f"criterion {criterion.id}, id", "used twice"
            seen.add(criterion.id)
            for name, problem in _faults(criterion):
                path: Path = ("criteria", number, *name.split("."))
                yield path, f"criterion {criterion.id}, {name}", problem
        for name, ways in self.words.items():
            yield from self._pattern_faults(("words", name), ways)
        for name, phrases in self.phrases.items():
            known = Phrases.of(phrases)
            inner = ("any",) if isinstance(phrases, Phrases) else ()
            yield from self._pattern_faults(("phrases", name, *inner), known.any)
            yield from self._pattern_faults(("phrases", name, "unless"), known.unless)

    def _pattern_faults(
        self, path: Path, patterns: Iterable[str]
    ) -> Iterable[tuple[Path, str, str]]:
        for number, pattern in enumerate(patterns):
            try:
                compiled(pattern, self.words)
            except PatternError as error:
                yield (*path, number), f"form, {path[0]}, {path[1]}", str(error)


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a form, for editors."""
    from pydantic import TypeAdapter

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(Form).json_schema(),
        "title": "Calmline scorecard form",
    }


@cache
def bundled_form(language: Language) -> Form:
    """Read the form that comes with the product."""
    folder = resources.files(__package__).joinpath("forms")
    return Form.from_yaml(folder.joinpath(f"{language}.yaml").read_text("utf-8"))


def _faults(criterion: Criterion) -> Iterable[tuple[str, str]]:
    evidence = criterion.evidence
    if not criterion.id.replace("_", "").isalnum():
        yield "id", "holds more than letters, digits and _"
    if not criterion.weight > 0 or criterion.weight == float("inf"):
        yield "weight", f"{criterion.weight} is not above 0"
    kinds = [bool(evidence.shows), bool(evidence.faults), evidence.dated]
    if sum(kinds) != 1:
        yield "evidence", "give one of shows, faults and dated"
    for name in evidence.shows:
        if {**IN_WORDS, **IN_TURNS}.get(name) is False:
            yield "evidence.shows", f"{name!r} is bad conduct: it belongs under faults"
    for name in evidence.faults:
        if {**IN_WORDS, **IN_TURNS}.get(name) is True:
            yield "evidence.faults", f"{name!r} is good conduct: it belongs under shows"
    if evidence.tolerates < 0 or (evidence.tolerates and not evidence.faults):
        yield "evidence.tolerates", "is a number of faults, at least 0"
    for name in ("by_s", "from_end_s"):
        limit = getattr(evidence, name)
        if limit is not None and (not limit > 0 or not evidence.shows):
            yield f"evidence.{name}", "is a time above 0 for what shows names"


def _checked(sheet: Sheet) -> Form:
    from pydantic import TypeAdapter, ValidationError

    try:
        form = TypeAdapter(Form).validate_python(sheet.data)
    except ValidationError as error:
        raise FormError(_first_error(error.errors(), sheet)) from None
    for path, what, problem in form.faults():
        raise FormError(f"{sheet.where(path)}{what}: {problem}")
    return form


def _first_error(errors: list[Any], sheet: Sheet) -> str:
    """Say the first of pydantic's errors in one line that names the criterion and the field."""
    error: Mapping[str, Any] = errors[0]
    parts = [part for part in error["loc"] if part != "Phrases" and "[" not in str(part)]
    where, names = "form", [str(part) for part in parts]
    if names[:1] == ["criteria"] and len(names) > 1:
        found = sheet.data["criteria"][int(names[1])]
        where = f"criterion {found.get('id', names[1]) if isinstance(found, dict) else names[1]}"
        names = names[2:]
    what = ", ".join([where, ".".join(names)] if names else [where])
    return f"{sheet.where(tuple(parts))}{what}: {error['msg']}"
