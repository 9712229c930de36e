"""What recognisers write where nobody speaks, and how it is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from ..writing import HAN, Span

_TOKEN = re.compile(rf"[a-z0-9]+(?:'[a-z]+)*|[{HAN}]")
_SENTENCE_END = re.compile(r"[.?!…](?![a-z0-9])|[。！？\n♪]")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`"), "'")
_BRACKETS = re.compile(
    # numbers can stand in brackets: (020) is the beginning of one
    r"\[[^\]\d]*\]|\([^)\d]*\)|（[^）\d]*）|【[^】\d]*】|\*[^*\d]+\*|<[^>\d]*>|♪[^♪]*♪?"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A line of the lists.

    Attributes
    ----------
    tokens
        Latin words, single Chinese characters.
    sentence
        Whether it counts only from the start of a sentence to its end.
    open
        Whether anything may follow in that sentence.
    """

    tokens: tuple[str, ...]
    sentence: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A Latin word, a number or one Chinese character, and where it stands in a text."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Cut a text up for comparison: without capitals, punctuation and apostrophes.

    Examples
    --------
    >>> [token.text for token in tokens("Don't! 谢谢")]
    ['dont', '谢', '谢']
    """
    return [
        Token(match.group().replace("'", ""), match.start(), match.end())
        for match in _TOKEN.finditer(_fold(text))
    ]


def found(text: str) -> list[Span]:
    """Find all that nobody said: known phrases, and what stands in brackets or between notes.

    Parameters
    ----------
    text
        In Simplified characters where it is Chinese.

    Returns
    -------
    list
        Spans to be cut, in order, none within another.
    """
    spans = sorted([*_bracketed(text), *_known(text)])
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(end, joined[-1].end), "")
        else:
            joined.append(Span(start, end, ""))
    return joined


def _bracketed(text: str) -> Iterator[tuple[int, int]]:
    for match in _BRACKETS.finditer(text):
        yield match.span()


def _known(text: str) -> Iterator[tuple[int, int]]:
    folded = _fold(text)
    cut = tokens(text)
    ends = [bool(_SENTENCE_END.search(folded[a.end : b.start + 1])) for a, b in pairwise(cut)]
    ends.append(True)
    at = 0
    while at < len(cut):
        last = max(
            (_last(phrase, cut, ends, at) for phrase in _by_first().get(cut[at].text, ())),
            default=-1,
        )
        if last >= 0:
            yield cut[at].start, cut[last].end
        at = max(at, last) + 1


def _last(phrase: Phrase, cut: list[Token], ends: list[bool], at: int) -> int:
    """Place of the last token that the phrase, begun at `at`, covers; -1 if it is not there."""
    last = at + len(phrase.tokens) - 1
    if tuple(token.text for token in cut[at : last + 1]) != phrase.tokens:
        return -1
    if phrase.sentence and at > 0 and not ends[at - 1]:
        return -1
    if phrase.open:
        return ends.index(True, last)
    return last if ends[last] or not phrase.sentence else -1


@cache
def phrases() -> tuple[Phrase, ...]:
    """All lines of all lists."""
    read = []
    for name in ("en.txt", "zh.txt"):
        for line in resources.files(__package__).joinpath(name).read_text("utf-8").splitlines():
            cut = tuple(token.text for token in tokens(line))
            if cut and not line.startswith("#"):
                read.append(Phrase(cut, line.startswith("="), line.endswith("*")))
    return tuple(read)


@cache
def _by_first() -> dict[str, list[Phrase]]:
    table: dict[str, list[Phrase]] = {}
    for phrase in phrases():
        table.setdefault(phrase.tokens[0], []).append(phrase)
    return table


def _fold(text: str) -> str:
    """Lower case, character by character, so that places stay."""
    lowered = (char.lower() if len(char.lower()) == 1 else char for char in text)
    return "".join(lowered).translate(_APOSTROPHES)
