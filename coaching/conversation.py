"""What both say to each other, and what follows from it: one detector a file, tied together here.

After danger to life nothing is assessed any more: the protocol counts, and nobody is graded by how
they stood such a call.
"""

from __future__ import annotations

from typing import Literal

from voice.events import BaselineReset, CallEnded, Fact, Overlap, TurnEnded

from .advice import Advice, Risk, RiskHeard, Stage, StageChanged
from .conduct import Conduct
from .escalation import RULES, Escalation
from .finder import Hit
from .limits import over_limit
from .objections import Objections
from .phases import Phases
from .promises import Promises
from .repeated import RepeatedQuestions
from .signals import NEVER, Signals
from .stages import StageTracker
from .thresholds import Thresholds
from .told import ToldFacts
from .understood import Understood
from .what_else import WhatElse

Direction = Literal["inbound", "outbound"]
RISKS: tuple[Risk, ...] = ("danger", "legal", "abuse")
OFFERS_HELP = frozenset({"phase_opening", "asks_solved"})
"""To offer help at the begin and at the end is not to ask the same question twice."""
MANY_SUBJECTS = 3
"""Objections of so many kinds make a question complex."""


class Conversation:
    """The conversation of one call.

    Parameters
    ----------
    signals
        What cards look at; labels, stage and phase are written there.
    thresholds
        All settings.
    direction
        Who called whom.
    most_compensation
        What the agent may give alone; ``None`` where nobody said.
    """

    def __init__(
        self,
        signals: Signals,
        thresholds: Thresholds,
        *,
        direction: Direction = "inbound",
        most_compensation: float | None = None,
    ) -> None:
        self._signals = signals
        self._t = thresholds
        self._outbound = direction == "outbound"
        self._most = most_compensation
        self._told = ToldFacts()
        self._promises = Promises()
        self._phases = Phases()
        self._conduct = Conduct(thresholds)
        self._asked = RepeatedQuestions(thresholds.repeated_memory_s)  # by the agent
        self._escalation = Escalation()
        self._risks: dict[Risk, int] = {}
        self._assessed = True
        self._stage: Stage = "calm"
        self.forget_caller(0.0)

    @property
    def due_s(self) -> float:
        """When :meth:`step` may have something to say without a new fact."""
        return self._stages.due_s if self._assessed else NEVER

    def forget_caller(self, now_s: float) -> None:
        """Somebody else speaks now: what was found of the caller before does not count for them."""
        self._objections = Objections()
        self._questions = RepeatedQuestions(self._t.repeated_memory_s)
        self._what_else = WhatElse(self._t)
        self._stages = StageTracker(self._t)
        self._stages.reset(now_s)
        self._subjects: set[str] = set()
        self._tried = self._offered = False

    def words(self, understood: Understood, now_s: float, told: list[Advice]) -> None:
        """Take an utterance of the caller or the agent; what follows is appended to ``told``."""
        if understood.fact.role == "caller":
            self._caller(understood, now_s, told)
        else:
            self._agent(understood, now_s, told)

    def take(self, fact: Fact, now_s: float, told: list[Advice]) -> None:
        """Take a fact about who spoke when."""
        if not self._assessed:
            return
        told += self._conduct.take(fact, now_s)
        if isinstance(fact, BaselineReset) and fact.role == "caller":
            self.forget_caller(now_s)
        elif isinstance(fact, TurnEnded) and fact.role == "caller":
            hint = self._what_else.turn(fact, now_s, offered=self._offered)
            self._hint(hint, now_s, told)
        elif isinstance(fact, Overlap) and fact.role == "caller" and fact.barge_in:
            self._stages.heard(["barge_in"], now_s)

    def step(self, now_s: float, told: list[Advice]) -> None:
        """Decide what time and the facts of this tick make of the caller's stage."""
        if not self._assessed:
            return
        self._stages.judge(now_s)
        stage = self._stages.stage
        if stage == self._stage:
            return
        self._stage = self._signals.stage = stage
        self._signals.last_upset_s = now_s
        told.append(
            StageChanged(
                at_s=now_s,
                known_at_s=now_s,
                role="caller",
                stage=stage,
                since_s=self._stages.since_s,
                reasons=self._stages.reasons,
            )
        )
        if stage == "confrontational":
            told += self._escalation.because("confrontational", now_s, now_s)

    def end(self, fact: CallEnded, now_s: float, told: list[Advice]) -> None:
        """Sum up when the call is over."""
        if self._assessed:
            late = fact.at_s >= self._t.conduct_problem_s and self._late_problem
            told += self._conduct.end(fact, now_s, outbound=self._outbound, late=late)

    @property
    def _late_problem(self) -> bool:
        at_s = self._phases.at_s.get("problem")
        return at_s is None or at_s > self._t.conduct_problem_s

    def _caller(self, understood: Understood, now_s: float, told: list[Advice]) -> None:
        self._risk(understood, now_s, told)
        if not self._assessed:
            return
        fact, labels = understood.fact, understood.labels
        self._conduct.caller_said(fact.text)
        facts = self._told.take(understood, now_s)
        told += facts
        self._tried = self._tried or any(event.kind == "tried" for event in facts)
        self._escalation.urgent |= any(event.kind == "deadline" for event in facts)
        objections = self._objections.take(understood, now_s)
        told += objections
        self._subjects |= {event.subject for event in objections}
        heard = sorted(labels)
        again = self._questions.take(understood, now_s)
        if again is not None:
            told.append(again)
            heard.append("repeated_question")
            self._signals.heard(frozenset({"repeated_question"}), now_s)
        if self._signals.state == "tense":
            heard.append("tense")
        self._stages.heard(heard, now_s)
        self._hint(self._what_else.words(understood, now_s, offered=self._offered), now_s, told)
        self._offered = False
        self._asked.agent_spoke()
        rules = {
            "asks": "question" in labels or any(event.kind == "what" for event in facts),
            "objects": bool(objections),
            "asks_again": again is not None,
            "many_objections": len(self._subjects) >= MANY_SUBJECTS,
            "asked_for": "authority" in labels,
            "fault_after_trying": self._tried and bool(labels & {"told_what", "objection_product"}),
        }
        # the highest grade first, so that one utterance does not climb step by step
        for rule in sorted(rules, key=lambda rule: RULES[rule], reverse=True):
            if not rules[rule]:
                continue
            told += self._escalation.because(rule, fact.at_s, now_s)

    def _agent(self, understood: Understood, now_s: float, told: list[Advice]) -> None:
        fact, labels = understood.fact, understood.labels
        self._signals.agent_said(labels, now_s)
        told += self._phases.take(understood, now_s)
        self._signals.phase = self._phases.now
        promises = self._promises.take(understood, now_s)
        told += promises
        self._offered = self._offered or bool(labels & {"solution", "phase_options"})
        self._questions.agent_spoke()
        if over_limit(understood, self._most):
            self._signals.agent_said(frozenset({"over_limit"}), now_s)
            told += self._escalation.because("over_limit", fact.at_s, now_s)
        if not self._assessed:
            return
        told += self._conduct.words(understood, now_s)
        for made in promises:
            told += self._conduct.promised(understood, made.quote, made.due, made.start_s, now_s)
        again = None if labels & OFFERS_HELP else self._asked.take(understood, now_s)
        if again is not None:
            told.append(self._conduct.asked_again(understood, again.quote, again.start_s, now_s))

    def _hint(self, hint: Advice | None, now_s: float, told: list[Advice]) -> None:
        if hint is not None:
            told.append(hint)
            self._signals.heard(frozenset({"what_else"}), now_s)

    def _risk(self, understood: Understood, now_s: float, told: list[Advice]) -> None:
        fact = understood.fact
        for risk in RISKS:
            hit: Hit | None = understood.first([risk])
            if hit is None:
                continue
            times = self._risks[risk] = self._risks.get(risk, 0) + 1
            told.append(
                RiskHeard(
                    at_s=fact.at_s,
                    known_at_s=now_s,
                    track=fact.track,
                    role=fact.role,
                    risk=risk,
                    utterance_id=fact.utterance_id,
                    quote=understood.quote(hit),
                    times=times,
                    start_s=understood.starts_s(hit),
                )
            )
            if risk != "abuse" or times > 1:
                told += self._escalation.because(risk, fact.at_s, now_s)
            if risk == "danger":
                self._assessed = False
