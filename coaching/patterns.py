"""Phrase patterns: how a playbook writes down the many ways of saying a thing.

===================  =========================================================================
``forget it``        these words in a row; a Hanzi is a word of its own
``too (dear|much)``  one of several ways, each of one word or more
``[very] slow``      may be left out
``price ... high``   up to eight words between, within a sentence
``refund*``          a word that begins so
``<n>``              a number
``<when>``           any of the phrases listed under that name in ``words``
===================  =========================================================================

A pattern is read once and becomes a regular expression over :class:`~coaching.said.Sentence`; it
is only tried where a word stands with which it can begin.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .said import folded

GAP = 8
"""Words that ``...`` may stand for; a word of denial is none of them."""
_DENIALS = "not|never|no|isnt|arent|wasnt|werent|didnt|不|没"

NUMBER = "n"
"""``<n>``, the name that is always known."""
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty"
    " forty fifty sixty hundred thousand half 零 一 二 两 三 四 五 六 七 八 九 十 百 千 万 半 几"
).split()
_NUMBER = frozenset(_NUMBERS)
_NUMBER_RE = rf"(?:(?:[0-9][0-9a-z]*|{'|'.join(_NUMBERS)}) )+"
_GAP_RE = rf"(?:(?!(?:{_DENIALS}) )\S+ ){{0,{GAP}}}?"
_MARK = re.compile(
    r"\s+|(?P<mark>\.\.\.|[()|?])|<(?P<name>[a-z_]+)>"
    r"|(?P<word>[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:['’][^\W_\u3400-\u4dbf\u4e00-\u9fff]+)*\*?)"
    r"|(?P<hanzi>[\u3400-\u4dbf\u4e00-\u9fff])|(?P<bad>.)"
)


class PatternError(ValueError):
    """A pattern that cannot be read; the message is one line."""


class Pattern(NamedTuple):
    """A compiled pattern."""

    regex: re.Pattern[str]
    """Matches at the start of a token, and ends behind one."""
    firsts: frozenset[str]
    """Keys of the words with which it can begin; see :func:`key`."""


class _Part(NamedTuple):
    source: str
    firsts: frozenset[str]
    may_be_empty: bool


def key(token: str) -> str:
    """Give the key under which patterns that begin with a token are kept."""
    if token in _NUMBER or token[0].isdigit():
        return "#"
    return token[:3]


def compiled(text: str, words: Mapping[str, Sequence[str]]) -> Pattern:
    """Read a pattern.

    Parameters
    ----------
    text
        The pattern.
    words
        What ``<name>`` stands for.

    Raises
    ------
    PatternError
        If a bracket is not closed, a name is not known, or no word is left to find.
    """
    part = _Reader(text, words).read()
    if part.may_be_empty or not part.firsts:
        raise PatternError(f"{text!r} has no words that must be said")
    return Pattern(re.compile(part.source), part.firsts)


class _Reader:
    """Reads one pattern by recursive descent."""

    def __init__(self, text: str, words: Mapping[str, Sequence[str]], depth: int = 0) -> None:
        self._text = text
        self._words = words
        self._depth = depth
        self._marks = [match for match in _MARK.finditer(text) if match.group().strip()]
        self._place = 0

    def read(self) -> _Part:
        part = self._ways()
        if self._place < len(self._marks):
            raise PatternError(f"{self._text!r} has a bracket too many")
        return part

    def _next(self) -> str:
        return self._marks[self._place].group() if self._place < len(self._marks) else ""

    def _ways(self) -> _Part:
        ways = [self._row()]
        while self._next() == "|":
            self._place += 1
            ways.append(self._row())
        if len(ways) == 1:
            return ways[0]
        firsts = frozenset[str]().union(*(way.firsts for way in ways))
        source = f"(?:{'|'.join(way.source for way in ways)})"
        return _Part(source, firsts, any(way.may_be_empty for way in ways))

    def _row(self) -> _Part:
        source, firsts, open_ = "", frozenset[str](), True
        while self._next() not in ("", "|", ")"):
            part = self._one()
            if self._next() == "?":
                self._place += 1
                part = _Part(f"(?:{part.source})?", part.firsts, True)
            source += part.source
            if open_:
                if part.source and not part.firsts:
                    raise PatternError(f"{self._text!r} begins with a gap")
                firsts |= part.firsts
                open_ = part.may_be_empty
        return _Part(source, firsts, open_)

    def _one(self) -> _Part:
        match = self._marks[self._place]
        self._place += 1
        mark = match.group()
        if mark == "(":
            part = self._ways()
            if self._next() != ")":
                raise PatternError(f"{self._text!r} has a bracket that is not closed")
            self._place += 1
            return part
        if mark == "?":
            raise PatternError(f"{self._text!r} has a ? behind nothing")
        if mark == "...":
            return _Part(_GAP_RE, frozenset(), False)
        if match["name"] == NUMBER:
            return _Part(_NUMBER_RE, frozenset("#"), False)
        if match["name"]:
            return self._named(match["name"])
        if match["bad"]:
            raise PatternError(f"{self._text!r} holds {mark!r}, which means nothing")
        word = folded(mark.rstrip("*"))
        rest = r"\S*" if mark.endswith("*") else ""
        if rest and len(word) < 3:
            raise PatternError(f"{self._text!r}: three letters at least before *")
        return _Part(rf"{re.escape(word)}{rest} (?:, )?", frozenset([key(word)]), False)

    def _named(self, name: str) -> _Part:
        if name not in self._words:
            raise PatternError(f"{self._text!r}: there are no words <{name}>")
        if self._depth > 3:
            raise PatternError(f"{self._text!r}: <{name}> stands for itself")
        ways = [_Reader(way, self._words, self._depth + 1).read() for way in self._words[name]]
        firsts = frozenset[str]().union(*(way.firsts for way in ways))
        return _Part(f"(?:{'|'.join(way.source for way in ways)})", firsts, False)
