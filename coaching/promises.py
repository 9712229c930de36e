"""What the agent has promised, and until when: quoted, so that it can be kept."""

from __future__ import annotations

import re

from .advice import PromiseMade
from .said import alike
from .understood import Understood

STOPS = re.compile("[.?!;。？！；…]+")


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
            # A time belongs to the promise before it, or to the first one; one that opens a
            # sentence, to the promise behind it.
            begin = _sentence(fact.text, hits[place - 1].end, hit.start) if place else 0
            end = len(fact.text)
            if place + 1 < len(hits):
                end = _sentence(fact.text, hit.end, hits[place + 1].start)
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


def _sentence(text: str, start: int, end: int) -> int:
    """Give where the sentence begins that holds ``end``, if after ``start``; else ``end``."""
    stops = [stop.end() for stop in STOPS.finditer(text, start, end)]
    return stops[-1] if stops else end
