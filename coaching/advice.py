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
Stage = Literal["calm", "dissatisfied", "angry", "confrontational"]
Subject = Literal[
    "need", "price", "product", "service", "time", "agent", "ability", "results", "competitor",
    "decider",
]  # fmt: skip
Source = Literal["phrases", "model"]
"""What knew the words: the playbook's phrases (and perhaps the classifier, too), or it alone."""
Risk = Literal["danger", "legal", "abuse"]
Hesitation = Literal["hesitating_words", "slow_answer", "short_answer", "changed_subject"]
Grade = Literal["L1", "L2", "L3", "L4"]
HelpReason = Literal[
    "pressed", "danger", "legal", "abuse", "over_limit", "confrontational", "asked_for"
]
FactKind = Literal["what", "when", "deadline", "consequence", "tried"]
Kind = Literal["complaint", "enquiry"]
Goal = Literal["problem_clear", "two_options", "agreement", "questions_answered"]
Phase = Literal["opening", "problem", "options", "closing"]
HeldReason = Literal[
    "agent_speaks", "too_early", "gap", "limit", "calm_call", "hold", "pause", "p0_shown"
]
WithheldReason = Literal["shadow", "holdout", "quiet"]
LeftReason = Literal[
    "said",
    "cause_gone",
    "timeout",
    "expired",
    "not_now",
    "wrong",
    "quiet",
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
class FactHeard(Advice):
    """The caller told something that the agent should not ask again; each is told once."""

    utterance_id: str
    kind: FactKind
    quote: str
    """The caller's own words."""
    start_s: float
    """When they began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade(Advice):
    """The agent promised something; each promise is told once."""

    utterance_id: str
    quote: str
    """The agent's own words."""
    due: str | None
    """Until when, in the agent's own words; ``None`` if no time was given."""
    start_s: float
    """When they began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseReached(Advice):
    """The agent's words reached a phase of the call for the first time."""

    phase: Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionHeard(Advice):
    """The caller objects to something. What they say is taken as said, never as untrue."""

    utterance_id: str
    subject: Subject
    quote: str
    times: int
    """How often in this call, this one included."""
    start_s: float
    source: Source = "phrases"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRepeated(Advice):
    """The caller asks again what they asked before: the answer did not reach them."""

    utterance_id: str
    quote: str
    times: int
    """How often it was asked, at least 2."""
    start_s: float
    first_s: float
    """When it was asked first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhatElse(Advice):
    """A hint to ask an open question. It says nothing about the caller.

    Words and turn-taking alone lead to it; no feature of the voice does.
    """

    reasons: tuple[Hesitation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskHeard(Advice):
    """Danger to life, a legal step or abuse was mentioned in the caller's words."""

    risk: Risk
    utterance_id: str
    quote: str
    times: int
    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChanged(Advice):
    """The caller's words and turns reached another of four stages, or came back from one."""

    stage: Stage
    since_s: float
    reasons: tuple[str, ...]
    """What was heard, newest first; empty when it went by with time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductNoted(Advice):
    """Something in the agent's words or turns, for the talk after the call. Never shown live."""

    conduct: str
    """Its name in :mod:`coaching.conduct`."""
    good: bool
    utterance_id: str | None
    quote: str
    """The agent's own words; empty for turn-taking."""
    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAssessed(Advice):
    """What a call of its kind should have come to, told when it is over. Never shown live."""

    kind: Kind
    goal: Goal
    reached_s: float | None
    """When; ``None`` if it was not, as far as the words say."""
    in_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Advice):
    """The call needs more than it did before: L1 question to L4 serious complaint."""

    grade: Grade
    reason: str
    urgent: bool


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
    """The card would be on the screen from now on; something keeps it back."""

    cue_id: str
    card_id: str
    reason: WithheldReason
    """Shadow mode, the holdout, or a console that the agent has told to be quiet."""


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
    """The agent asks for help, or a rule does."""

    reason: HelpReason


ADVICE: tuple[type[Advice], ...] = (
    IndexChanged,
    StateChanged,
    Withdrawal,
    FactHeard,
    PromiseMade,
    PhaseReached,
    ObjectionHeard,
    QuestionRepeated,
    AskWhatElse,
    RiskHeard,
    StageChanged,
    ConductNoted,
    GoalAssessed,
    Escalated,
    CueRaised,
    CueHeld,
    CueShown,
    CueWithheld,
    CueLeft,
    HelpWanted,
)
"""Every kind of advice, in the order in which the documentation lists them."""
