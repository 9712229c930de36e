"""A call's log as a review reads it: events by kind, utterances, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from voice.events import CallEnded, CallStarted, Degraded, Fact, Pressed, Role, WordsFinal

from ..advice import Advice, FactHeard, IndexChanged, PromiseMade
from ..finder import Hit
from ..playbook import Playbook
from ..promises import Promises
from ..said import clause
from ..session import Logged
from ..told import ToldFacts
from ..understood import Reader, Understood
from .values import Line

E = TypeVar("E", bound=Fact | Advice)
NOTE_READS = frozenset({
    "asks_for", "says_solved", "says_unsolved", "says_yes", "says_no", "hedges", "promise_broken",
})  # fmt: skip
"""Lists of the caller's phrases that a review alone reads."""
NOTE_READS_OF_AGENT = frozenset({"asks_if_solved", "sums_up"})
QUOTE = 160
"""Characters of a quoted clause at most; a Hanzi counts as two."""


class CallLog:
    """The log of one call, whole or cut anywhere.

    Parameters
    ----------
    events
        In log order.
    playbook
        Its phrases say what utterances mean.
    """

    def __init__(self, events: Sequence[Logged], playbook: Playbook) -> None:
        self.events = tuple(logged.event for logged in events)
        self._kinds: dict[type[object], list[Fact | Advice]] = {}
        for event in self.events:
            self._kinds.setdefault(type(event), []).append(event)
        self._reader = Reader(playbook)
        self._read: dict[tuple[str, Role], Understood] = {}

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """Give the events of one kind, in order."""
        return tuple(e for e in self._kinds.get(kind, ()) if isinstance(e, kind))

    @cached_property
    def started(self) -> CallStarted | None:
        """The first event; ``None`` if the log does not have it."""
        return next(iter(self.of(CallStarted)), None)

    @cached_property
    def ended(self) -> CallEnded | None:
        """The last one; ``None`` if the log is cut."""
        return next(iter(self.of(CallEnded)), None)

    @cached_property
    def end_s(self) -> float:
        """Length of the call, or the last second that the log knows of."""
        if self.ended is not None:
            return self.ended.at_s
        return max((event.at_s for event in self.events), default=0.0)

    @cached_property
    def degraded(self) -> frozenset[str]:
        """Reasons for which something is missing."""
        return frozenset(fact.reason for fact in self.of(Degraded))

    @cached_property
    def has_index(self) -> bool:
        """Whether the caller has an index at least for a part of the call."""
        return any(event.index is not None for event in self.of(IndexChanged))

    @cached_property
    def opted_out(self) -> bool:
        """Whether the caller did not want to be analysed."""
        return any(fact.key == "opted_out" for fact in self.of(Pressed))

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Who speaks on each track."""
        return self.started.roles if self.started else ()

    @cached_property
    def told_apart(self) -> bool:
        """Whether caller and agent are known: each has a track of their own."""
        alone = {"mono", "identical_channels", "unknown_role"} & self.degraded
        known = self.roles.count("caller") == 1 and "agent" in self.roles
        return known and not alone

    @cached_property
    def said(self) -> tuple[WordsFinal, ...]:
        """All utterances with words, in the order in which they began."""
        return tuple(
            sorted((f for f in self.of(WordsFinal) if f.text), key=lambda fact: fact.start_s)
        )

    @cached_property
    def by_id(self) -> dict[str, WordsFinal]:
        """Utterances with words by their id."""
        return {fact.utterance_id: fact for fact in self.said}

    def said_by(self, role: Role) -> tuple[WordsFinal, ...]:
        """Give the utterances of one side; of everybody where sides cannot be told apart."""
        return tuple(f for f in self.said if f.role == role or not self.told_apart)

    def read(self, fact: WordsFinal, role: Role) -> Understood:
        """Understand an utterance as the caller's or as the agent's."""
        known = self._read.get((fact.utterance_id, role))
        if known is None:
            spoken = fact if fact.role == role else replace(fact, role=role)
            known = self._read[fact.utterance_id, role] = self._reader.read(spoken)
        return known

    @cached_property
    def facts(self) -> tuple[FactHeard, ...]:
        """What the caller told; where nobody knows who the caller is, what was told at all."""
        if self.told_apart or "demo_words" in self.degraded:
            return self.of(FactHeard)
        told = ToldFacts()
        return tuple(
            event for f in self.said for event in told.take(self.read(f, "caller"), f.at_s)
        )

    @cached_property
    def promises(self) -> tuple[PromiseMade, ...]:
        """What the agent promised; where nobody knows who the agent is, what was promised."""
        if self.told_apart or "demo_words" in self.degraded:
            return self.of(PromiseMade)
        made = Promises()
        return tuple(event for f in self.said for event in made.take(self.read(f, "agent"), f.at_s))

    def hit(self, understood: Understood, names: Iterable[str]) -> Line | None:
        """Quote the first of some lists that an utterance says."""
        found = understood.first(tuple(names))
        return None if found is None else self.clause(understood, found)

    def clause(self, understood: Understood, hit: Hit) -> Line:
        """Quote the words around a hit."""
        fact = self.by_id.get(understood.fact.utterance_id, understood.fact)
        text = clause(fact.text, hit.start, hit.end, QUOTE)
        return _line(fact, text, understood.starts_s(hit), hit.name, (hit.start, hit.end))

    def quote(self, utterance_id: str | None, text: str, at_s: float, about: str) -> Line:
        """Give a quote of an event with its probability."""
        fact = self.by_id.get(utterance_id or "")
        if fact is None or not text:
            return Line(text=text, utterance_id=utterance_id, at_s=at_s, about=about)
        start = max(0, fact.text.find(text))
        return _line(fact, text, at_s, about, (start, start + len(text)))

    def whole(self, fact: WordsFinal, about: str = "") -> Line:
        """Quote an utterance as it is."""
        return _line(fact, fact.text, fact.start_s, about, (0, len(fact.text)))


def _line(fact: WordsFinal, text: str, at_s: float, about: str, span: tuple[int, int]) -> Line:
    return Line(
        text=text,
        utterance_id=fact.utterance_id,
        at_s=at_s,
        role=fact.role,
        probability=_probability(fact, *span),
        about=about,
    )


def _probability(fact: WordsFinal, start: int, end: int) -> float | None:
    """Give the mean probability of the words in ``fact.text[start:end]``."""
    found: list[float] = []
    cursor = 0
    for word in fact.words:
        text = word.text.strip()
        place = fact.text.find(text, cursor)
        if place < 0 or not text:
            continue
        cursor = place + len(text)
        if place < end and cursor > start:
            found.append(word.probability)
    if not found:
        found = [word.probability for word in fact.words]
    return round(sum(found) / len(found), 3) if found else None
