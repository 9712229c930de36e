"""Text cut into words, English or Chinese, the same wherever it is counted or looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voice.simplified import to_simplified
from voice.writing import HAN

_LETTER = f"[^\\W_{HAN}]"
_RUN = re.compile(
    rf"(?P<redacted>\[[a-z]+\])|(?P<han>[{HAN}]+)|(?P<word>{_LETTER}+(?:['’]{_LETTER}+)*)"
)
"""What redaction left in a text's place, Chinese characters, or a word; the rest is between."""

_FUNCTION_WORDS = frozenset(
    """
    a about again all also am an and any are as at be because been before being but by can could
    did do does doing done for from get go got had has have having he her here him his how i if in
    into is it its just like me more my no not now of off oh ok okay on one only or our out over
    really said say see she so some still than that the their them then there these they thing this
    those to too up us very was we well were what when where which while who why will with would
    yes yet you your
    i'm i've i'll it's that's don't can't didn't doesn't isn't won't you're we're they're there's
    一个 一下 一直 一样 不是 不会 不能 不要 什么 他们 你们 我们 但是 其实
    再说 再 可以 可能 因为 就是 已经 应该 怎么 怎样 所以 时候 是不是 有没有
    没有 现在 的话 知道 觉得 还是 还有 这个 这么 这样 这里 那个 那么 那样
    那里 如果 然后 然而 真的 自己 请问 谢谢 而且 或者 给我 都是
    """.split()
)
"""Words that hold a sentence together and tell nothing by themselves."""


def words(text: str) -> Iterator[str]:
    """Cut a text into words: lower case, Simplified, without punctuation.

    Chinese is cut by the dictionary alone (rjieba without its model of new words), so that the same
    characters are cut alike in a sentence and in a query more often than not.
    """
    import rjieba

    for found in _RUN.finditer(to_simplified(text).lower()):
        if found["han"]:
            yield from rjieba.cut(found["han"], False)
        elif found["word"]:
            yield found["word"].replace("’", "'")


def content_words(text: str) -> list[str]:
    """Cut a text into words that can mean something: no digits, no function words."""
    return [
        word
        for word in words(text)
        if len(word) > 1 and not word.isdigit() and word not in _FUNCTION_WORDS
    ]
