"""The lanes of a review: who spoke when, and what was heard of the caller, along the call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice.events import Role

from ..advice import Leaning, Phase, Stage, State, StateCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the call."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Speech on one track."""

    track: int
    role: Role
    speech: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapSpan(Span):
    """Both spoke; ``by`` is who came in second, ``barge_in`` whether they took the floor."""

    by: Role
    barge_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceSpan(Span):
    """Nobody spoke; ``after`` is who had spoken last."""

    after: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Span):
    """A stretch that was not heard as speech: on hold, analysis paused, or samples lost."""

    kind: Literal["hold", "pause", "lost"]
    track: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPoint:
    """The caller's index; ``None`` where there is none from here on."""

    at_s: float
    index: int | None
    leaning: Leaning


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSpan(Span):
    """Calm or tense. ``ended`` says how a tense stretch ended; ``None`` if it lasted."""

    state: State
    leaning: Leaning
    peak_index: int | None
    ended: StateCause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSpan(Span):
    """One of the four stages, and what had been heard."""

    stage: Stage
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalSpan(Span):
    """The caller seemed to have given up."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseMark:
    """The agent's words reached a phase of the call."""

    phase: Phase
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePoint:
    """The caller's voice in a window of 5 s up to ``at_s``; the agent's is never measured.

    Attributes
    ----------
    f0_st, rate_hz
        F0 median in semitones re 100 Hz; articulation rate in syllables per second.
    calm_f0_st, calm_rate_hz
        The caller's own calm median of it at that time; ``None`` where the window had no index.
    """

    at_s: float
    f0_st: float | None
    rate_hz: float | None
    calm_f0_st: float | None
    calm_rate_hz: float | None
