"""The three moments most worth hearing, each from 5 s before.

Each candidate has a group and a weight. Of each group the heaviest counts, the earlier one of two.
The three heaviest groups are told, the heaviest first; a moment inside the clip of one already
taken makes way for the next of its group. So three moments are of three kinds: how the caller was,
what the agent did badly, what they did well, what was left open, how it ended, who spoke when.
"""

from __future__ import annotations

from .candidates import Candidate, Group, candidate, candidates
from .cards import CardReview
from .log import CallLog
from .note import CallNote
from .values import Moment, Why

BEFORE_S = 5.0
AFTER_S = 3.0
LONGEST_S = 30.0
"""A clip is played no longer."""
MOST = 3


def moments_of(log: CallLog, note: CallNote, cards: tuple[CardReview, ...]) -> tuple[Moment, ...]:
    """Choose at most three moments, the most worth hearing first."""
    ranked = sorted(
        (c for c in candidates(log, note, cards) if c.line.sure),
        key=lambda c: (-c.weight, c.line.at_s, c.kind, c.title_key),
    )
    taken: list[Moment] = []
    groups: set[Group] = set()
    for found in ranked:
        if len(taken) == MOST:
            break
        inside = any(moment.from_s <= found.line.at_s <= moment.to_s for moment in taken)
        if found.group not in groups and not inside:
            groups.add(found.group)
            taken.append(_moment(found, log.end_s))
    return tuple(taken)


def wanted_of(log: CallLog, note: CallNote) -> Moment | None:
    """Give the moment at which the caller says what they want."""
    line = note.request or note.problem
    if line is None:
        return None
    why = Why(key="why.wanted", values={"about": line.about})
    return _moment(candidate("caller", 0.0, "wanted", line, why, log), log.end_s)


def _moment(found: Candidate, end_s: float) -> Moment:
    at_s = found.line.at_s
    from_s = max(0.0, at_s - BEFORE_S)
    to_s = min(max(found.to_s, at_s) + AFTER_S, from_s + LONGEST_S, max(end_s, at_s))
    return Moment(
        kind=found.kind,
        title_key=found.title_key,
        at_s=round(at_s, 3),
        from_s=round(from_s, 3),
        to_s=round(to_s, 3),
        utterance_id=found.line.utterance_id,
        quote=found.line.text or None,
        why=found.why,
    )
