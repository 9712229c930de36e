"""What the agent did after each card, and what the caller's state did then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice.events import SpeechEnded, Word, WordsFinal

from ..advice import (
    CueLeft,
    CueRaised,
    CueShown,
    CueWithheld,
    IndexChanged,
    LeftReason,
    Priority,
    Stage,
    StageChanged,
    State,
    StateChanged,
    Withdrawal,
)
from ..cards import Card
from ..phrases import said_share, tokens
from ..playbook import Playbook
from .log import CallLog
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


NEXT_S = 30.0
"""What the agent says so long after a card came is what they did then, and so is the caller."""
MOST_LINES = 3
SAID = 0.5
"""Share of a card's content words from which it was said, as live (``cue_said_share``)."""
SIMILAR = 0.25
"""Half of that is something near it."""


def cards_of(log: CallLog, playbook: Playbook) -> tuple[CardReview, ...]:
    """Review all cards that were shown or withheld, in order."""
    written = {card.id: card for card in playbook.cards}
    raised = {event.cue_id: event for event in log.of(CueRaised)}
    left = {event.cue_id: event for event in log.of(CueLeft)}
    came: list[CueShown | CueWithheld] = [*log.of(CueShown), *log.of(CueWithheld)]
    found = []
    for event in sorted(came, key=lambda event: (event.known_at_s, event.cue_id)):
        cue = event if isinstance(event, CueShown) else raised.get(event.cue_id)
        if cue is not None:
            withheld = event.reason if isinstance(event, CueWithheld) else None
            end = left.get(event.cue_id)
            found.append(_reviewed(log, cue, event.known_at_s, withheld, end, written))
    return tuple(found)


def _reviewed(
    log: CallLog,
    cue: CueShown | CueRaised,
    at_s: float,
    withheld: Literal["shadow", "holdout"] | None,
    end: CueLeft | None,
    written: dict[str, Card],
) -> CardReview:
    until_s = at_s + NEXT_S
    agent = log.said_by("agent")
    # an utterance that was mostly over when the card came is no answer to it
    said = [f for f in agent if (f.start_s + f.at_s) / 2 > at_s and f.start_s < until_s]
    spoken = [word for fact in said for word in _words(fact, at_s, until_s)]
    share = said_share(cue.say, [token for word in spoken for token in tokens(word.text)])
    unheard = not said and any(
        f.role == "agent" and f.at_s > at_s and f.start_s < until_s for f in log.of(SpeechEnded)
    )
    did = "unknown" if unheard else _did(log, written.get(cue.card_id), said, share, end)
    return CardReview(
        cue_id=cue.cue_id,
        card_id=cue.card_id,
        kind=cue.kind,
        priority=cue.priority,
        at_s=at_s,
        withheld=withheld,
        left=end.reason if end else None,
        left_at_s=end.known_at_s if end else None,
        why=cue.why,
        say=cue.say,
        next=cue.next,
        avoid=cue.avoid,
        did=did,
        said_share=None if did == "unknown" else round(share, 3),
        agent=() if did == "unknown" else tuple(log.whole(fact) for fact in said[:MOST_LINES]),
        before=caller_at(log, at_s),
        after=caller_at(log, min(until_s, max(at_s, log.end_s))),
    )


def _did(
    log: CallLog, card: Card | None, said: Sequence[WordsFinal], share: float, end: CueLeft | None
) -> Did:
    words = log.started is not None and log.started.words and "demo_words" not in log.degraded
    if not words or not log.told_apart:
        return "unknown"
    if share >= SAID:
        return "said"
    if end is not None and end.reason == "said":
        return "similar"
    ways = {card.way, *card.done_by} - {""} if card is not None else set()
    labels = {name for fact in said for name in log.read(fact, "agent").labels}
    if share >= SIMILAR or ways & labels:
        return "similar"
    return "other" if said else "silent"


def caller_at(log: CallLog, at_s: float) -> CallerThen:
    """Tell how the caller was, as far as it was known then."""
    index = [e for e in log.of(IndexChanged) if e.known_at_s <= at_s]
    states = [e for e in log.of(StateChanged) if e.known_at_s <= at_s]
    stages = [e for e in log.of(StageChanged) if e.known_at_s <= at_s]
    gave_up = [e for e in log.of(Withdrawal) if e.known_at_s <= at_s]
    known = bool(index) and index[-1].index is not None
    return CallerThen(
        at_s=round(at_s, 1),
        state=(states[-1].state if states else "calm") if known else None,
        index=index[-1].index if known else None,
        stage=stages[-1].stage if stages else "calm",
        withdrawn=bool(gave_up) and gave_up[-1].on,
    )


def _words(fact: WordsFinal, from_s: float, to_s: float) -> Sequence[Word]:
    return [word for word in fact.words if from_s <= word.start_s < to_s]
