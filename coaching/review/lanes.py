"""The lanes of a review: who spoke when, and what was heard of the caller, along the call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from voice.events import (
    Hold,
    LostAudio,
    Overlap,
    Paused,
    ProsodyWindow,
    Role,
    Silence,
    SpeechEnded,
    SpeechStarted,
)

from ..advice import (
    IndexChanged,
    Leaning,
    Phase,
    PhaseReached,
    Stage,
    StageChanged,
    State,
    StateCause,
    StateChanged,
    Withdrawal,
)
from .log import CallLog

EDGE_S = 0.5
"""A pause is known to the tick, its lost samples begin and end near it."""


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


def lanes_of(log: CallLog) -> tuple[Lane, ...]:
    """Give the speech on each track; speech that a cut log leaves open lasts to its end."""
    found = []
    for track, role in enumerate(log.roles):
        spans = [
            Span(from_s=f.start_s, to_s=f.at_s) for f in log.of(SpeechEnded) if f.track == track
        ]
        started = [f.at_s for f in log.of(SpeechStarted) if f.track == track]
        if started and (not spans or started[-1] >= spans[-1].to_s):
            spans.append(Span(from_s=started[-1], to_s=max(log.end_s, started[-1])))
        found.append(Lane(track=track, role=role, speech=tuple(spans)))
    return tuple(found)


def overlaps_of(log: CallLog) -> tuple[OverlapSpan, ...]:
    """Give when both spoke."""
    return tuple(
        OverlapSpan(from_s=f.start_s, to_s=f.at_s, by=f.role, barge_in=f.barge_in)
        for f in log.of(Overlap)
    )


def silences_of(log: CallLog) -> tuple[SilenceSpan, ...]:
    """Give when nobody spoke."""
    return tuple(
        SilenceSpan(from_s=f.start_s, to_s=f.at_s, after=f.after) for f in log.of(Silence) if f.over
    )


def gaps_of(log: CallLog) -> tuple[Gap, ...]:
    """Give what was not heard as speech, in order; a pause is told once, not as lost audio, too."""
    held = _switched(((f.at_s, f.on) for f in log.of(Hold)), log.end_s)
    paused = _switched(((f.at_s, f.on) for f in log.of(Paused)), log.end_s)
    told = {(f.track, f.start_s): f.at_s for f in log.of(LostAudio)}  # the last word on each loss
    gaps = [Gap(from_s=a, to_s=b, kind="hold", track=None) for a, b in held]
    gaps += [Gap(from_s=a, to_s=b, kind="pause", track=None) for a, b in paused]
    gaps += [
        Gap(from_s=start_s, to_s=end_s, kind="lost", track=track)
        for (track, start_s), end_s in told.items()
        if not any(a - EDGE_S <= start_s and end_s <= b + EDGE_S for a, b in paused)
    ]
    return tuple(sorted(gaps, key=lambda gap: (gap.from_s, gap.kind, gap.track or 0)))


def phases_of(log: CallLog) -> tuple[PhaseMark, ...]:
    """Give when the agent's words reached each phase."""
    return tuple(PhaseMark(phase=e.phase, at_s=e.at_s) for e in log.of(PhaseReached))


def index_of(log: CallLog) -> tuple[IndexPoint, ...]:
    """Give the caller's index."""
    return tuple(
        IndexPoint(at_s=e.at_s, index=e.index, leaning=e.leaning) for e in log.of(IndexChanged)
    )


def states_of(log: CallLog) -> tuple[StateSpan, ...]:
    """Give calm and tense stretches; none where there is no index."""
    changes, points = log.of(StateChanged), index_of(log)
    if all(point.index is None for point in points):
        return ()
    spans: list[StateSpan] = []
    state: State = "calm"
    since_s, leaning = 0.0, points[0].leaning
    for change in (*changes, None):
        to_s = max(since_s, log.end_s if change is None else change.since_s)
        inside = [p.index for p in points if since_s <= p.at_s <= to_s and p.index is not None]
        spans.append(
            StateSpan(
                from_s=since_s,
                to_s=to_s,
                state=state,
                leaning=leaning,
                peak_index=max(inside, default=None),
                ended=None if change is None else change.cause,
            )
        )
        if change is not None:
            state, since_s, leaning = change.state, change.since_s, change.leaning
    return tuple(spans)


def stages_of(log: CallLog) -> tuple[StageSpan, ...]:
    """Give the stages of the call; the first one is calm."""
    changes = log.of(StageChanged)
    begins: list[tuple[float, Stage, tuple[str, ...]]] = [(0.0, "calm", ())]
    begins += [(change.since_s, change.stage, change.reasons) for change in changes]
    ends = [*(begin for begin, _, _ in begins[1:]), log.end_s]
    return tuple(
        StageSpan(from_s=begin, to_s=max(begin, end), stage=stage, reasons=reasons)
        for (begin, stage, reasons), end in zip(begins, ends, strict=True)
    )


def withdrawals_of(log: CallLog) -> tuple[WithdrawalSpan, ...]:
    """Give when the caller seemed to have given up."""
    events = log.of(Withdrawal)
    reasons = [event.reasons for event in events if event.on]
    spans = _switched(((event.at_s, event.on) for event in events), log.end_s)
    return tuple(
        WithdrawalSpan(from_s=a, to_s=b, reasons=why)
        for (a, b), why in zip(spans, reasons, strict=False)
    )


def voice_of(log: CallLog) -> tuple[VoicePoint, ...]:
    """Give the caller's pitch and rate with the own calm median of each.

    Of the agent's track nothing is taken, whatever a log may hold.
    """
    if not log.told_apart:
        return ()
    calm = {
        event.at_s: {driver.name: driver.baseline for driver in event.drivers}
        for event in log.of(IndexChanged)
    }
    return tuple(
        VoicePoint(
            at_s=f.at_s,
            f0_st=f.f0_median_st,
            rate_hz=f.articulation_rate_hz,
            calm_f0_st=calm.get(f.at_s, {}).get("f0_median"),
            calm_rate_hz=calm.get(f.at_s, {}).get("articulation_rate"),
        )
        for f in log.of(ProsodyWindow)
        if f.role == "caller" and (f.f0_median_st is not None or f.articulation_rate_hz is not None)
    )


def _switched(changes: Iterable[tuple[float, bool]], end_s: float) -> list[tuple[float, float]]:
    """Give the stretches between on and off; one that is still on lasts to the end."""
    spans: list[tuple[float, float]] = []
    since_s: float | None = None
    for at_s, on in changes:
        if on:
            since_s = at_s if since_s is None else since_s
        elif since_s is not None:
            spans.append((since_s, max(since_s, at_s)))
            since_s = None
    if since_s is not None:
        spans.append((since_s, max(since_s, end_s)))
    return spans
