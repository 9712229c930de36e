"""What an utterance says: the one place where words become labels.

Detectors ask :class:`Understood` and never look at words themselves. Labels come from the phrases
of the playbook and from a classifier that knows more ways of saying the same. What it made of the
words is a fact (``WordsUnderstood``), told with them: the coach runs no classifier, so the same
facts give the same advice wherever there is none, or another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from voice.events import Language, Meaning, WordsFinal, WordsUnderstood

from .advice import Source
from .finder import Hit
from .playbook import Playbook
from .said import clause, starts_s

DOUBT = "objection_results"
"""Label of a caller who doubts that it will work."""


BY_PHRASES_ONLY = frozenset({"danger", "legal", "abuse"})
"""What starts a protocol or calls a supervisor: in real calls it is so rare that most of what a
classifier hears of it would be wrong."""


class Understanding(Protocol):
    """A classifier of utterances; :class:`coaching.understanding.Understanding` is one."""

    @property
    def language(self) -> Language:
        """Of the texts that it knows."""
        ...

    @property
    def engine(self) -> str:
        """Its name and version."""
        ...

    def meanings(self, text: str, speaker: Literal["caller", "agent"]) -> tuple[Meaning, ...]:
        """Give what is said with enough certainty, the most certain first."""
        ...


def understood_by(understanding: Understanding, fact: WordsFinal) -> WordsUnderstood | None:
    """Ask a classifier about an utterance; ``None`` if it has nothing to say.

    Whose words they are decides which classes they can have. Of an unknown speaker, and in another
    language than the classifier's, it is not asked.
    """
    if fact.role == "unknown" or fact.language != understanding.language:
        return None
    meanings = understanding.meanings(fact.text, fact.role)
    if not meanings:
        return None
    return WordsUnderstood(
        at_s=fact.at_s,
        known_at_s=fact.known_at_s,
        track=fact.track,
        role=fact.role,
        utterance_id=fact.utterance_id,
        meanings=meanings,
        engine=understanding.engine,
    )


@dataclass(frozen=True, slots=True)
class Understood:
    """An utterance and what it says.

    Attributes
    ----------
    fact
        The words.
    hits
        For each label the places that say so, in order.
    by_model
        Labels that only the classifier knows.
    """

    fact: WordsFinal
    hits: Mapping[str, tuple[Hit, ...]]
    by_model: frozenset[str] = frozenset()

    @property
    def labels(self) -> frozenset[str]:
        """All that it says."""
        return frozenset(self.hits)

    def source(self, label: str) -> Source:
        """Tell what knew a label."""
        return "model" if label in self.by_model else "phrases"

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
    """

    def __init__(self, playbook: Playbook) -> None:
        self._book = playbook

    def read(self, fact: WordsFinal, meant: WordsUnderstood | None = None) -> Understood:
        """Understand an utterance; whose it is decides which labels it can have.

        Parameters
        ----------
        fact
            The words.
        meant
            What a classifier made of them; without it phrases alone count.
        """
        book, text = self._book, fact.text
        speaker: Literal["caller", "agent"] = "agent" if fact.role == "agent" else "caller"
        finder = book.agent_finder if speaker == "agent" else book.caller_finder
        hits: dict[str, tuple[Hit, ...]] = {}
        look = finder.look(text)
        for hit in look.hits:
            hits[hit.name] = (*hits.get(hit.name, ()), hit)
        by_model = set()
        if meant is not None:
            known = book.agent if speaker == "agent" else book.phrases
            settled = BY_PHRASES_ONLY | hits.keys() | look.denied
            for one in meant.meanings:
                if one.label in known and one.label not in settled:
                    hits[one.label] = (Hit(one.label, one.start, one.end),)
                    by_model.add(one.label)
        return Understood(fact, _settled(hits), frozenset(by_model))


def _settled(hits: Mapping[str, tuple[Hit, ...]]) -> Mapping[str, tuple[Hit, ...]]:
    """Leave out a doubt that is settled in the same breath: "Really? All right, that helps."."""
    doubts = hits.get(DOUBT, ())
    accepted = max((hit.start for hit in hits.get("accepts", ())), default=-1)
    if not doubts or doubts[-1].end > accepted:
        return hits
    return {name: found for name, found in hits.items() if name != DOUBT}
