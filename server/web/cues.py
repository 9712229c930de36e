"""The life of each card of a call, read from its log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ..store.rows import Feedback as FeedbackRow
from ..store.rows import StoredEvent
from .ports import Reading
from .shapes import Cue, Feedback, Held, Left, Press

TYPES = ("cue_raised", "cue_held", "cue_shown", "cue_withheld", "cue_left", "pressed")
"""The events in which it is told."""


def lives(events: Iterable[StoredEvent], opinions: Sequence[FeedbackRow] = ()) -> list[Cue]:
    """Give every card, in the order in which they were raised.

    Parameters
    ----------
    events
        The call's events of :data:`TYPES`, in order.
    opinions
        What was said of its cards.
    """
    cues: dict[str, Cue] = {}
    for stored in events:
        event: dict[str, Any] = json.loads(stored.body)
        if stored.type == "cue_raised":
            cues[event["cue_id"]] = _raised(event)
        elif (cue := cues.get(event["cue_id"])) is not None:
            _go_on(cue, stored.type, event)
    for opinion in opinions:
        if (cue := cues.get(opinion.cue_id)) is not None:
            cue.feedback.append(Feedback.model_validate(opinion))
    return list(cues.values())


def on_screen(store: Reading, call_id: str) -> str | None:
    """The card that is on the agent's screen now, as far as the log is stored."""
    for cue in reversed(lives(store.events(call_id, types=TYPES))):
        if cue.shown_at_s is not None and cue.left is None:
            return cue.cue_id
    return None


def _raised(event: dict[str, Any]) -> Cue:
    texts = ("cue_id", "card_id", "kind", "priority", "why", "say", "next", "avoid")
    return Cue(
        **{name: event[name] for name in texts},
        because_s=event["at_s"],
        raised_at_s=event["known_at_s"],
        held=[],
        shown_at_s=None,
        withheld=None,
        left=None,
        pressed=[],
        feedback=[],
    )


def _go_on(cue: Cue, kind: str, event: dict[str, Any]) -> None:
    at_s: float = event["known_at_s"]
    if kind == "cue_held":
        cue.held.append(Held(at_s=at_s, reason=event["reason"]))
    elif kind == "cue_shown":
        cue.shown_at_s = at_s
    elif kind == "cue_withheld":
        cue.withheld = Held(at_s=at_s, reason=event["reason"])
    elif kind == "cue_left":
        cue.left = Left(at_s=at_s, reason=event["reason"])
    elif kind == "pressed":
        cue.pressed.append(Press(at_s=at_s, key=event["key"]))
