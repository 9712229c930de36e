"""The advice: what the coach makes of the facts, and what it tells the agent.

Advice follows the conventions of :mod:`voice.events`: plain values, media time, a unit in every
name, ``None`` for what is not known, and nothing is ever revised. ``at_s`` says when the reason
for it was so, ``known_at_s`` in which tick the coach decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from voice.events import Role

State = Literal["calm", "tense"]
Priority = Literal["P0", "normal"]
IndexNone = Literal["mono", "identical_channels", "unknown_role", "opted_out"]
Leaning = Literal["worried", "angry", "unclear"]
StateCause = Literal["heard", "learned", "new_voice", "no_index"]
WithdrawalReason = Literal["short_turns", "slow_answers", "words"]
HeldReason = Literal[
    "agent_speaks", "too_early", "gap", "limit", "calm_call", "hold", "pause", "p0_shown"
]
LeftReason = Literal[
    "said",
    "cause_gone",
    "timeout",
    "expired",
    "not_now",
    "wrong",
    "replaced",
    "hold",
    "pause",
    "stopped",
    "ended",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What all advice shares.

    Attributes
    ----------
    at_s
        When the reason for it was so, in seconds of media time.
    known_at_s
        The tick in which the coach decided: a multiple of 0.1 s, never before ``at_s``.
    track
        Channel of the person it is about, from 0; ``None`` where it is about the call.
    role
        Who that person is; ``unknown`` for the whole call.
    """

    schema: ClassVar[int] = 1

    at_s: float
    known_at_s: float
    track: int | None = None
    role: Role = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A feature of the voice, or words or turn-taking, and its part in the index."""

    name: str
    contribution: float
    """Its part of ``IndexChanged.score``; the contributions add up to the score."""
    value: float
    """The feature in this window, in ``unit``; how often lately, for words and turn-taking."""
    baseline: float
    """The caller's calm median of it, shrunk to the population while little was heard."""
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One of the reasons of a card: in plain words, with its numbers for whoever asks."""

    text: str
    driver: Driver


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChanged(Advice):
    """The anxiety index of a prosody window, or the news that there is none."""

    index: int | None
    """0 to 100; ``None`` from now on, because of ``reason``."""
    score: float | None = None
    """The smoothed weighted sum from which the index is read, in spreads of the calm voice."""
    leaning: Leaning = "unclear"
    """What words make of the tension, should there be any."""
    drivers: tuple[Driver, ...] = ()
    """Largest contribution first."""
    baseline_s: float = 0.0
    """Seconds of calm voiced speech from which the baseline was learned."""
    reason: IndexNone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Advice):
    """The caller became tense, or calm again. Every call starts calm."""

    state: State
    since_s: float
    """When the index first crossed the threshold of this state."""
    cause: StateCause = "heard"
    """Calm again because it was heard; because a voice that never was calm turned out to be this
    caller's usual one; because somebody else speaks; because there is no index any more."""
    leaning: Leaning = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal(Advice):
    """The caller seems to have given up, or came back."""

    on: bool
    reasons: tuple[WithdrawalReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CueRaised(Advice):
    """A card has a reason and evidence; ``at_s`` is when the reason began."""

    cue_id: str
    card_id: str
    kind: str
    priority: Priority
    why: str
    say: str
    next: str
    avoid: str
    reasons: tuple[Reason, ...] = ()
    """At most three, the strongest first, if the caller's tension is a reason for the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CueHeld(Advice):
    """A raised cue has to wait. Told again when it waits for another reason."""

    cue_id: str
    card_id: str
    reason: HeldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CueShown(Advice):
    """The card is on the agent's screen from now on."""

    cue_id: str
    card_id: str
    kind: str
    priority: Priority
    why: str
    say: str
    next: str
    avoid: str
    reasons: tuple[Reason, ...] = ()
    """At most three, the strongest first, if the caller's tension is a reason for the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWithheld(Advice):
    """The card would be on the screen from now on; shadow mode or the holdout keeps it back."""

    cue_id: str
    card_id: str
    reason: Literal["shadow", "holdout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CueLeft(Advice):
    """A cue is over: it left the screen, or it never got there."""

    cue_id: str
    card_id: str
    reason: LeftReason
    shown_s: float | None
    """When it was shown or withheld; ``None`` if it never got there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpWanted(Advice):
    """The agent asks for help."""

    reason: Literal["pressed"]


ADVICE: tuple[type[Advice], ...] = (
    IndexChanged,
    StateChanged,
    Withdrawal,
    CueRaised,
    CueHeld,
    CueShown,
    CueWithheld,
    CueLeft,
    HelpWanted,
)
"""Every kind of advice, in the order in which the documentation lists them."""
