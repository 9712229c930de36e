"""What the model is measured on: the bundled calls, held-out sentences, sound without speech."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from voice.g711 import Samples

from . import channel, tts
from .quiet import KINDS, quiet
from .texts import SAMPLES, held_out

LONGEST_S = 9.0
PAD_S = 0.2
HELD_OUT_STYLES = {"plain": (1.0, 1.0), "faster, higher": (1.25, 1.2)}  # rate, pitch
NOISE_DB = 45.0


@dataclass(frozen=True, slots=True)
class Clip:
    """An utterance to transcribe: sound, text, and where its sentences start and end (s)."""

    samples: Samples
    text: str
    language: str
    sentences: tuple[tuple[str, float, float], ...] = ()


def call_names() -> list[str]:
    """Return the names of the bundled calls."""
    return sorted(path.stem for path in SAMPLES.glob("*.json") if path.with_suffix(".wav").exists())


def _call(name: str) -> tuple[dict[str, Any], tuple[Samples, Samples]]:
    from faster_whisper.audio import decode_audio

    labels = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    tracks = decode_audio(str(SAMPLES / f"{name}.wav"), split_stereo=True)
    return labels, tracks


def call_turns(name: str) -> list[Clip]:
    """Cut a bundled call by its labels: turns, those over 9 s at the end of a sentence."""
    labels, tracks = _call(name)
    clips: list[Clip] = []
    for turn in labels["turns"]:
        track = tracks[labels["channels"].index(turn["role"])]
        waiting = list(turn["sentences"])
        while waiting:
            start = waiting[0]["start_s"] - PAD_S
            fit = [s for s in waiting if s["end_s"] - start + PAD_S <= LONGEST_S] or waiting[:1]
            waiting = waiting[len(fit) :]
            clips.append(
                Clip(
                    _cut(track, start, fit[-1]["end_s"] + PAD_S),
                    " ".join(sentence["text"] for sentence in fit),
                    labels["language"],
                    tuple((s["text"], s["start_s"] - start, s["end_s"] - start) for s in fit),
                )
            )
    return clips


def call_tracks(name: str) -> list[tuple[list[Clip], str]]:
    """Cut a bundled call by VAD: the clips of each track (without text), and all that is said."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    labels, tracks = _call(name)
    options = VadOptions(
        min_silence_duration_ms=500, max_speech_duration_s=LONGEST_S, speech_pad_ms=200
    )
    made: list[tuple[list[Clip], str]] = []
    for role, track in zip(labels["channels"], tracks, strict=True):
        said = " ".join(turn["text"] for turn in labels["turns"] if turn["role"] == role)
        spans = get_speech_timestamps(track, options)
        clips = [Clip(track[s["start"] : s["end"]], "", labels["language"]) for s in spans]
        made.append((clips, said))
    return made


def _cut(track: Samples, start_s: float, end_s: float) -> Samples:
    return track[round(max(0.0, start_s) * tts.RATE_HZ) : round(end_s * tts.RATE_HZ)]


def held_out_clips(language: str, style: str) -> Iterator[Clip]:
    """Speak each held-out sentence with each voice of the language."""
    rate, pitch = HELD_OUT_STYLES[style]
    noise = np.random.default_rng(0)
    for text in held_out(language):
        for voice in tts.VOICES[language]:
            spoken = channel.trim(tts.speak(text, language, voice, rate=rate, pitch=pitch))
            x = np.pad(channel.peak_level(spoken, -6), round(PAD_S * tts.RATE_HZ))
            yield Clip(channel.telephone(channel.add_noise(x, NOISE_DB, noise)), text, language)


def quiet_clips(kind: str, count: int) -> Iterator[Samples]:
    """Return windows without speech that training did not hear (their seeds are negative)."""
    assert kind in KINDS
    for index in range(count):
        yield quiet(kind, random.Random(f"test {index}"), np.random.default_rng([7, index]))
