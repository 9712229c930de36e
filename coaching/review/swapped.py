"""Whether the words say that the channels are swapped: the agent's phrases on the caller's track.

Each utterance is read as an agent's and as a caller's; the reading that finds more lists of phrases
is what it sounds like. One sentence says nothing ("my name is" is said by both); when most of a
call sounds like the other side, the tracks were named the wrong way round.
"""

from __future__ import annotations

from typing import NamedTuple

from voice.events import WordsFinal

from .log import CallLog

AGENT_SAYS = frozenset({
    "phase_opening", "phase_problem", "phase_options", "phase_closing", "promise", "asks_to_wait",
    "apologises", "solution", "asks_solved", "restates", "empathy", "open_question",
})  # fmt: skip
"""Lists of phrases of agents."""
CALLER_SAYS = frozenset({
    "asks_for", "told_what", "told_when", "told_deadline", "told_consequence", "told_tried",
    "complains", "told_you", "accepts", "worried", "angry", "promise_broken", "distrust", "refuses",
    "demands",
})  # fmt: skip
"""Lists of phrases of callers, beside objections."""
LEAST_BALANCE = 4
"""So many more utterances must sound like the other side than like their own. The bundled calls,
the right way round, have a balance of 4 to 13 for their own side."""
LEAST_SHARE = 2 / 3
"""And they must be so much of those that sound like either."""


class Sides(NamedTuple):
    """How many utterances sound like the side whose track they are on."""

    own: int
    other: int


def sides(log: CallLog) -> Sides:
    """Count them."""
    own = other = 0
    for fact in log.said:
        if fact.role == "unknown":
            continue
        like_agent = _like_agent(log, fact)
        if like_agent:
            own += (like_agent > 0) == (fact.role == "agent")
            other += (like_agent > 0) != (fact.role == "agent")
    return Sides(own, other)


def swapped(log: CallLog) -> bool:
    """Tell whether the tracks seem to be named the wrong way round."""
    if not log.told_apart:
        return False
    own, other = sides(log)
    return other - own >= LEAST_BALANCE and other >= LEAST_SHARE * (own + other)


def _like_agent(log: CallLog, fact: WordsFinal) -> int:
    """Give how many more lists of agents than of callers it says."""
    agent = log.read(fact, "agent").labels & AGENT_SAYS
    heard = log.read(fact, "caller").labels
    caller = [name for name in heard if name in CALLER_SAYS or name.startswith("objection_")]
    return len(agent) - len(caller)
