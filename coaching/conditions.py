"""When a card applies: a small declarative language over the signals of a call.

A line of conditions holds when all of them hold; a card applies when one of its lines does. Each
check also says when its answer would change without any new fact, so that the coach need not ask
again before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from .advice import Leaning, Phase, Stage, State
from .signals import NEVER, Signals, lasting, recent
from .thresholds import Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A line of conditions; those that are not given do not matter."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    state: State | None = None
    """The caller is calm or tense."""
    for_s: float | None = None
    """The state has lasted at least this long, up to now if calm; tense as far as it was heard:
    while the caller listens nobody knows."""
    was_tense: Literal[True] | None = None
    """The caller has been tense in this call."""
    leaning: Leaning | None = None
    """What the words make of the tension; without it a card has to suit worry and anger."""
    withdrawal: bool | None = None
    """The caller seems to have given up, or not."""
    silence_s: float | None = None
    """Nobody has spoken for at least this long after the agent's turn."""
    barge_ins: int | None = None
    """The caller took the floor at least this often in ``barge_in_memory_s``."""
    heard: str | None = None
    """The caller said a phrase of this list in ``heard_memory_s``."""
    times: int = 1
    """How often it was heard in ``leaning_memory_s`` if more than once."""
    stage: Stage | tuple[Stage, ...] | None = None
    """The caller is in this stage, or in one of these."""
    phase: Phase | tuple[Phase, ...] | None = None
    """The call has come as far as this, or as one of these."""
    said: str | None = None
    """The agent said a phrase of this list in ``heard_memory_s``."""


class Answer(NamedTuple):
    """Whether a line of conditions holds."""

    drivers: int
    """Pieces of evidence for it; 0 if it does not hold."""
    due_s: float
    """When the answer may change without a new fact."""


def check(when: When, signals: Signals, thresholds: Thresholds, now_s: float) -> Answer:
    """Check a line of conditions.

    The number of drivers says how many things speak for it: each feature of the voice that is far
    out, each phrase, barge-ins, silence, withdrawal. That it *was* so, or is calm, is no evidence.
    """
    drivers = 0
    if when.state is not None:
        if signals.state != when.state:
            return Answer(0, NEVER)
        drivers += max(1, signals.strong) if when.state == "tense" else 0
    if when.withdrawal is not None:
        if signals.withdrawal != when.withdrawal:
            return Answer(0, NEVER)
        drivers += when.withdrawal
    if when.stage is not None and not _one_of(signals.stage, when.stage):
        return Answer(0, NEVER)
    if when.phase is not None and not _one_of(signals.phase, when.phase):
        return Answer(0, NEVER)
    if when.was_tense and signals.last_tense_s is None:
        return Answer(0, NEVER)

    timed: list[tuple[bool, float]] = []
    if when.for_s is not None:
        until_s = now_s if signals.state == "calm" else signals.last_tense_s or 0.0
        lasts, due_s = lasting(signals.state_since_s, when.for_s, until_s)
        timed.append((lasts, due_s if signals.state == "calm" else NEVER))
    if when.silence_s is not None:
        timed.append(lasting(signals.silence_after_agent_s, when.silence_s, now_s))
        drivers += 1
    if when.barge_ins is not None:
        window_s = thresholds.barge_in_memory_s
        timed.append(recent(signals.barge_ins_s, when.barge_ins, window_s, now_s))
        drivers += 1
    if when.heard is not None:
        times_s = signals.heard_s.get(when.heard, [])
        window_s = thresholds.heard_memory_s
        timed.append(recent(times_s, 1, window_s, now_s))
        if when.times > 1:
            timed.append(recent(times_s, when.times, thresholds.leaning_memory_s, now_s))
        drivers += when.times
    if when.said is not None:
        times_s = signals.said_s.get(when.said, [])
        timed.append(recent(times_s, 1, thresholds.heard_memory_s, now_s))
        drivers += 1
    if when.leaning is not None:
        leaning, changes_s = signals.leaning(now_s)
        timed.append((leaning == when.leaning, changes_s))
        drivers += when.leaning != "unclear"
    holds = all(answer for answer, _ in timed)
    soonest_s = min((due_s for _, due_s in timed), default=NEVER)
    return Answer(max(1, drivers) if holds else 0, soonest_s)


def groups_of(when: When) -> frozenset[str]:
    """Give the groups of signals (:meth:`~coaching.signals.Signals.groups`) that a line reads."""
    reads = {
        "tension": (when.state, when.for_s, when.was_tense),
        "withdrawal": (when.withdrawal,),
        "silence": (when.silence_s,),
        "barge_ins": (when.barge_ins,),
        "heard": (when.heard, when.leaning),
        "said": (when.said,),
        "stage": (when.stage,),
        "phase": (when.phase,),
    }
    return frozenset(name for name, fields in reads.items() if any(f is not None for f in fields))


def _one_of(found: object, wanted: object) -> bool:
    return found in wanted if isinstance(wanted, tuple) else found == wanted
