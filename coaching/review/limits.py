"""What cannot be known of a call, and why; and how much of it could be heard and read."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from voice.events import (
    Degraded,
    Role,
    SpeechEnded,
    SpeechStarted,
    UtteranceEnded,
    WordsFinal,
    WordsMissing,
)

from ..advice import IndexChanged
from .lanes import gaps_of
from .log import CallLog
from .swapped import swapped
from .values import SURE_FROM, Coverage, Limit, LimitKind, Part

LEAST_WORDS = 0.8
"""Share of speech with words below which a thing not heard may have been said."""
LEAST_SURE = 0.6
"""The same for the share of words that are sure."""
MOST_LOST = 0.02
"""Share of lost audio from which it is told."""
SHORT_BASELINE_S = 8.0
"""Less of the caller's calm voice is mostly the population's (``baseline_spread_s``)."""
_NO_ROLES: tuple[Part, ...] = ("roles", "index", "caller_voice", "score")
_HIDES: dict[LimitKind, tuple[Part, ...]] = {
    "cut_log": ("whole_call", "score"),
    "no_speech": ("whole_call", "score"),
    "opted_out": ("whole_call", "index", "score"),
    "mono": _NO_ROLES,
    "identical_channels": _NO_ROLES,
    "unknown_role": _NO_ROLES,
    "swapped_channels": (*_NO_ROLES, "note"),
    "voice_only": ("words", "note", "score"),
    "demo_words": ("words", "note", "score"),
    "missing_words": ("words", "note", "score"),
    "unsure_words": ("words", "note", "score"),
    "late_words": ("words",),
    "lost_audio": ("whole_call",),
    "paused": ("whole_call",),
    "short_baseline": ("index", "caller_voice"),
}
"""What each takes away, in the order in which they are told."""


def coverage_of(log: CallLog) -> Coverage:
    """Measure how much could be heard and read."""
    speech_s: dict[Role, float] = {}
    for fact in log.of(SpeechEnded):
        speech_s[fact.role] = round(speech_s.get(fact.role, 0.0) + fact.at_s - fact.start_s, 3)
    spoken: dict[Role, float] = {}
    read: dict[Role, float] = {}
    for role, length_s, has_words in _utterances(log):
        spoken[role] = spoken.get(role, 0.0) + length_s
        read[role] = read.get(role, 0.0) + (length_s if has_words else 0.0)
    words = [word.probability for fact in log.said for word in fact.words]
    whole_s = sum(spoken.values())
    tracks = max(1, len(log.roles))
    lost_s = sum(gap.to_s - gap.from_s for gap in gaps_of(log) if gap.kind == "lost")
    baselines = [e.baseline_s for e in log.of(IndexChanged) if e.index is not None]
    return Coverage(
        words_share=round(sum(read.values()) / whole_s, 3) if whole_s else None,
        words_share_of={role: round(read[role] / s, 3) for role, s in spoken.items() if s},
        word_probability=round(median(words), 3) if words else None,
        sure_share=round(sum(p >= SURE_FROM for p in words) / len(words), 3) if words else None,
        sure_from=SURE_FROM,
        lost_share=round(min(1.0, lost_s / (tracks * log.end_s)), 4) if log.end_s else 0.0,
        speech_s=speech_s,
        baseline_s=baselines[-1] if baselines else 0.0,
    )


def limits_of(log: CallLog, coverage: Coverage) -> tuple[Limit, ...]:
    """Give what cannot be known, the gravest first."""
    found = dict(_found(log, coverage))
    return tuple(
        Limit(kind=kind, hides=hides, values=found[kind])
        for kind, hides in _HIDES.items()
        if kind in found
    )


def _found(
    log: CallLog, coverage: Coverage
) -> Iterator[tuple[LimitKind, dict[str, str | int | float]]]:
    known = set(_HIDES) & log.degraded
    if log.ended is None:
        yield "cut_log", {"to_s": log.end_s}
    if not log.of(SpeechStarted) and not log.of(SpeechEnded) and not log.said:
        yield "no_speech", {}
    if log.opted_out:
        yield "opted_out", {}
    for kind in _HIDES:
        if kind in known and kind != "late_words":
            yield kind, {}
    if swapped(log):
        yield "swapped_channels", {}
    if log.started is not None and log.started.words:
        share = coverage.words_share
        if share is not None and share < LEAST_WORDS:
            yield "missing_words", {"share": share, "utterances": len(log.of(WordsMissing))}
        if coverage.sure_share is not None and coverage.sure_share < LEAST_SURE:
            yield "unsure_words", {"share": coverage.sure_share}
    late = sum(event.reason == "late_words" for event in log.of(Degraded))
    if late:
        yield "late_words", {"times": late}
    if coverage.lost_share >= MOST_LOST:
        yield "lost_audio", {"share": coverage.lost_share}
    paused_s = sum(gap.to_s - gap.from_s for gap in gaps_of(log) if gap.kind == "pause")
    if paused_s:
        yield "paused", {"seconds": round(paused_s, 1)}
    if log.has_index and coverage.baseline_s < SHORT_BASELINE_S:
        yield "short_baseline", {"seconds": coverage.baseline_s}


def _utterances(log: CallLog) -> Iterator[tuple[Role, float, bool]]:
    """Give role, seconds of speech and whether there are words, of each utterance."""
    known = {fact.utterance_id: fact for fact in log.of(UtteranceEnded)}
    finals = {fact.utterance_id: fact for fact in log.of(WordsFinal)}
    for name, fact in known.items():
        yield fact.role, fact.speech_s, name in finals and bool(finals[name].text)
    for name, final in finals.items():
        if name not in known:
            yield final.role, max(0.0, final.at_s - final.start_s), bool(final.text)
