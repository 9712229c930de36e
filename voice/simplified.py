"""Chinese in one script: recognisers write Simplified and Traditional as they please."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from .events import WordsFinal
from .writing import HAN

_HAN = re.compile(f"[{HAN}]")


def simplified(final: WordsFinal) -> WordsFinal:
    """Write the words of an utterance in Simplified characters; their times stay.

    Which character is meant can depend on the next word, so the words are converted together.
    """
    if not _HAN.search(final.text) and not any(_HAN.search(word.text) for word in final.words):
        return final
    texts = [word.text for word in final.words]
    together = to_simplified("".join(texts))
    words = []
    at = 0
    for word in final.words:
        words.append(replace(word, text=together[at : at + len(word.text)]))
        at += len(word.text)
    return replace(final, words=tuple(words), text=to_simplified(final.text))


def to_simplified(text: str) -> str:
    """Convert a text, character by character: its length stays.

    Taiwan's characters are known as well (着 is written 著 there), but they are looked for only
    in a text that has others which are Traditional for certain: 显著 is right as it is.
    """
    if _converter("t2s")(text) == text:
        return text
    converted = _converter("tw2s")(text)
    if len(converted) == len(text):
        return converted
    return "".join(one if len(one := _converter("tw2s")(char)) == 1 else char for char in text)


@cache
def _converter(direction: str) -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(direction).convert
    return convert
