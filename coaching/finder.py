"""Finds phrases of a playbook in what was said, and does not find what was denied.

``too expensive`` is not found in "it is not too expensive", nor in what stands under ``unless``
("nearly gave me a heart attack"). Both are errors on the side of saying nothing; a list whose
misses cost more than its false alarms (danger to life) is ``negated: true`` and takes denials, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from .patterns import Pattern, compiled, key
from .said import Sentence, sentences

_DENIES_EN = (
    "not(?! only )|never|nothing|hardly|isnt|arent|wasnt|werent|aint|didnt|wont|wouldnt"
    "|(?:dont|doesnt)(?! (?:understand|know|get|see|care|like) )"
)
# Not: 是不是, 要不, 对不起, 受不了, 好不容易; 不但, 不仅, 不好意思, 不然, 不多, 不知
_DENIES_ZH = (
    "(?<!是 )(?<!要 )(?<!对 )(?<!了 )(?<!好 )不(?! (?:但|仅|光|过|管|好 意 思|然|起|多|了|知))"
    "|没(?! 完)(?: 有)?|并 非|未|别"
)
# A word of denial, and up to three words between it and what it denies; no comma.
_DENIED = re.compile(
    rf"(?:^| )(?:(?:{_DENIES_EN}) (?:[^ ,]+ ){{0,3}}|no "
    rf"|(?:{_DENIES_ZH}) (?:[^ ,a-z]+ ){{0,3}})$"
)


class Hit(NamedTuple):
    """Where a list of phrases was found."""

    name: str
    start: int
    """First character in the text."""
    end: int
    """Behind its last character."""


class Look(NamedTuple):
    """What was found in a text."""

    hits: tuple[Hit, ...]
    denied: frozenset[str]
    """Lists of which the text has phrases, none of them meant: "it is not too expensive"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """A list of phrase patterns as a playbook writes it."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    any: tuple[str, ...]
    """One of these was said."""
    unless: tuple[str, ...] = ()
    """And is not part of one of these."""
    negated: bool = False
    """Whether it counts although a word of denial stands before it."""

    @classmethod
    def of(cls, written: Phrases | Sequence[str]) -> Phrases:
        """Read either way of writing a list."""
        return written if isinstance(written, Phrases) else cls(any=tuple(written))


class _Entry(NamedTuple):
    name: str
    pattern: Pattern
    unless: tuple[Pattern, ...]
    negated: bool


class Finder:
    """Finds lists of phrases.

    Parameters
    ----------
    lists
        By name.
    words
        What ``<name>`` in a pattern stands for.

    Raises
    ------
    ~coaching.patterns.PatternError
        If a pattern cannot be read.
    """

    def __init__(
        self,
        lists: Mapping[str, Phrases | Sequence[str]],
        words: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._by_key: dict[str, list[_Entry]] = {}
        for name, phrases in lists.items():
            phrases = Phrases.of(phrases)
            unless = tuple(compiled(text, words or {}) for text in phrases.unless)
            for text in phrases.any:
                pattern = compiled(text, words or {})
                for first in pattern.firsts:
                    self._by_key.setdefault(first, []).append(
                        _Entry(name, pattern, unless, phrases.negated)
                    )

    def find(self, text: str) -> tuple[Hit, ...]:
        """Find all phrases in a text: for each list the places where it was found, in order."""
        return self.look(text).hits

    def look(self, text: str) -> Look:
        """Find all phrases, and the lists of those that were said only to be denied."""
        hits: list[Hit] = []
        denied: set[str] = set()
        for sentence in sentences(text):
            hits += self._in(sentence, denied)
        return Look(tuple(hits), frozenset(denied.difference(hit.name for hit in hits)))

    def _in(self, sentence: Sentence, denied: set[str]) -> list[Hit]:
        line = sentence.line
        hits: list[Hit] = []
        behind: dict[str, int] = {}  # a list is not found twice in the same words
        for start in sentence.at:
            for entry in self._by_key.get(key(line[start : line.index(" ", start)]), ()):
                if start < behind.get(entry.name, 0):
                    continue
                match = entry.pattern.regex.match(line, start)
                if match is None:
                    continue
                if _excused(entry, line, start, match.end()):
                    denied.add(entry.name)
                    continue
                behind[entry.name] = match.end()
                hits.append(Hit(entry.name, *sentence.span(start, match.end())))
        return hits


def _excused(entry: _Entry, line: str, start: int, end: int) -> bool:
    """Tell whether a match does not mean what its list is about."""
    if not entry.negated and _DENIED.search(line, 0, start):
        return True
    for pattern in entry.unless:
        for other in pattern.regex.finditer(line):
            starts_word = other.start() == 0 or line[other.start() - 1] == " "
            if starts_word and other.start() < end and start < other.end():
                return True
    return False
