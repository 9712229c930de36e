"""Which card, if any, a moment calls for.

Cards of one ``topic`` answer the same cause in different ways; for a cause one of them is chosen,
the uppermost that

- was not shown in this call before,
- is not a way that the agent has tried or the caller has turned down, and
- is not what the agent is doing anyway (then the cause is answered, and nothing is raised).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from .cards import Card
from .conditions import Answer, check, groups_of
from .playbook import Playbook
from .signals import NEVER, Signals
from .thresholds import Thresholds

_EPS_S = 1e-6
Against = Literal["shown_before", "turned_down", "tried", "done"]
REFUSALS = ("refuses", "declines")
"""Labels of the caller that turn down what was just offered."""


class Chosen(NamedTuple):
    """A card that a cause calls for."""

    card: Card
    cause_s: float


class Choice:
    """Chooses the cards of one call.

    Parameters
    ----------
    playbook, thresholds
        Cards in order of rank, and settings.
    """

    def __init__(self, playbook: Playbook, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._cards = playbook.cards
        self._groups = [frozenset(g for w in c.when for g in groups_of(w)) for c in self._cards]
        self._answers = [Answer(0, NEVER)] * len(self._cards)
        self._causes: dict[str, float] = {}  # cards that apply, since when
        self._topics: dict[str, int] = {}  # how many cards of each topic apply
        self._answered: set[str] = set()  # topics whose cause was answered
        self._not_before_s: dict[str, float] = {}
        self._refused: set[str] = set()
        self._last_way: tuple[str, float] | None = None
        self._seen: dict[str, object] = {}
        self._soonest_s = 0.0
        self.due_s = 0.0
        """When :meth:`step` may choose something without a new fact."""

    def since_s(self, card: Card) -> float | None:
        """Give since when the cause of a card is there; ``None`` if it is not."""
        return self._causes.get(card.id)

    def against(self, card: Card, signals: Signals, now_s: float) -> Against | None:
        """Tell what speaks against a card although it applies."""
        if now_s < self._not_before_s.get(card.id, 0.0) - _EPS_S:
            return "shown_before"
        since_s = self._causes.get(card.id, now_s) - self._t.agent_memory_s
        if self.done(card, signals, since_s):
            return "done"
        if card.way and card.way in self._refused:
            return "turned_down"
        return "tried" if card.way and card.way in signals.said_s else None

    def answered(self, card: Card) -> bool:
        """Tell whether the cause of a card had its answer."""
        return (card.topic or card.id) in self._answered

    def done(self, card: Card, signals: Signals, since_s: float) -> bool:
        """Tell whether the agent has done by their own words what a card is for."""
        return any(signals.said_s.get(name, (-NEVER,))[-1] >= since_s for name in card.done_by)

    def step(self, now_s: float, signals: Signals) -> list[Chosen]:
        """Choose the cards that this tick calls for, highest rank first."""
        self._watch_refusals(now_s, signals)
        self._judge(now_s, signals)
        self.due_s = self._soonest_s
        if len(self._answered) == len(self._topics):
            return []
        chosen: list[Chosen] = []
        open_ = {topic for topic in self._topics if topic not in self._answered}
        for card, answer in zip(self._cards, self._answers, strict=True):
            topic = card.topic or card.id
            if not answer.drivers or topic not in open_:
                continue
            cause_s = self._causes[card.id]
            against = self.against(card, signals, now_s)
            if against is not None:
                if against == "done":
                    open_.discard(topic)
                    self._answered.add(topic)
                continue
            open_.discard(topic)
            enough_s = cause_s
            if card.priority != "P0" and answer.drivers < self._t.cue_drivers:
                enough_s += self._t.cue_dwell_s
            if card.priority != "P0" and of_tension(card, signals):
                # who is tense from the first word on may be so still when the first card may come
                cause_s = max(cause_s, self._t.cue_first_s)
                enough_s = max(enough_s, cause_s)
            if now_s < enough_s - _EPS_S:
                self.due_s = min(self.due_s, enough_s)
                continue
            self._answered.add(topic)
            chosen.append(Chosen(card, cause_s))
        self._answered |= open_  # all that could be said to it was said
        return chosen

    def shown(self, card: Card, now_s: float) -> None:
        """Note that a card was shown (or withheld)."""
        p0 = card.priority == "P0"
        wait_s = self._t.cue_same_p0_s if p0 else self._t.cue_same_card_s
        self._not_before_s[card.id] = max(self._not_before_s.get(card.id, 0.0), now_s + wait_s)
        if card.way:
            self._last_way = (card.way, now_s)

    def wrong(self, card: Card) -> None:
        """Note that the agent called a card wrong: it does not come back."""
        self._not_before_s[card.id] = NEVER

    def clear(self) -> None:
        """Forget all causes."""
        self._causes.clear()
        self._topics.clear()
        self._answered.clear()
        self._answers = [Answer(0, NEVER)] * len(self._cards)
        self._seen = {}

    def _watch_refusals(self, now_s: float, signals: Signals) -> None:
        if self._last_way is None:
            return
        way, shown_s = self._last_way
        if any(signals.heard_s.get(name, (-NEVER,))[-1] > shown_s for name in REFUSALS):
            self._refused.add(way)
        elif now_s < shown_s + self._t.agent_memory_s:
            return
        self._last_way = None

    def _judge(self, now_s: float, signals: Signals) -> None:
        """Check the cards of which something has changed."""
        seen = signals.groups()
        changed = {name for name, value in seen.items() if self._seen.get(name, self) != value}
        self._seen = seen
        if not changed and now_s < self._soonest_s - _EPS_S:
            return
        soonest_s = NEVER
        for place, card in enumerate(self._cards):
            answer = self._answers[place]
            if now_s >= answer.due_s - _EPS_S or not changed.isdisjoint(self._groups[place]):
                lines = [check(when, signals, self._t, now_s) for when in card.when]
                answer = Answer(max(x.drivers for x in lines), min(x.due_s for x in lines))
                self._note(card, bool(self._answers[place].drivers), bool(answer.drivers), now_s)
                self._answers[place] = answer
            soonest_s = min(soonest_s, answer.due_s)
        self._soonest_s = soonest_s

    def _note(self, card: Card, was: bool, holds: bool, now_s: float) -> None:
        if was == holds:
            return
        topic = card.topic or card.id
        count = self._topics.get(topic, 0) + (1 if holds else -1)
        if holds:
            self._causes[card.id] = now_s
        else:
            del self._causes[card.id]
        if count:
            self._topics[topic] = count
        else:
            del self._topics[topic]
            self._answered.discard(topic)


def of_tension(card: Card, signals: Signals) -> bool:
    """Tell whether a card has the tension in the voice for a reason now."""
    return signals.state == "tense" and any(when.state == "tense" for when in card.when)
