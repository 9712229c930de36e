"""Repeated loops: a decoder that is stuck writes the same words again and again.

People repeat themselves too, most of all when they are upset, and numbers repeat digits; so a
loop is only what nobody could have said: too fast, or too often.
"""

from __future__ import annotations

from collections.abc import Sequence

from .hallucinations import Token
from .rate import RATE_HZ, syllables
from .writing import Line, Span

LONGEST = 8
"""Tokens that repeat together, at most."""
TIMES = 4
"""From so many times in a row on it is looked at; phrases of four tokens and more from three."""
TOO_OFTEN = 8
"""Nobody says two tokens and more so many times in one utterance of 9 s, however slowly; for
single words it is twice as many, for digits there is no such number."""
KEPT = 2
"""Enough to show that it was repeated."""


def loops(line: Line, cut: Sequence[Token]) -> list[Span]:
    """Find what is to be cut of loops.

    Parameters
    ----------
    line
        What was transcribed.
    cut
        Its tokens.

    Returns
    -------
    list
        Spans in order; of each loop the first two rounds stay.
    """
    texts = [token.text for token in cut]
    spans = []
    at = 0
    while at < len(cut):
        for length in range(1, LONGEST + 1):
            times = _times(texts, at, length)
            if times >= (TIMES if length < 4 else TIMES - 1) and _impossible(
                line, cut, at, length, times
            ):
                spans.append(
                    Span(cut[at + KEPT * length].start, cut[at + times * length - 1].end, "")
                )
                at += times * length
                break
        else:
            at += 1
    return spans


def _times(texts: Sequence[str], at: int, length: int) -> int:
    """How often the `length` tokens at `at` come in a row."""
    round_ = texts[at : at + length]
    if len(round_) < length:
        return 0
    times = 1
    while texts[at + times * length : at + (times + 1) * length] == round_:
        times += 1
    return times


def _impossible(line: Line, cut: Sequence[Token], at: int, length: int, times: int) -> bool:
    tokens = cut[at : at + times * length]
    number = all(token.text.isdigit() or token.text in _DIGITS for token in tokens[:length])
    if not number and times >= (TOO_OFTEN if length > 1 else 2 * TOO_OFTEN):
        return True
    first, last = tokens[0].start, tokens[-1].end
    said = [
        word
        for place, word in enumerate(line.words)
        if line.starts[place] < last and line.end(place) > first
    ]
    lasted_s = said[-1].end_s - said[0].start_s
    return sum(syllables(token.text) for token in tokens) > RATE_HZ * lasted_s


_DIGITS = frozenset(
    "zero oh one two three four five six seven eight nine 零 一 幺 二 三 四 五 六 七 八 九".split()
)
