"""What a scorecard's criteria ask for, found in a call: conduct noted, phrases said, promises."""

from __future__ import annotations

from collections.abc import Iterable

from voice.events import SpeechEnded, SpeechStarted

from ..advice import ConductNoted, ObjectionHeard, RiskHeard, StageChanged, StateChanged
from ..conduct import IN_TURNS, IN_WORDS
from ..playbook import Playbook
from .form import Criterion, Form, Occasion
from .log import CallLog
from .values import Line

BY_EAR = frozenset({"interrupts", "answers_early", "speaks_fast", "talks_much"})
"""Conduct that is heard without words."""
OPENING_S = 30.0
"""What is said in an outbound call's opening is said so early."""
ONSET_S = 5.0
"""A caller is upset a little before that is known: words come a second late, a state dwells."""


class Heard:
    """What was heard of the agent in one call.

    Parameters
    ----------
    log
        The call.
    form
        Whose own phrases are looked for, too.
    playbook
        Whose lists of the agent's phrases may be asked for.
    """

    def __init__(self, log: CallLog, form: Form, playbook: Playbook) -> None:
        self._log, self._form, self._book = log, form, playbook
        self._conduct: dict[str, list[Line]] = {}
        for event in log.of(ConductNoted):
            line = log.quote(event.utterance_id, event.quote, event.start_s, event.conduct)
            self._conduct.setdefault(event.conduct, []).append(line)
        self.danger = any(event.risk == "danger" for event in log.of(RiskHeard))
        """Whether danger to life was mentioned; nobody is assessed by such a call."""

    @property
    def agent_spoke(self) -> bool:
        """Whether the agent said anything."""
        speech = (e.role for e in self._log.of(SpeechEnded))
        return "agent" in speech or bool(self._log.told_apart and self._log.said_by("agent"))

    def unknown(self, criterion: Criterion) -> bool:
        """Tell whether a criterion asks for a list that nobody has written."""
        return any(
            name not in IN_WORDS
            and name not in IN_TURNS
            and name not in self._form.phrases
            and name not in self._book.agent
            for name in _names(criterion)
        )

    def needs_words(self, criterion: Criterion) -> bool:
        """Tell whether a criterion cannot be answered by who spoke when."""
        return criterion.evidence.dated or not set(_names(criterion)) <= BY_EAR

    def evidence(self, criterion: Criterion, since_s: float) -> tuple[Line, ...]:
        """Find what a criterion asks for, in order; what came before its occasion is none."""
        asked = criterion.evidence
        first_s, last_s = self._bounds()
        until_s = first_s + asked.by_s if asked.by_s is not None else float("inf")
        if asked.from_end_s is not None:
            since_s = max(since_s, last_s - asked.from_end_s)
        lines = [line for name in _names(criterion) for line in self._lines(name)]
        found = {
            (line.utterance_id, line.text, line.at_s): line
            for line in lines
            if since_s <= line.at_s < until_s
        }
        return tuple(sorted(found.values(), key=lambda line: (line.at_s, line.about)))

    def occasion_s(self, when: Occasion) -> float | None:
        """Tell when the occasion first was there; ``None`` if it never was."""
        return min(self._occasions(when), default=None)

    def promises(self) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """Give the promises with a time, and those without."""
        quoted = [
            (p.due, self._log.quote(p.utterance_id, p.quote, p.start_s, "promise"))
            for p in self._log.promises
        ]
        sure = [(due, line) for due, line in quoted if line.sure]
        return tuple(line for due, line in sure if due), tuple(
            line for due, line in sure if not due
        )

    def _occasions(self, when: Occasion) -> Iterable[float]:
        log = self._log
        if when == "always":
            yield 0.0
        elif when == "objection":
            yield from (event.start_s for event in log.of(ObjectionHeard))
        elif when == "promise":
            dated, undated = self.promises()
            yield from (line.at_s for line in (*dated, *undated))
        elif when == "problem":
            yield from (fact.start_s for fact in log.facts)
        elif when == "outbound":
            missing = ("no_reason", "no_good_time")
            told = [*self._lines("states_reason"), *self._lines("asks_good_time")]
            yield from (0.0 for name in missing if name in self._conduct)
            yield from (
                0.0 for line in told if line.sure and line.at_s < self._bounds()[0] + OPENING_S
            )
        else:
            tense = (e.since_s for e in log.of(StateChanged) if e.state == "tense")
            upset = (e.since_s for e in log.of(StageChanged) if e.stage != "calm")
            yield from (max(0.0, at_s - ONSET_S) for at_s in (*tense, *upset))

    def _lines(self, name: str) -> list[Line]:
        """Find one name: conduct as the coach noted it, else phrases."""
        if name in IN_WORDS or name in IN_TURNS:
            return self._conduct.get(name, [])
        found: list[Line] = []
        for fact in self._log.said_by("agent"):
            if name in self._form.phrases:
                hits = [hit for hit in self._form.finder.find(fact.text) if hit.name == name]
            else:
                hits = list(self._log.read(fact, "agent").hits.get(name, ()))
            found += [self._log.clause(self._log.read(fact, "agent"), hit) for hit in hits[:1]]
        return found

    def _bounds(self) -> tuple[float, float]:
        """Give when speech began and ended."""
        begins = [fact.at_s for fact in self._log.of(SpeechStarted)]
        ends = [fact.at_s for fact in self._log.of(SpeechEnded)]
        return min(begins, default=0.0), max(ends, default=self._log.end_s)


def _names(criterion: Criterion) -> tuple[str, ...]:
    return criterion.evidence.shows or criterion.evidence.faults
