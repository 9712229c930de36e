"""What the facts say about the caller: index, state, withdrawal, and what cards look at.

Only the caller's own facts count. Of the agent nothing is taken but whether they speak; who
cannot be told apart from the agent has neither index nor state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from voice.events import (
    BaselineReset,
    CallStarted,
    Degraded,
    Fact,
    Hold,
    Language,
    Overlap,
    Paused,
    ProsodyWindow,
    Role,
    Silence,
    SpeechEnded,
    SpeechStarted,
    TurnEnded,
    WordsFinal,
)

from .advice import Advice, IndexChanged, IndexNone, StateCause, StateChanged, Withdrawal
from .baseline import FEATURES
from .evidence import Evidence
from .index import AnxietyIndex
from .objections import PREFIX
from .playbook import Playbook
from .signals import Signals
from .state import TensionState
from .thresholds import Thresholds
from .understood import Understood
from .withdrawal import WithdrawalDetector

_VOICE = frozenset(feature.name for feature in FEATURES)


class Caller:
    """The caller of one call, as far as the facts tell.

    Parameters
    ----------
    roles, language, playbook, thresholds
        See :class:`~coaching.coach.Coach`.
    """

    def __init__(
        self,
        roles: Sequence[Role],
        language: Language | None,
        playbook: Playbook,
        thresholds: Thresholds,
    ) -> None:
        known = len(roles) > 1 and roles.count("caller") == 1
        self._track = roles.index("caller") if known else None
        self._unknown: IndexNone = "mono" if len(roles) == 1 else "unknown_role"
        self._index = AnxietyIndex(language, thresholds)
        self._evidence = Evidence(thresholds)
        self._state = TensionState(thresholds)
        self._withdrawal = WithdrawalDetector(thresholds)
        self.signals = Signals(thresholds)
        urgent = [card for card in playbook.cards if card.priority == "P0"]
        self._urgent = frozenset(w.heard for card in urgent for w in card.when if w.heard)
        self._tense_from = thresholds.state_on
        self._told_none = False
        self._words_count = True
        self._objected: frozenset[str] = frozenset()

    def take(self, fact: Fact, now_s: float, told: list[Advice]) -> None:
        """Take a fact; what follows from it about the caller is appended to ``told``."""
        take = _TAKERS.get(type(fact))
        if take is not None:
            take(self, fact, now_s, told)

    def opt_out(self, now_s: float, told: list[Advice]) -> None:
        """The caller does not want to be analysed."""
        self._told_none = False
        self._drop_index("opted_out", now_s, told)

    def may_hear(self, fact: Fact) -> bool:
        """Tell whether the conversation counts: it is known who speaks, and to whom."""
        if isinstance(fact, WordsFinal) and (not self._words_count or fact.role == "unknown"):
            return False
        return self._track is not None and not self._deaf

    @property
    def _deaf(self) -> bool:
        return self.signals.paused or self.signals.on_hold

    def _is_caller(self, fact: Fact) -> bool:
        known = self._track is not None and fact.role == "caller"
        return known and fact.track in (None, self._track)

    def _started(self, fact: CallStarted, now_s: float, told: list[Advice]) -> None:
        if self._track is None:
            self._drop_index(self._unknown, now_s, told)

    def _degraded(self, fact: Degraded, now_s: float, told: list[Advice]) -> None:
        reason = fact.reason
        if reason == "mono" or reason == "identical_channels" or reason == "unknown_role":
            self._track = None
            self._forget(fact, now_s, told, "no_index")
            self._drop_index(reason, now_s, told)
        elif reason == "demo_words":
            self._words_count = False

    def _prosody(self, fact: ProsodyWindow, now_s: float, told: list[Advice]) -> None:
        if self._deaf or not self._is_caller(fact):
            return
        reading = self._index.read(fact, self._evidence.drivers(now_s))
        if reading is None:
            return
        told.append(
            IndexChanged(
                at_s=fact.at_s,
                known_at_s=now_s,
                track=fact.track,
                role=fact.role,
                index=round(reading.level),
                score=reading.score,
                leaning=self.signals.leaning(now_s)[0],
                drivers=reading.drivers,
                baseline_s=round(self._index.baseline.voiced_s, 1),
            )
        )
        signals = self.signals
        signals.strong, signals.drivers = reading.strong, reading.drivers
        signals.top_driver = next(d.name for d in reading.drivers if d.name in _VOICE)
        if reading.accepted:
            # what was taken for tension is how this caller sounds
            signals.last_tense_s = None
            if self._state.state == "tense":
                self._state.reset(now_s)
                self._tell_state(fact, now_s, told, "learned")
            return
        if self._state.update(at_s=fact.at_s, speech_s=reading.speech_s, index=reading.level):
            self._tell_state(fact, now_s, told)
        if self._state.state == "tense" and reading.moment >= self._tense_from:
            signals.last_tense_s = now_s

    def _turn(self, fact: TurnEnded, now_s: float, told: list[Advice]) -> None:
        if self._deaf or not self._is_caller(fact):
            return
        self._evidence.answer(fact.response_s, now_s)
        if self._withdrawal.turn(now_s, fact):
            self._tell_withdrawal(fact, now_s, told)

    def words(
        self, understood: Understood, now_s: float, told: list[Advice], *, offered: bool
    ) -> None:
        """Take the words of an utterance that is not the agent's.

        Parameters
        ----------
        understood
            What it says.
        now_s
            Media time at which it is known.
        told
            What follows is appended.
        offered
            Whether it answers an offer of the agent.
        """
        fact, lists = understood.fact, understood.labels
        if not self._words_count or self.signals.paused:
            return
        if self.signals.on_hold or not self._is_caller(fact):
            # Who spoke, or to whom, is not known: only what cannot wait is a reason for a card.
            self.signals.heard(lists & self._urgent, now_s)
            return
        self.signals.heard(self._reasons(understood, now_s, offered), now_s)
        self._evidence.words(fact.text, lists, now_s)
        gives_up, declines = "gives_up" in lists, "declines" in lists
        if self._withdrawal.heard(now_s, gives_up=gives_up, declines=declines):
            self._tell_withdrawal(fact, now_s, told)

    def _reasons(self, understood: Understood, now_s: float, offered: bool) -> frozenset[str]:
        """Give the labels that are reasons for cards.

        An objection that only the classifier hears is counted, and is a reason if something else
        speaks for it: it answers an offer, the caller is tense or upset, or objected so before.
        """
        labels, signals = understood.labels, self.signals
        objections = frozenset(name for name in labels if name.startswith(PREFIX))
        weak = (objections & understood.by_model) - self._objected
        self._objected |= objections
        backed = offered or signals.state == "tense" or signals.stage != "calm"
        return labels if backed else labels - weak

    def _speech(self, fact: SpeechStarted | SpeechEnded, now_s: float, told: list[Advice]) -> None:
        self.signals.speech(fact)

    def _silence(self, fact: Silence, now_s: float, told: list[Advice]) -> None:
        if not self._deaf:
            self.signals.silence(fact)

    def _overlap(self, fact: Overlap, now_s: float, told: list[Advice]) -> None:
        if not self._deaf and self._is_caller(fact) and fact.barge_in:
            self.signals.barge_ins_s.append(now_s)
            self._evidence.interruption(now_s)

    def _new_voice(self, fact: BaselineReset, now_s: float, told: list[Advice]) -> None:
        if self._is_caller(fact):
            self._forget(fact, now_s, told, "new_voice")

    def _hold(self, fact: Hold, now_s: float, told: list[Advice]) -> None:
        self.signals.on_hold = fact.on
        self.signals.silence_after_agent_s = None

    def _paused(self, fact: Paused, now_s: float, told: list[Advice]) -> None:
        self.signals.paused = fact.on
        self.signals.silence_after_agent_s = None
        self.signals.agent_speaking = False

    def _forget(self, fact: Fact, now_s: float, told: list[Advice], cause: StateCause) -> None:
        was_tense, had_withdrawn = self._state.state == "tense", self._withdrawal.on
        self._index.reset()
        self._evidence.reset()
        self._state.reset(now_s)
        self._withdrawal.reset()
        self._objected = frozenset()
        self.signals.forget_caller(now_s)
        if was_tense:
            self._tell_state(fact, now_s, told, cause)
        if had_withdrawn:
            self._tell_withdrawal(fact, now_s, told)

    def _drop_index(self, reason: IndexNone, now_s: float, told: list[Advice]) -> None:
        if not self._told_none:  # the first reason is enough
            self._told_none = True
            told.append(IndexChanged(at_s=now_s, known_at_s=now_s, index=None, reason=reason))

    def _tell_state(
        self, fact: Fact, now_s: float, told: list[Advice], cause: StateCause = "heard"
    ) -> None:
        self.signals.state = self._state.state
        self.signals.state_since_s = self._state.since_s
        told.append(
            StateChanged(
                at_s=fact.at_s,
                known_at_s=now_s,
                track=fact.track,
                role=fact.role,
                state=self._state.state,
                since_s=self._state.since_s,
                cause=cause,
                leaning=self.signals.leaning(now_s)[0],
            )
        )

    def _tell_withdrawal(self, fact: Fact, now_s: float, told: list[Advice]) -> None:
        self.signals.withdrawal = self._withdrawal.on
        told.append(
            Withdrawal(
                at_s=fact.at_s,
                known_at_s=now_s,
                track=fact.track,
                role=fact.role,
                on=self._withdrawal.on,
                reasons=self._withdrawal.reasons,
            )
        )


_TAKERS: dict[type[Fact], Callable[[Caller, Any, float, list[Advice]], None]] = {
    CallStarted: Caller._started,
    Degraded: Caller._degraded,
    ProsodyWindow: Caller._prosody,
    TurnEnded: Caller._turn,
    SpeechStarted: Caller._speech,
    SpeechEnded: Caller._speech,
    Silence: Caller._silence,
    Overlap: Caller._overlap,
    BaselineReset: Caller._new_voice,
    Hold: Caller._hold,
    Paused: Caller._paused,
}
"""What is done with each kind of fact; the others do not matter; final words come to
:meth:`Caller.words`, understood."""
