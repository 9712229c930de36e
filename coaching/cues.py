"""A cue: one card, raised for one cause, on its way to the agent's screen and off it again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from .advice import (
    CueHeld,
    CueLeft,
    CueRaised,
    CueShown,
    CueWithheld,
    HeldReason,
    LeftReason,
    Reason,
    WithheldReason,
)
from .cards import Card


@dataclass(slots=True, kw_only=True)
class Cue:
    """What delivery knows of a cue.

    Attributes
    ----------
    why
        The card's ``why`` with the driver filled in.
    cause_s
        When the cause began.
    reasons
        What adds most to the index, if tension is a reason for the card.
    held
        What it waits for, as last told.
    speech_s
        When it first waited for the agent to stop speaking, and for nothing else.
    shown_s
        Since when it is on the screen, or would be.
    withheld
        What keeps it from the screen although its time has come.
    gone
        Whether the cause is over.
    heard
        Tokens that the agent has said since it was shown.
    said
        Whether the agent has said it.
    """

    cue_id: str
    card: Card
    why: str
    cause_s: float
    reasons: tuple[Reason, ...] = ()
    held: HeldReason | None = None
    speech_s: float | None = None
    shown_s: float | None = None
    withheld: WithheldReason | None = None
    gone: bool = False
    heard: list[str] = field(default_factory=list)
    said: bool = False

    @property
    def urgent(self) -> bool:
        """Whether it is exempt from the rules of delivery."""
        return self.card.priority == "P0"

    def raised(self, now_s: float) -> CueRaised:
        """Say that it has a reason and evidence."""
        card = self.card
        return CueRaised(
            at_s=self.cause_s,
            known_at_s=now_s,
            cue_id=self.cue_id,
            card_id=card.id,
            kind=card.kind,
            priority=card.priority,
            why=self.why,
            say=card.say,
            next=card.next,
            avoid=card.avoid,
            reasons=self.reasons,
        )

    def hold(self, now_s: float, reason: HeldReason) -> CueHeld:
        """Say that it waits."""
        return CueHeld(
            at_s=now_s, known_at_s=now_s, cue_id=self.cue_id, card_id=self.card.id, reason=reason
        )

    def show(self, now_s: float) -> CueShown | CueWithheld:
        """Put it on the screen, or say what keeps it off."""
        self.shown_s = now_s
        card = self.card
        if self.withheld is not None:
            return CueWithheld(
                at_s=now_s,
                known_at_s=now_s,
                cue_id=self.cue_id,
                card_id=card.id,
                reason=self.withheld,
            )
        return CueShown(
            at_s=now_s,
            known_at_s=now_s,
            cue_id=self.cue_id,
            card_id=card.id,
            kind=card.kind,
            priority=card.priority,
            why=self.why,
            say=card.say,
            next=card.next,
            avoid=card.avoid,
            reasons=self.reasons,
        )

    def left(self, now_s: float, reason: LeftReason) -> CueLeft:
        """Say that it is over."""
        return CueLeft(
            at_s=now_s,
            known_at_s=now_s,
            cue_id=self.cue_id,
            card_id=self.card.id,
            reason=reason,
            shown_s=self.shown_s,
        )


def in_holdout(call_id: str, cue_id: str, share: float) -> bool:
    """Draw whether a cue is withheld: the same for the same call and cue, everywhere.

    A hash serves as the draw, so that a replay needs no state of a generator.
    """
    digest = hashlib.sha256(f"{call_id}/{cue_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share
