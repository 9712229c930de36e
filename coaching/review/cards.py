"""What the agent did after each card, and what the caller's state did then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..advice import LeftReason, Priority, Stage, State
from .values import Line

Did = Literal["said", "similar", "other", "silent", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerThen:
    """The caller at one moment; ``None`` where there is no index."""

    at_s: float
    state: State | None
    index: int | None
    stage: Stage
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReview:
    """A card that was shown or withheld.

    Attributes
    ----------
    cue_id, card_id, kind, priority, why, say, next, avoid
        As the agent saw it, or would have.
    at_s
        When it came to the screen, or would have.
    withheld
        Why it was kept back; ``None`` if it was shown.
    left, left_at_s
        Why and when it went; ``None`` if the log ends before.
    did
        What the agent did then: ``said`` its words, ``similar`` (went its way in other words),
        ``other``, ``silent`` (said nothing), ``unknown`` (no words were heard).
    said_share
        Share of the card's content words that were heard, 0 to 1; ``None`` if unknown.
    agent
        The agent's next words, at most three utterances.
    before, after
        The caller when it came, and half a minute later.
    """

    cue_id: str
    card_id: str
    kind: str
    priority: Priority
    at_s: float
    withheld: Literal["shadow", "holdout"] | None
    left: LeftReason | None
    left_at_s: float | None
    why: str
    say: str
    next: str
    avoid: str
    did: Did
    said_share: float | None
    agent: tuple[Line, ...]
    before: CallerThen
    after: CallerThen
