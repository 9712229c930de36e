"""What the caller has told: what, since when, until when, with what consequence, what was tried.

Told once to the agent, quoted in the caller's own words, so that nobody has to ask again.
"""

from __future__ import annotations

from voice.events import WordsFinal

from .advice import FactHeard, FactKind
from .said import alike
from .understood import Understood

# Where a clause tells several things, the first of these is the one that matters most.
KINDS: tuple[FactKind, ...] = ("deadline", "consequence", "tried", "what", "when")
PREFIX = "told_"


class ToldFacts:
    """Collects what the caller tells, each thing once."""

    def __init__(self) -> None:
        self._quotes: list[str] = []

    def take(self, understood: Understood, now_s: float) -> list[FactHeard]:
        """Take an utterance of the caller; give what it tells that was not told before."""
        told: list[FactHeard] = []
        fact = understood.fact
        for kind in KINDS:
            for hit in understood.hits.get(PREFIX + kind, ()):
                quote = understood.quote(hit)
                if not any(alike(quote, earlier) for earlier in self._quotes):
                    self._quotes.append(quote)
                    told.append(_heard(fact, now_s, kind, quote, understood.starts_s(hit)))
        return sorted(told, key=lambda event: event.start_s)


def _heard(fact: WordsFinal, now_s: float, kind: FactKind, quote: str, start_s: float) -> FactHeard:
    return FactHeard(
        at_s=fact.at_s,
        known_at_s=now_s,
        track=fact.track,
        role=fact.role,
        utterance_id=fact.utterance_id,
        kind=kind,
        quote=quote,
        start_s=start_s,
    )
