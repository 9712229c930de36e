"""What an utterance says: the one place where words become labels.

Detectors ask :class:`Understood` and never look at words themselves. Labels come from the phrases
of the playbook and, where there is one, from a classifier that knows more ways of saying the same
(:class:`Understanding`); a detector does not see which of the two it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from voice.events import Language, WordsFinal

from .finder import Hit
from .playbook import Playbook
from .said import clause, starts_s


class Understanding(Protocol):
    """A classifier of utterances."""

    def classes(self, text: str, language: str) -> Mapping[str, float]:
        """Give the probability of each class it knows, 0 to 1."""
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
    language
        Language of the call.
    understanding
        The classifier; without it phrases alone count.
    sure
        Probability from which the classifier is believed.
    """

    def __init__(
        self,
        playbook: Playbook,
        language: Language | None,
        understanding: Understanding | None = None,
        *,
        sure: float = 1.0,
    ) -> None:
        self._book = playbook
        self._language = language or playbook.language
        self._understanding = understanding
        self._sure = sure

    def read(self, fact: WordsFinal) -> Understood:
        """Understand an utterance; whose it is decides which labels it can have."""
        agents = fact.role == "agent"
        book = self._book
        hits: dict[str, tuple[Hit, ...]] = {}
        for hit in (book.agent_finder if agents else book.caller_finder).find(fact.text):
            hits[hit.name] = (*hits.get(hit.name, ()), hit)
        if self._understanding is not None:
            known = book.agent if agents else book.phrases
            classes = self._understanding.classes(fact.text, self._language)
            for name, probability in sorted(classes.items()):
                if probability >= self._sure and name in known and name not in hits:
                    hits[name] = (Hit(name, 0, len(fact.text)),)
        return Understood(fact, hits)
