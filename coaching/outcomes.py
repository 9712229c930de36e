"""What became of each card: whether it was said, and how the caller was before and after.

Per card and never per agent. That the caller was calmer afterwards does not say that the card did
it: only shown against withheld cards (a holdout) can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .advice import (
    Advice,
    CueLeft,
    CueShown,
    CueWithheld,
    LeftReason,
    Stage,
    StageChanged,
    State,
    StateChanged,
)

AFTER_S = 60.0
"""How the caller was so long after the card came: an answer, and the caller's answer to it."""
_ORDER: tuple[Stage, ...] = ("calm", "dissatisfied", "angry", "confrontational")
Change = Literal["better", "same", "worse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOutcome:
    """What became of a card.

    Attributes
    ----------
    at_s
        When it was shown, or would have been.
    shown
        Whether the agent saw it; ``False`` in shadow mode and in the holdout.
    said
        Whether the agent's words matched it.
    left
        Why it went; ``None`` if it was there to the end of the log.
    change
        The caller's stage, and where that stayed the same their tension, :data:`AFTER_S` later;
        ``None`` if the call was over before.
    """

    at_s: float
    cue_id: str
    card_id: str
    shown: bool
    said: bool
    left: LeftReason | None
    change: Change | None


def outcomes(advice: Sequence[Advice], end_s: float) -> tuple[CardOutcome, ...]:
    """Follow each card of a call that is over.

    Parameters
    ----------
    advice
        Of the whole call, in order.
    end_s
        When it ended.
    """
    left = {event.cue_id: event.reason for event in advice if isinstance(event, CueLeft)}
    return tuple(
        CardOutcome(
            at_s=event.known_at_s,
            cue_id=event.cue_id,
            card_id=event.card_id,
            shown=isinstance(event, CueShown),
            said=left.get(event.cue_id) == "said",
            left=left.get(event.cue_id),
            change=_change(advice, event.known_at_s, end_s),
        )
        for event in advice
        if isinstance(event, (CueShown, CueWithheld))
    )


def _change(advice: Sequence[Advice], at_s: float, end_s: float) -> Change | None:
    if at_s + AFTER_S > end_s:
        return None
    before, after = _caller(advice, at_s), _caller(advice, at_s + AFTER_S)
    return "same" if before == after else "better" if after < before else "worse"


def _caller(advice: Sequence[Advice], at_s: float) -> tuple[int, bool]:
    """How upset the caller was: stage first, then tension."""
    stage: Stage = "calm"
    state: State = "calm"
    for event in advice:
        if event.known_at_s > at_s:
            break
        if isinstance(event, StageChanged):
            stage = event.stage
        elif isinstance(event, StateChanged):
            state = event.state
    return _ORDER.index(stage), state == "tense"
