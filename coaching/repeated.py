"""A question asked again: the answer did not reach the caller, or they do not trust it."""

from __future__ import annotations

import re
from typing import NamedTuple

from .advice import QuestionRepeated
from .phrases import content, tokens
from .understood import Understood

SAME_SHARE = 0.6
"""Of the kernel of the shorter question: then it is the same question."""
LEAST_KERNEL = 2
"""A question of fewer words that carry meaning is not compared ("really?")."""
_ENDING = re.compile(r"(?<=..)(?:ing|ed|es|e|s)$")
# What may stand in a question or not, without making it another one.
_FILLERS = re.compile("到底|究竟|请问|现在|[我你他她您们的了呢啊吗吧呀嘛么就都也还那这个能会是]")
_ASKING = frozenset("when where why how who which much many long".split())


class _Asked(NamedTuple):
    kernel: frozenset[str]
    start_s: float
    times: int


class RepeatedQuestions:
    """Remembers the questions of one caller.

    Parameters
    ----------
    memory_s
        How long a question is remembered.
    """

    def __init__(self, memory_s: float) -> None:
        self._memory_s = memory_s
        self._asked: list[_Asked] = []
        self._answered = False

    def agent_spoke(self) -> None:
        """The agent said something since: a question repeated in one breath is no repetition."""
        self._answered = True

    def take(self, understood: Understood, now_s: float) -> QuestionRepeated | None:
        """Take an utterance of the caller; tell whether it asks again."""
        found = None
        fresh: list[_Asked] = []
        for hit in understood.hits.get("question", ()):
            quote, start_s = understood.quote(hit), understood.starts_s(hit)
            asked = kernel(quote)
            if len(asked) < LEAST_KERNEL:
                continue
            self._asked = [a for a in self._asked if start_s - a.start_s < self._memory_s]
            first = next((a for a in self._asked if _same(a.kernel, asked)), None)
            if first is None:
                fresh.append(_Asked(asked, start_s, 1))
            elif self._answered:
                again = first._replace(times=first.times + 1)
                self._asked[self._asked.index(first)] = again
                if found is None:
                    fact = understood.fact
                    found = QuestionRepeated(
                        at_s=fact.at_s,
                        known_at_s=now_s,
                        track=fact.track,
                        role=fact.role,
                        utterance_id=fact.utterance_id,
                        quote=quote,
                        times=again.times,
                        start_s=start_s,
                        first_s=first.start_s,
                    )
        self._asked += fresh
        self._answered = False
        return found


def kernel(question: str) -> frozenset[str]:
    """Give what a question is about: words that carry meaning, and what is asked for (when)."""
    cut = tokens(_FILLERS.sub("", question.replace("什么", "甚")))
    meant = {_ENDING.sub("", word) if word.isascii() else word for word in content(cut)}
    return frozenset(meant | (set(cut) & _ASKING))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    if (one & _ASKING) != (other & _ASKING):
        return False
    return len(one & other) >= SAME_SHARE * min(len(one), len(other)) >= 1
