"""A text cut up for the classifier of wording, with the place of every piece kept.

What is said the same way is made the same: capitals, apostrophes and fillers go, English endings
go, numbers, days and months become one token each. Chinese is cut into words by jieba and into
characters, for one wrongly heard character changes the words around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

Language = Literal["en", "zh"]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_RUN = re.compile(rf"[a-z0-9]+|[{_HAN}]+")
_HAN_NUMBER = re.compile("[0-9零一二两三四五六七八九十百千万亿]{2,}|[0-9]+")
_APOSTROPHES = dict.fromkeys(map(ord, "’‘`´"), "'")

_FILLERS = frozenset("uh uhm um umm er erm hm hmm mm ah eh".split())
_HAN_FILLERS = frozenset("呃嗯额啊哎唉")
_SHORT_FORMS = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am", "'d": "would"}
_WITHOUT_APOSTROPHE = {
    **{
        f"{verb}nt": f"{verb}n't"
        for verb in "do does did ca wo is are was were would could should have has had".split()
    },
    **{"im": "i'm", "ive": "i've", "youre": "you're", "youve": "you've", "theyre": "they're"},
}
_STEMS_OF_SHORT_FORMS = {"ca": "can", "wo": "will", "cannot": "can"}
_NUMBERS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy"
    " eighty ninety hundred thousand million".split()
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTHS = frozenset(
    "january february april june july august september october november december".split()
)
_ENDINGS = ("ing", "ed", "es", "ly", "s")


class Token(NamedTuple):
    """A word (or a Chinese character) as it is compared, and where it stands in the text.

    ``surface`` is what was heard, in small letters; ``stem`` is without ending, or the name of a
    kind such as ``#number``.
    """

    stem: str
    surface: str
    start: int
    end: int


def fold(text: str) -> str:
    """Make letters small and wide forms narrow, character by character, so that places stay."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(_fold_one, text)).translate(_APOSTROPHES)


def english(text: str) -> list[Token]:
    """Cut English into words; a short form ("don't") gives two at one place.

    Examples
    --------
    >>> [token.stem for token in english("Um, I don't want forty-two PARCELS")]
    ['i', 'do', 'not', 'want', '#number', 'parcel']
    """
    cut: list[Token] = []
    for match in _WORD.finditer(fold(text)):
        for word, stem in _parts(match.group()):
            token = Token(stem, word, match.start(), match.end())
            if word in _FILLERS:
                continue
            if token.stem == "#number" and cut and cut[-1].stem == "#number":
                cut[-1] = cut[-1]._replace(end=token.end)
            else:
                cut.append(token)
    return cut


def characters(text: str) -> list[list[Token]]:
    """Cut Chinese into runs without punctuation between, and these into characters.

    A Latin word or a number is one token.

    Examples
    --------
    >>> [[token.stem for token in run] for run in characters("呃，等了三十天。APP不行")]
    [['等', '了', '#', '天'], ['app', '不', '行']]
    """
    runs: list[list[Token]] = []
    at = -1
    for match in _RUN.finditer(fold(text)):
        tokens = list(_of_run(match.group(), match.start()))
        if runs and match.start() == at:
            runs[-1].extend(tokens)
        elif tokens:
            runs.append(tokens)
        at = match.end()
    return runs


def _of_run(run: str, start: int) -> Iterator[Token]:
    if run[0].isascii() and not run.isdigit():
        yield Token(run, run, start, start + len(run))
        return
    at = 0
    while at < len(run):
        number = _HAN_NUMBER.match(run, at)
        end = number.end() if number else at + 1
        piece = run[at:end]
        if piece not in _HAN_FILLERS:
            yield Token("#" if number else piece, piece, start + at, start + end)
        at = end


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[tuple[str, str], ...]:
    """Give a word, or the words of a short form, each with its stem."""
    return tuple((part, _stem(part)) for part in _written_out(word))


def _written_out(word: str) -> list[str]:
    word = _WITHOUT_APOSTROPHE.get(word, word)
    if word == "cannot":
        return ["can", "not"]
    for short, full in _SHORT_FORMS.items():
        if word.endswith(short):
            first = word.removesuffix(short)
            return [_STEMS_OF_SHORT_FORMS.get(first, first), full] if first else [full]
    return [word.removesuffix("'s").replace("'", "")]


def _stem(word: str) -> str:
    if word in _NUMBERS or word.isdigit():
        return "#number"
    if word in _DAYS:
        return "#day"
    if word in _MONTHS:
        return "#month"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


def _fold_one(char: str) -> str:
    if char.isascii():
        return char.lower()
    narrow = unicodedata.normalize("NFKC", char).lower()
    return narrow if len(narrow) == 1 else char
