"""What an utterance says: the one place where words become labels.

Detectors ask :class:`Understood` and never look at words themselves. Labels come from the phrases
of the playbook and, where there is one, from a classifier that knows more ways of saying the same
(:class:`Understanding`); a detector does not see which of the two it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from voice.events import WordsFinal

from .finder import Hit
from .playbook import Playbook
from .said import clause, starts_s

DOUBT = "objection_results"
"""Label of a caller who doubts that it will work."""


class Place(Protocol):
    """Where a text says something: ``text[start:end]``."""

    @property
    def start(self) -> int:
        """First character."""
        ...

    @property
    def end(self) -> int:
        """Behind the last one."""
        ...


class Understanding(Protocol):
    """A classifier of utterances; :class:`coaching.understanding.Understanding` is one."""

    def heard(self, text: str, speaker: Literal["caller", "agent"]) -> Mapping[str, float]:
        """Give what is said with enough certainty."""
        ...

    def spans(self, text: str, label: str) -> Sequence[Place]:
        """Find the words to quote for it."""
        ...


@dataclass(frozen=True, slots=True)
class Understood:
    """An utterance and what it says.

    Attributes
    ----------
    fact
        The words.
    hits
        For each label the places that say so, in order; the whole text where only the classifier
        says it.
    """

    fact: WordsFinal
    hits: Mapping[str, tuple[Hit, ...]]

    @property
    def labels(self) -> frozenset[str]:
        """All that it says."""
        return frozenset(self.hits)

    def first(self, names: Sequence[str]) -> Hit | None:
        """Find the first of some labels that it says; earlier names go first."""
        return next((self.hits[name][0] for name in names if name in self.hits), None)

    def quote(self, hit: Hit) -> str:
        """Quote the words around a place."""
        return clause(self.fact.text, hit.start, hit.end)

    def starts_s(self, hit: Hit) -> float:
        """Give when a place was said."""
        return starts_s(self.fact, hit.start)


class Reader:
    """Understands the utterances of one call.

    Parameters
    ----------
    playbook
        Its phrases: ``phrases`` for the caller's words, ``agent`` for the agent's.
    understanding
        The classifier of the call's language; without it phrases alone count.
    """

    def __init__(self, playbook: Playbook, understanding: Understanding | None = None) -> None:
        self._book = playbook
        self._understanding = understanding

    def read(self, fact: WordsFinal) -> Understood:
        """Understand an utterance; whose it is decides which labels it can have."""
        book, text = self._book, fact.text
        speaker: Literal["caller", "agent"] = "agent" if fact.role == "agent" else "caller"
        finder = book.agent_finder if speaker == "agent" else book.caller_finder
        hits: dict[str, tuple[Hit, ...]] = {}
        for hit in finder.find(text):
            hits[hit.name] = (*hits.get(hit.name, ()), hit)
        if self._understanding is not None:
            known = book.agent if speaker == "agent" else book.phrases
            for name in self._understanding.heard(text, speaker):
                if name in known and name not in hits:
                    places = self._understanding.spans(text, name)
                    start, end = (places[0].start, places[0].end) if places else (0, len(text))
                    hits[name] = (Hit(name, start, end),)
        return Understood(fact, _settled(hits))


def _settled(hits: Mapping[str, tuple[Hit, ...]]) -> Mapping[str, tuple[Hit, ...]]:
    """Leave out a doubt that is settled in the same breath: "Really? All right, that helps."."""
    doubts = hits.get(DOUBT, ())
    accepted = max((hit.start for hit in hits.get("accepts", ())), default=-1)
    if not doubts or doubts[-1].end > accepted:
        return hits
    return {name: found for name, found in hits.items() if name != DOUBT}
