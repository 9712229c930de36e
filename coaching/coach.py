"""The coach: one call's facts in, advice out, tick by tick.

A pure function of its inputs: the same facts in the same ticks give the same advice, live, in a
review, in the archive and when stored facts are scored again. Ticks in which nothing happens may
be left out; what is due in between is decided for the tick in which it was due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil

from voice.clock import TICKS_PER_S
from voice.events import (
    CallEnded,
    Fact,
    Language,
    Pressed,
    Role,
    WordsFinal,
    WordsUnderstood,
)

from .advice import Advice, HelpWanted
from .caller import Caller
from .conversation import Conversation, Direction
from .delivery import Delivery
from .phrases import tokens
from .playbook import Playbook
from .signals import NEVER, Signals
from .thresholds import Thresholds
from .understood import Reader
from .verdicts import Verdict, verdicts


class Coach:
    """Advice for one call.

    Parameters
    ----------
    roles
        Who speaks on each track. Without exactly one ``caller`` beside somebody else there is no
        index.
    language
        Language of the call; ``None`` while it is not known.
    playbook
        The cards.
    thresholds
        All settings.
    call_id
        Seeds the holdout.
    shadow
        Compute cues and show none.
    holdout
        Share of cues withheld, 0 to 1.
    direction
        Who called whom.

    Raises
    ------
    ValueError
        If ``holdout`` is not a share.
    """

    def __init__(
        self,
        roles: Sequence[Role],
        language: Language | None,
        playbook: Playbook,
        thresholds: Thresholds,
        *,
        call_id: str,
        shadow: bool = False,
        holdout: float = 0.0,
        direction: Direction = "inbound",
    ) -> None:
        if not 0.0 <= holdout <= 1.0:
            raise ValueError(f"holdout: {holdout} is not from 0 to 1")
        self._book, self._t = playbook, thresholds
        self._caller = Caller(roles, language, playbook, thresholds)
        self._reader = Reader(playbook)
        self._conversation = Conversation(
            self._caller.signals,
            thresholds,
            direction=direction,
            most_compensation=playbook.limits.compensation,
        )
        self._delivery = Delivery(
            playbook, thresholds, call_id=call_id, shadow=shadow, holdout=holdout
        )
        self._over = False
        self._last_tick = -1
        self._due_tick: float = 0

    def tick(self, now_s: float, facts: Sequence[Fact]) -> list[Advice]:
        """Decide one tick of 100 ms.

        Parameters
        ----------
        now_s
            Media time of the tick: a multiple of 0.1 s, later than that of the last call. Ticks
            without facts may be left out.
        facts
            All facts that became known in this tick, in order.

        Returns
        -------
        list of Advice
            In order. After ``CallEnded``, or once the caller has opted out, there is none.
        """
        tick = round(now_s * TICKS_PER_S)
        if not facts and tick < self._due_tick:
            return []
        told: list[Advice] = []
        while self._due_tick < tick:
            between = max(int(self._due_tick), self._last_tick + 1)
            if between >= tick:
                break
            self._decide(between, (), told)
        self._decide(tick, facts, told)
        return told

    def verdicts(self) -> list[Verdict]:
        """Explain the last tick: what each card that applies makes of it."""
        now_s = max(0, self._last_tick) / TICKS_PER_S
        return verdicts(self._book, self._delivery.choice, self._caller.signals, self._t, now_s)

    @property
    def signals(self) -> Signals:
        """What cards look at, as it is after the last tick."""
        return self._caller.signals

    def _decide(self, tick: int, facts: Sequence[Fact], told: list[Advice]) -> None:
        self._last_tick = tick
        now_s = tick / TICKS_PER_S
        meant = {fact.utterance_id: fact for fact in facts if isinstance(fact, WordsUnderstood)}
        for fact in facts:
            if self._over:
                break
            if isinstance(fact, WordsFinal):
                self._words(fact, meant.get(fact.utterance_id), now_s, told)
            elif not isinstance(fact, WordsUnderstood):
                self._take(fact, now_s, told)
        self._due_tick = NEVER
        if not self._over:
            self._conversation.step(now_s, told)
            told += self._delivery.step(now_s, self._caller.signals)
            due_s = min(self._delivery.due_s, self._conversation.due_s)
            if due_s < NEVER:
                self._due_tick = ceil(due_s * TICKS_PER_S - 1e-5)

    def _take(self, fact: Fact, now_s: float, told: list[Advice]) -> None:
        if isinstance(fact, Pressed):
            self._pressed(fact, now_s, told)
        elif isinstance(fact, CallEnded):
            told += self._delivery.clear(now_s, "ended")
            self._conversation.end(fact, now_s, told)
            self._over = True
        else:
            self._caller.take(fact, now_s, told)
            if self._caller.may_hear(fact):
                self._conversation.take(fact, now_s, told)

    def _words(
        self, fact: WordsFinal, meant: WordsUnderstood | None, now_s: float, told: list[Advice]
    ) -> None:
        understood = self._reader.read(fact, meant)
        if fact.role == "agent":
            self._delivery.heard([(word.start_s, tokens(word.text)) for word in fact.words])
        else:
            self._caller.words(understood, now_s, told, offered=self._conversation.offered)
        if self._caller.may_hear(fact):
            self._conversation.words(understood, now_s, told)

    def _pressed(self, fact: Pressed, now_s: float, told: list[Advice]) -> None:
        if fact.key == "not_now" or fact.key == "wrong":
            told += self._delivery.pressed(now_s, fact.key, fact.cue_id)
        elif fact.key == "quiet_on" or fact.key == "quiet_off":
            told += self._delivery.quiet(now_s, fact.key == "quiet_on")
        elif fact.key == "help":
            told.append(HelpWanted(at_s=fact.at_s, known_at_s=now_s, reason="pressed"))
        elif fact.key == "opted_out":
            told += self._delivery.clear(now_s, "stopped")
            self._caller.opt_out(now_s, told)
            self._over = True


def replay(
    facts: Iterable[Fact],
    roles: Sequence[Role],
    language: Language | None,
    playbook: Playbook,
    thresholds: Thresholds,
    *,
    call_id: str,
    shadow: bool = False,
    holdout: float = 0.0,
    direction: Direction = "inbound",
) -> list[Advice]:
    """Give the advice of a whole call from its stored facts, in log order.

    The other parameters are those of :class:`Coach`.
    """
    coach = Coach(
        roles,
        language,
        playbook,
        thresholds,
        call_id=call_id,
        shadow=shadow,
        holdout=holdout,
        direction=direction,
    )
    told: list[Advice] = []
    for now_s, group in groupby(facts, key=lambda fact: fact.known_at_s):
        told += coach.tick(now_s, list(group))
    return told
