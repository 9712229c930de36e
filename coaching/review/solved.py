"""The caller's own answer to "is it solved?", in their words, asked or not.

What the caller says after the agent's question; or what they say of it unasked, late in the call
and after something was offered; else they never said. An answer that says both, or hedges, is
*unclear*. An unasked no that the caller later follows with acceptance is void. "Anything else?" is
another question, and its "no" says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from voice.events import WordsFinal

from ..understood import Understood
from .log import CallLog
from .values import Line

Solved = Literal["yes", "no", "unclear"]
ANSWER_S = 30.0
"""An answer comes within it."""
ANSWERS = 2
"""Utterances of the caller that may be it."""
LATE = 8
"""What is said unasked counts in the caller's last so many utterances."""
OFFERS = frozenset({"solution", "promise", "phase_options"})
"""Lists of the agent's phrases that offer something."""
SHORT = 24
"""A yes or no counts as an answer where it begins among the first so many characters."""


class Answer(NamedTuple):
    """What the caller said."""

    solved: Solved
    asked: Line | None
    answer: Line


def answer_of(log: CallLog) -> Answer | None:
    """Find the caller's last word on whether it is solved; ``None`` if they never said.

    Words too uncertain to be evidence are passed over.
    """
    caller = log.said_by("caller")
    last: Answer | None = None
    for question in log.said_by("agent"):
        asked = log.hit(log.read(question, "agent"), ("asks_if_solved",))
        if asked is None or not asked.sure:
            continue
        after = [f for f in caller if f is not question and 0 <= f.at_s - asked.at_s]
        after = [
            f for f in after if f.start_s >= asked.at_s and f.start_s - question.at_s < ANSWER_S
        ]
        last = _answered(log, after[:ANSWERS], asked) or last
    for fact in _after_an_offer(log, caller[-LATE:]):
        unasked = _unasked(log, fact)
        if unasked is not None and (last is None or unasked.answer.at_s > last.answer.at_s):
            last = unasked._replace(asked=last.asked if last else None)
        elif last is not None and last.asked is None and last.solved == "no":
            if "accepts" in log.read(fact, "caller").hits:
                last = None
    return last


def _after_an_offer(log: CallLog, said: Sequence[WordsFinal]) -> list[WordsFinal]:
    """Leave out what the caller said before the agent offered anything: that is the problem."""
    if not said:
        return []
    for fact in log.said_by("agent"):
        if fact.start_s > said[-1].start_s:
            break
        if OFFERS & log.read(fact, "agent").labels:
            return [f for f in said if f.start_s > fact.start_s]
    return []


def _answered(log: CallLog, after: Sequence[WordsFinal], asked: Line) -> Answer | None:
    for fact in after:
        understood = log.read(fact, "caller")
        told = _told(understood) or _short(understood)
        line = log.whole(fact, "answer")
        if told is not None and line.sure:
            return Answer(told, asked, line)
    return None


def _unasked(log: CallLog, fact: WordsFinal) -> Answer | None:
    understood = log.read(fact, "caller")
    told = _told(understood)
    line = log.whole(fact, "answer")
    return Answer(told, None, line) if told is not None and line.sure else None


def _told(understood: Understood) -> Solved | None:
    """Judge whole statements: "it works now", "it still does not"."""
    solved, not_solved = "says_solved" in understood.hits, "says_unsolved" in understood.hits
    if solved == not_solved:
        return "unclear" if solved else None
    if not_solved:
        return "no"
    return "unclear" if _hedged(understood) else "yes"


def _short(understood: Understood) -> Solved | None:
    """Judge a yes or no at the begin of an answer."""
    hits = [h for name in ("says_yes", "says_no") for h in understood.hits.get(name, ())]
    first = min(hits, key=lambda hit: (hit.start, -hit.end), default=None)
    if first is None or first.start > SHORT:
        return "unclear" if _hedged(understood) else None
    if first.name == "says_no":
        return "no"
    return "unclear" if _hedged(understood) else "yes"


def _hedged(understood: Understood) -> bool:
    return "hedges" in understood.hits
