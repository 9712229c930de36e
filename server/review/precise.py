"""``--precise``: the caller's pitch by `librosa.pyin`, for the curve of a report.

It changes what is drawn of the caller's pitch and nothing else: index, states, cards, scorecard
and the calm baseline come from the log, which is the same with it and without. It follows a path
through whole stretches of speech, looks ahead, and takes over a hundred times as long as the live
tracker, so it is asked for. Windows are those of the log, so the two curves can be laid over each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coaching.review.lanes import VoicePoint
from coaching.session import Logged
from voice.clock import RATE
from voice.events import ProsodyWindow, SpeechEnded

from ..compiled_cache import load_compiled
from ..hearing import CallFiles

HOP = RATE // 100
"""Samples of a frame's step, as `voice.frames` cuts them."""
LONGEST_S = 20.0
"""Longer stretches are cut, so that memory does not grow with the call."""
CONTEXT_S = 0.5
"""Sound before and after a stretch, so that the path through it has settled where it begins."""
NEAR_S = 1.0
"""Speech with shorter gaps is one stretch."""
LEAST_VOICED_S = 0.5
"""As of the live measurement: with less a window has no pitch."""
REFERENCE_HZ = 100.0

Samples = NDArray[np.float32]
Advance = Callable[[float], object]


def precise_voice(
    call: CallFiles,
    events: Sequence[Logged],
    points: Sequence[VoicePoint],
    advance: Advance = lambda seconds: None,
) -> tuple[VoicePoint, ...]:
    """Give the caller's points with their pitch measured again.

    Parameters
    ----------
    call
        The recordings, which are read once more.
    events
        The log of the call.
    points
        The caller's voice in the review.
    advance
        Is told how many more seconds of the call are done.

    Raises
    ------
    Refused
        If the recordings cannot be read.
    """
    windows = {
        logged.event.at_s: logged.event
        for logged in events
        if isinstance(logged.event, ProsodyWindow) and logged.event.role == "caller"
    }
    tracks = {window.track for window in windows.values()}
    if not points or len(tracks) != 1:
        return tuple(points)
    (track,) = tracks
    assert track is not None  # a window belongs to a track
    spans = [
        (logged.event.start_s, logged.event.at_s)
        for logged in events
        if isinstance(logged.event, SpeechEnded) and logged.event.track == track
    ]
    f0_hz = _contour(call, track, spans, advance)
    return tuple(
        replace(point, f0_st=_median_st(f0_hz, window.start_s, window.at_s))
        if (window := windows.get(point.at_s)) is not None
        else point
        for point in points
    )


def _contour(
    call: CallFiles, track: int, spans: Sequence[tuple[float, float]], advance: Advance
) -> NDArray[np.float32]:
    """F0 of each 10 ms of the call [shape=(n,), Hz], NaN where unvoiced or nobody speaks."""
    from voice.precise import contour

    load_compiled(precise=True)

    end_s = max((to_s for _, to_s in spans), default=0.0)
    f0_hz = np.full(round(end_s * 100) + 1, np.nan, np.float32)
    with call.open() as source:
        blocks = (block[track] for block, _ in source.blocks())
        done_s = 0.0
        for (from_s, to_s), first, sound in cut_out(blocks, stretches(spans)):
            if len(sound) > HOP:
                found = contour(sound).f0_hz
                start, stop = round(from_s * 100), min(round(to_s * 100), len(f0_hz))
                part = found[start - first // HOP : stop - first // HOP]
                f0_hz[start : start + len(part)] = part
            advance(to_s - done_s)
            done_s = to_s
    spoken = np.zeros(len(f0_hz), np.bool_)
    for from_s, to_s in spans:
        spoken[round(from_s * 100) : round(to_s * 100)] = True
    return np.where(spoken, f0_hz, np.float32(np.nan))


def stretches(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join speech with short gaps, and cut what is too long then; in seconds, in order."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < NEAR_S:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return [
        (at, min(at + LONGEST_S, end))
        for start, end in joined
        for at in np.arange(start, end, LONGEST_S).tolist()
    ]


def cut_out(
    blocks: Iterable[Samples], wanted: Iterable[tuple[float, float]]
) -> Iterator[tuple[tuple[float, float], int, Samples]]:
    """Cut stretches out of sound that comes in blocks, each with some sound around it.

    Parameters
    ----------
    blocks
        [shape=(n,)] at 8 kHz, in order.
    wanted
        Stretches in seconds, in order.

    Yields
    ------
    tuple
        The stretch; the number of the first sample, a multiple of `HOP`; the samples.
    """
    kept = np.zeros(0, np.float32)
    first = 0  # number of the first sample kept
    source = iter(blocks)
    for from_s, to_s in wanted:
        start = max(0, int((from_s - CONTEXT_S) * RATE)) // HOP * HOP
        stop = int((to_s + CONTEXT_S) * RATE)
        more = True
        while more and first + len(kept) < stop:
            block = next(source, None)
            more = block is not None
            if block is not None:
                kept = np.concatenate([kept, block])
                gone = min(len(kept), max(0, start - first))
                kept, first = kept[gone:], first + gone
        gone = min(len(kept), max(0, start - first))
        kept, first = kept[gone:], first + gone
        yield (from_s, to_s), start, kept[: max(0, stop - first)]


def _median_st(f0_hz: NDArray[np.float32], start_s: float, end_s: float) -> float | None:
    window = f0_hz[round(start_s * 100) : round(end_s * 100)]
    voiced = window[~np.isnan(window)]
    if len(voiced) < LEAST_VOICED_S * 100:
        return None
    return round(float(12 * np.log2(np.median(voiced) / REFERENCE_HZ)), 3)
