"""What is true of a rendered call, measured on the sound itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.render import RATE_HZ, Call
from samples.script import ROLES, Script, StyleName
from voice.g711 import Samples, decode_mulaw

FRAME_S = 0.01
SPEECH_OVER_DB = -50.0
"""A frame at or above this level is speech: 10 dB over the line's noise."""
BRIDGE_S = 0.15
"""A shorter dip is the closure of a stop consonant, not a pause."""

Span = tuple[float, float]


def speech_spans(track: Samples) -> list[Span]:
    """Stretches of speech on one clean track, by energy alone.

    Parameters
    ----------
    track
        ``float32 [samples]`` at 8 kHz.

    Returns
    -------
    list of (float, float)
        Start and end in seconds, to 10 ms; stretches less than 0.15 s apart are one.
    """
    size = round(FRAME_S * RATE_HZ)
    frames = track[: len(track) // size * size].reshape(-1, size).astype(np.float64)
    level_db = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
    spans: list[Span] = []
    for start, end in _runs(level_db >= SPEECH_OVER_DB):
        if spans and start - spans[-1][1] < BRIDGE_S / FRAME_S:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [(round(a * FRAME_S, 2), round(b * FRAME_S, 2)) for a, b in spans]


def _runs(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def labels(script: Script, call: Call) -> dict[str, Any]:
    """Labels of a rendered call, as they are written to ``<name>.json``."""
    tracks = decode_mulaw(call.codes)
    turns: list[dict[str, Any]] = []
    for index, turn in enumerate(script.turns):
        track = tracks[ROLES.index(turn.role)]
        sentences = []
        for place in (place for place in call.placed if place.turn == index):
            spans = speech_spans(track[place.start : place.end])
            at_s = place.start / RATE_HZ
            start_s, end_s = round(at_s + spans[0][0], 2), round(at_s + spans[-1][1], 2)
            sentences.append({"start_s": start_s, "end_s": end_s, "text": place.text})
        turns.append(
            {
                "role": turn.role,
                "start_s": sentences[0]["start_s"],
                "end_s": sentences[-1]["end_s"],
                "text": turn.text,
                "style": turn.style,
                "voice": script.voices[turn.role],
                "sentences": sentences,
            }
        )
    return {
        "synthetic": True,
        "name": script.name,
        "title": script.title,
        "language": script.language,
        "kind": script.kind,
        "channels": list(ROLES),
        "rate_hz": RATE_HZ,
        "duration_s": round(call.codes.shape[1] / RATE_HZ, 3),
        "expect": script.expect,
        "tense": _stretches(turns, "tense"),
        "withdrawal": _stretches(turns, "flat"),
        "turns": turns,
        "speech": {
            role: [list(span) for span in speech_spans(track)]
            for role, track in zip(ROLES, tracks, strict=True)
        },
    }


def _stretches(turns: list[dict[str, Any]], style: StyleName) -> list[dict[str, float]]:
    """From the first to the last of a run of the caller's turns that share a style."""
    stretches: list[dict[str, float]] = []
    inside = False
    for turn in (turn for turn in turns if turn["role"] == "caller"):
        if turn["style"] != style:
            inside = False
        elif inside:
            stretches[-1]["end_s"] = turn["end_s"]
        else:
            stretches.append({"start_s": turn["start_s"], "end_s": turn["end_s"]})
            inside = True
    return stretches
