"""Words as the coach compares them: one way to cut them up for English and Chinese.

Latin words are lower-cased and lose their apostrophes; each Chinese character is a token of its
own, so that no word segmentation can differ between the playbook and the recogniser.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]")
_APOSTROPHES = str.maketrans("", "", "'’‘`")

# Words that an agent says anyway: hearing them does not mean that a card was used.
_STOP_WORDS = frozenset(
    "a about again all also am an and any are as ask at be because been before but by can could"
    " did do does dont for from get go had has have he help here how i if im in into is it its"
    " just let like ll make may me more much my no not now of ok okay on one or our out over"
    " please right s say she should so some sorry still t tell thank thanks that the their them"
    " then there they thing this to today too up us ve very want was we well were what when"
    " where which who why will with would yes you your youre".split()
)


def tokens(text: str) -> tuple[str, ...]:
    """Cut a text into comparable tokens.

    Examples
    --------
    >>> tokens("I don't know!")
    ('i', 'dont', 'know')
    >>> tokens("算了吧。OK")
    ('算', '了', '吧', 'ok')
    """
    folded = unicodedata.normalize("NFKC", text).lower().translate(_APOSTROPHES)
    return tuple(_TOKEN.findall(folded))


def content(words: Sequence[str]) -> frozenset[str]:
    """Find what a text says in tokens: Latin words that carry meaning, pairs of characters."""
    latin = {word for word in words if word.isascii() and word not in _STOP_WORDS}
    pairs = {
        first + second
        for first, second in pairwise(words)
        if not first.isascii() and not second.isascii()
    }
    return frozenset(latin | pairs)


def said_share(text: str, heard: Sequence[str]) -> float:
    """Tell which share of a text's content was heard, 0 to 1; 0 for a text without content."""
    wanted = content(tokens(text))
    return len(wanted & content(heard)) / len(wanted) if wanted else 0.0
