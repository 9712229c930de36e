"""What a text is made of, for one who looks for numbers: digits, and what stands between them.

English and Mandarin, written and spoken: 1, "one", 一 and the 幺 that is said for it on the
telephone are the same digit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from .writing import HAN

Kind = Literal[
    "digits",  # 4111, four, 四
    "ten",  # twenty, that a digit can complete
    "hundred",
    "times",  # double, 三个: the next digit is said so often
    "scale",  # thousand, 百, and what is counted, dollars: the number before it is an amount
    "filler",  # uh, dash, "got it?", 嗯: may stand between digits
    "mark",  # spaces and punctuation: the same
    "letter",  # a spelled one
    "oh",  # a zero after a digit, otherwise nothing
    "word",  # anything else: no number goes on over it
]


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a text.

    Attributes
    ----------
    kind
        What it does to a number.
    value
        The digits that it stands for, or how many times; else its letters in lower case.
    """

    kind: Kind
    start: int
    end: int
    value: str


_YEAR = r"(?:19|20)\d\d"
_SMALL = r"(?:0?[1-9]|[12]\d|3[01])"  # a day or a month

_DETERMINER = "this|that|which|another|other|no|any|each|every|new|wrong|right|same|only"

_ATOM = re.compile(
    rf"""
    (?P<when>(?<![\d/.-])(?:{_YEAR}([-/.]){_SMALL}\2{_SMALL}|{_SMALL}([-/.]){_SMALL}\3{_YEAR}
        |{_SMALL}/{_SMALL}/\d\d)(?![-/.]?\d) | (?<!\d)\d{{1,2}}:\d\d(?::\d\d)?(?![\d:]))
    | (?P<amount>(?<![\d.])(?:\d{{1,2}},\d{{3}}|\d{{1,5}})\.\d{{1,2}}(?!\.?\d))
    | (?P<pronoun>(?<![a-z0-9'])(?:{_DETERMINER})[^\S\n]+one(?![a-z0-9]))
    | (?P<latin>[a-z0-9]+(?:'[a-z]+)*)
    | (?P<join>艾特|下划线)
    | (?P<phrase>然后|后面|下面|接下来|下来|那个|横杠|空格|接着|再来|还有|逗号)
    | (?P<often>[两二三四五六七八九]个|两(?=\s*\Z))
    | (?P<han>[{HAN}])
    | (?P<mark>[^\S\n]+|[,.;?!，。、；？！…–—()（）\#*·~"'-])
    | (?P<other>[\s\S])
    """,
    re.VERBOSE,
)

_ENGLISH: dict[str, tuple[Kind, str]] = {
    **{
        word: ("digits", str(value))
        for value, word in enumerate(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
            " fifteen sixteen seventeen eighteen nineteen".split()
        )
    },
    **{
        word: ("ten", f"{tens}0")
        for tens, word in enumerate(
            "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
        )
    },
    "nought": ("digits", "0"),
    "naught": ("digits", "0"),
    "fourty": ("ten", "40"),
    "hundred": ("hundred", ""),
    "double": ("times", "2"),
    "triple": ("times", "3"),
    "treble": ("times", "3"),
    "quadruple": ("times", "4"),
    "oh": ("oh", "0"),
    "o": ("oh", "0"),
}
_ENGLISH |= {
    word: ("filler", word)
    for word in "uh um umm er erm ah eh hm hmm mm mhm and then dash hyphen space comma okay ok"
    " yes yeah so plus slash it's that's is it that got get did have you ready next now the rest"
    " followed by sorry again right correct are".split()
}
_ENGLISH |= {
    word: ("scale", word)
    for word in "thousand million billion grand hundreds thousands millions dollar dollars buck"
    " bucks pound pounds quid euro euros cent cents pence yuan rmb percent day days night nights"
    " hour hours minute minutes second seconds week weeks month months year years time times item"
    " items piece pieces unit units people person persons o'clock am pm a.m p.m mb gb kilos kg km"
    " miles meters degrees stars pages points orders calls boxes".split()
}

_HAN: dict[str, tuple[Kind, str]] = {
    **{char: ("digits", str(value)) for value, char in enumerate("零一二三四五六七八九")},
    "〇": ("digits", "0"),
    "幺": ("digits", "1"),
    "杠": ("filler", "杠"),
    **{char: ("filler", char) for char in "嗯呃额啊哦唔诶欸噢对好加是了吗你记再那呢"},
    **{
        char: ("scale", char)
        for char in "十百千万亿元块毛角分天次个件台份年月日号点时岁折度秒钟周层楼米斤位条张"
    },
    "叉": ("letter", "x"),
}


def atoms(text: str) -> list[Atom]:
    """Cut a text into atoms; together they are the whole text."""
    folded = fold(text)
    return [_atom(match) for match in _ATOM.finditer(folded)]


def fold(text: str) -> str:
    """Lower case and plain digits, character by character, so that places stay."""
    return "".join(map(_fold, text))


def _fold(char: str) -> str:
    if char == "’":
        return "'"
    digit = unicodedata.decimal(char, None)  # of any script
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


def _atom(match: re.Match[str]) -> Atom:
    text = match.group()
    kind: Kind = "word"
    value = text
    if match["latin"]:
        kind, value = _latin(text)
    elif match["han"]:
        kind, value = _HAN.get(text, ("word", text))
    elif match["often"]:
        kind, value = "times", str("二三四五六七八九".find(text[0].replace("两", "二")) + 2)
    elif match["phrase"]:
        kind = "filler"
    elif match["mark"]:
        kind = "mark"
    elif text == "%":
        kind = "scale"
    return Atom(kind, match.start(), match.end(), value)


def _latin(text: str) -> tuple[Kind, str]:
    if text.isdigit():
        return "digits", text
    if text in _ENGLISH:
        return _ENGLISH[text]
    if len(text) == 1 and text != "i":
        return "letter", text
    if text[-1] == "x" and text[:-1].isdigit():  # the end of a Chinese identity number
        return "digits", text
    if sum(char.isdigit() for char in text) >= 6:  # an identifier, with its letters
        return "digits", text
    return "word", text
