"""Amounts that the agent offers, against what they may decide alone."""

from __future__ import annotations

import re

from .understood import Understood

_DIGITS = re.compile(r"(?<![\d.,])\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_HANZI = re.compile(r"[零一二两三四五六七八九十百千万]+(?=块|元|钱)")
_SMALL = dict(zip("零一二三四五六七八九两", (*range(10), 2), strict=True))
_SCALE = {"十": 10, "百": 100, "千": 1000}
_WORDS = {
    name: value
    for value, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {
    name: 10 * value
    for value, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SPOKEN = re.compile(
    rf"\b(?:(?:{'|'.join(_WORDS)}|hundred|thousand|a|and)[\s-]+)+(?=dollars|euros|pounds|yuan)"
)


def amounts(text: str) -> list[float]:
    """Give the amounts of money in a text, as far as they are digits or plain number words."""
    found = [float(re.sub("[,，]", "", number)) for number in _DIGITS.findall(text)]
    found += [_hanzi(number) for number in _HANZI.findall(text)]
    found += [_spoken(match.split()) for match in _SPOKEN.findall(text.lower().replace("-", " "))]
    return found


def over_limit(understood: Understood, most: float | None) -> bool:
    """Tell whether an utterance of the agent offers more than they may decide alone."""
    if most is None or "compensation" not in understood.hits:
        return False
    return max(amounts(understood.fact.text), default=0.0) > most


def _hanzi(number: str) -> float:
    """Read a Chinese number: 两百五 is 250, 一万二 is 12000."""
    total = part = digit = 0
    scale = 10  # what a digit at the end counts in
    for char in number:
        if char == "万":
            total, part, digit, scale = (part + digit) * 10000, 0, 0, 1000
        elif char in _SCALE:
            part += (digit or 1) * _SCALE[char]
            digit, scale = 0, _SCALE[char] // 10
        elif char == "零":
            scale = 1
        else:
            digit = _SMALL[char]
    alone = len(number) == 1
    return float(total + part + digit * (1 if alone or scale == 0 else max(1, scale)))


def _spoken(words: list[str]) -> float:
    """Read an English number: two hundred and fifty is 250."""
    total = part = 0
    for word in words:
        if word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        else:
            part += _WORDS.get(word, 0)
    return float(total + part)
