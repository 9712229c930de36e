"""Calls with known calm and tense stretches, and what the whole engine makes of them.

Actors of a labelled corpus: some 40 s of their calm clips in turns, then some 25 s of tense ones or
of further calm ones; or tense from the first word on. Readers of the shared read speech, each the
caller of a calm call. Both channels of the shared calls, as far as they are callers. The project's
own samples. Everything after a drawn telephone line and mu-law.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np

from coaching.advice import CueShown, IndexChanged, StateChanged, Withdrawal
from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from models.recipes.anxiety_material import Clip, Line, Mood, clips, halves
from voice.clock import RATE
from voice.decode import Recording
from voice.events import Language
from voice.g711 import Samples, decode_mulaw, encode_mulaw

Span = tuple[float, float]

CALM_S, TENSE_S = 40.0, 25.0
TURN_S, TURN_GAP_S = (3.0, 7.0), (1.0, 3.0)
SENTENCE_GAP_S = 0.15, 0.7
LEVEL_DB = -15.0, -6.0
READ_PASSES = 2
"""How often a reader's sentences are read out: the second time the baseline knows the voice."""
CALLS_SEED = 5
"""Of the calls that actors are put into: order, pauses, lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call with what is known of it."""

    source: str
    name: str
    language: Language
    sound: Samples
    """[2, n], caller first."""
    calm: tuple[Span, ...]
    """Where the caller is known to be calm."""
    tense: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the engine made of a call."""

    source: str
    name: str
    calm_s: float
    calm_scores: tuple[float, ...]
    tense_scores: tuple[float, ...]
    alarms: int
    """Times the state became tense in calm stretches."""
    calm_cues: int
    """Cards for tension shown in calm stretches."""
    noticed_s: tuple[float | None, ...]
    """From the begin of each tense stretch to the state, and to the card; ``None``: never."""
    cue_s: tuple[float | None, ...]
    withdrew: bool


def read(path: Path) -> Samples:
    """Read a recording at 8 kHz, [channels, n]."""
    with path.open("rb") as file:
        return np.concatenate(list(Recording(file).blocks()), axis=1)


def samples(folder: Path) -> Iterator[Call]:
    """The project's own calls; what is not labelled tense or withdrawn is calm."""
    for path in sorted(folder.glob("*.json")):
        labels = json.loads(path.read_text())
        marked = [(s["start_s"], s["end_s"]) for s in labels["tense"] + labels["withdrawal"]]
        yield Call(
            source=f"samples {labels['language']}",
            name=labels["name"],
            language=labels["language"],
            sound=read(path.with_suffix(".wav")),
            calm=tuple(_outside(marked, labels["duration_s"])),
            tense=tuple((s["start_s"], s["end_s"]) for s in labels["tense"]),
        )


def _outside(marked: list[Span], end_s: float) -> Iterator[Span]:
    """What lies between the marked stretches; 5 s after each belong to no side (one window)."""
    start_s = 0.0
    for first_s, last_s in sorted(marked):
        yield start_s, first_s
        start_s = last_s + 5.0
    yield start_s, end_s


def readers(folder: Path) -> Iterator[Call]:
    """Readers of read speech, each as the caller of a calm call."""
    spoken: dict[str, list[Samples]] = defaultdict(list)
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            spoken[row["speaker"]].append(read(folder / row["file"])[0])
    for speaker, sounds in sorted(spoken.items()):
        parts: list[Samples] = []
        for sound in sounds * READ_PASSES:
            parts += [sound, _silence(0.4)]
        caller = np.concatenate(parts)
        yield _calm_call("read speech", f"reader {speaker}", _over_line(caller))


def shared_calls(folder: Path) -> Iterator[Call]:
    """The callers of real calls: nobody labelled them, nobody in them is in distress."""
    for name, caller in (("auto-repair-40", 0), ("connector-test", 0), ("connector-test", 1)):
        sound = read(folder / f"{name}.flac")
        both = sound if caller == 0 else np.ascontiguousarray(sound[::-1])
        yield _calm_call("shared calls", f"{name} {caller}", both)


def _calm_call(source: str, name: str, sound: Samples) -> Call:
    calm = ((0.0, sound.shape[1] / RATE),)
    return Call(source=source, name=name, language="en", sound=sound, calm=calm)


def actors(
    folder: Path,
    repeats: int = 2,
    language: Language = "en",
    *,
    tense_first: bool = False,
    seed: int = CALLS_SEED,
) -> Iterator[Call]:
    """Actors of a labelled corpus, for each mood of which they have at least two clips.

    In a calm call the clips of the first part do not come again in the second.
    """
    by_speaker: dict[str, dict[Mood, list[Clip]]] = defaultdict(lambda: defaultdict(list))
    for clip in clips(folder):
        by_speaker[clip.speaker][clip.mood].append(clip)
    for place, (speaker, moods) in enumerate(sorted(by_speaker.items())):
        for mood in ("anger", "fear", "calm"):
            for repeat in range(repeats):
                generator = np.random.default_rng([seed, place, len(mood), repeat])
                first, second = halves(moods["calm"], generator)
                if mood != "calm":
                    first, second = moods["calm"], moods[mood]
                if min(len(first), len(second)) < 2 or (tense_first and mood == "calm"):
                    continue
                before = in_turns(first, CALM_S, generator)
                after = in_turns(second, TENSE_S, generator)
                if tense_first:
                    before, after = after, before
                sound = _over_line(np.concatenate([before, after]), generator)
                edge_s, end_s = len(before) / RATE, sound.shape[1] / RATE
                calm_span, tense_span = (0.0, edge_s), (edge_s, end_s)
                if tense_first:
                    calm_span, tense_span = (edge_s + 5.0, end_s), (0.0, edge_s)
                yield Call(
                    source=mood,
                    name=speaker,
                    language=language,
                    sound=sound,
                    calm=((0.0, end_s),) if mood == "calm" else (calm_span,),
                    tense=() if mood == "calm" else (tense_span,),
                )


def in_turns(spoken: Sequence[Clip], least_s: float, generator: np.random.Generator) -> Samples:
    """Speak clips in turns of some sentences until the time is full; all before one comes again."""
    order = cycle([spoken[k].sound for k in generator.permutation(len(spoken))])
    parts: list[Samples] = []
    length_s = 0.0
    while length_s < least_s:
        turn_s, wanted_s = 0.0, generator.uniform(*TURN_S)
        while turn_s < wanted_s:
            parts += [next(order), _silence(generator.uniform(*SENTENCE_GAP_S))]
            turn_s += (len(parts[-2]) + len(parts[-1])) / RATE
        parts.append(_silence(generator.uniform(*TURN_GAP_S)))
        length_s += turn_s + len(parts[-1]) / RATE
    return np.concatenate(parts)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def _over_line(caller: Samples, generator: np.random.Generator | None = None) -> Samples:
    """Send a caller over a line; the far end is line noise at -70 dB, so channels differ."""
    noise = np.random.default_rng(1).normal(0, 3e-4, len(caller)).astype(np.float32)
    if generator is None:
        return np.stack([decode_mulaw(encode_mulaw(caller)), noise])
    level_db = generator.uniform(*LEVEL_DB)
    return np.stack([Line(generator).send(caller, generator, level_db), noise])


def hear(call: Call, thresholds: Thresholds) -> Heard:
    """Run the whole engine over a call, in one block, without words."""
    session = CallSession(
        CallSetup(
            call_id=call.name,
            roles=("caller", "agent"),
            language=call.language,
            playbook=bundled(call.language),
            thresholds=thresholds,
        )
    )
    log = [entry.event for entry in [*session.feed(call.sound), *session.finish()]]
    scores = [(e.at_s, e.score) for e in log if isinstance(e, IndexChanged) and e.score is not None]
    tense_at = [e.known_at_s for e in log if isinstance(e, StateChanged) and e.state == "tense"]
    cues_at = [e.known_at_s for e in log if isinstance(e, CueShown) and e.reasons]
    return Heard(
        source=call.source,
        name=call.name,
        calm_s=sum(end_s - start_s for start_s, end_s in call.calm),
        calm_scores=tuple(score for at_s, score in scores if _within(at_s, call.calm)),
        tense_scores=tuple(score for at_s, score in scores if _within(at_s, call.tense)),
        alarms=sum(_within(at_s, call.calm) for at_s in tense_at),
        calm_cues=sum(_within(at_s, call.calm) for at_s in cues_at),
        noticed_s=tuple(_first(tense_at, span) for span in call.tense),
        cue_s=tuple(_first(cues_at, span) for span in call.tense),
        withdrew=any(isinstance(e, Withdrawal) and e.on for e in log),
    )


def _within(at_s: float, spans: tuple[Span, ...]) -> bool:
    return any(start_s <= at_s < end_s for start_s, end_s in spans)


def _first(times_s: list[float], span: Span) -> float | None:
    return next((at_s - span[0] for at_s in times_s if span[0] <= at_s < span[1]), None)
