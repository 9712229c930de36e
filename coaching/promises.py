"""What the agent has promised, and until when: quoted, so that it can be kept."""

from __future__ import annotations

from .advice import PromiseMade
from .said import alike
from .understood import Understood


class Promises:
    """Collects the promises of the agent, each once."""

    def __init__(self) -> None:
        self._quotes: list[str] = []

    def take(self, understood: Understood, now_s: float) -> list[PromiseMade]:
        """Take an utterance of the agent; give what it promises."""
        fact, told = understood.fact, []
        for place, hit in enumerate(hits := understood.hits.get("promise", ())):
            quote = understood.quote(hit)
            if any(alike(quote, earlier) for earlier in self._quotes):
                continue
            self._quotes.append(quote)
            # A time belongs to the promise before it, or to the first one.
            begin = hit.start if place else 0
            end = hits[place + 1].start if place + 1 < len(hits) else len(fact.text)
            due = next((d for d in understood.hits.get("due", ()) if begin <= d.start < end), None)
            told.append(
                PromiseMade(
                    at_s=fact.at_s,
                    known_at_s=now_s,
                    track=fact.track,
                    role=fact.role,
                    utterance_id=fact.utterance_id,
                    quote=quote,
                    due=fact.text[due.start : due.end] if due else None,
                    start_s=understood.starts_s(hit),
                )
            )
        return told
