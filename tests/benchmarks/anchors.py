"""Where calm speech ends: the score of the anxiety index on speech known to be calm.

Prints the percentiles from which the anchors ``index_score_at_*`` of ``coaching/thresholds.py``
are taken, and what the settings do on the material they were taken from: false alarms on calm
speech, and how soon the labelled tension of the samples is noticed. The material is heard by the
real engine, after 8 kHz mu-law.

    python -m tests.benchmarks.anchors [--samples DIR] [--data DIR]

Calm material: the calm stretches of the project's own samples (synthetic); read speech, all
sentences of one reader, twice over; EMO-DB, all neutral sentences of one actor (German), followed
by those spoken in anger and in fear, which are not calm. Each source weighs the same in the last
row, from which the anchors are taken; a source is told alone as well.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coaching.advice import CueShown, IndexChanged, StateChanged, Withdrawal
from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from voice.clock import RATE
from voice.decode import Recording
from voice.events import Language
from voice.g711 import decode_mulaw, encode_mulaw

Samples = NDArray[np.float32]
Span = tuple[float, float]

REPO = Path(__file__).resolve().parents[2]
PASSES = 2
"""How often a reader's sentences are read out: the second time the baseline knows the voice."""
TURN_GAP_S = 1.5
SENTENCE_GAP_S = 0.4
WINDOW_HOP_S = 0.5


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
    """Readers of the shared read speech, each as the caller of a call."""
    clips: dict[str, list[Samples]] = defaultdict(list)
    for row in _manifest(folder):
        clips[row["speaker"]].append(read(folder / row["file"])[0])
    for speaker, spoken in sorted(clips.items()):
        caller = _in_turns([spoken] * PASSES)
        end_s = len(caller) / RATE
        yield Call(
            source="read speech",
            name=f"reader {speaker}",
            language="en",
            sound=_call(caller),
            calm=((0.0, end_s),),
        )


def actors(folder: Path) -> Iterator[Call]:
    """Actors of EMO-DB: neutral sentences, then angry and fearful ones."""
    clips: dict[tuple[str, str], list[Samples]] = defaultdict(list)
    for row in _manifest(folder):
        clips[row["speaker"], row["emotion"]].append(read(folder / row["file"])[0])
    for speaker in sorted({speaker for speaker, _ in clips}):
        for emotion in ("anger", "fear_anxiety"):
            calm = _in_turns([[_trim(clip) for clip in clips[speaker, "neutral"]]])
            tense = _in_turns([[_trim(clip) for clip in clips[speaker, emotion]]])
            calm_s, all_s = len(calm) / RATE, (len(calm) + len(tense)) / RATE
            yield Call(
                source=f"EMO-DB {emotion.partition('_')[0]}",
                name=f"actor {speaker}",
                language="en",
                sound=_call(np.concatenate([calm, tense])),
                calm=((0.0, calm_s),),
                tense=((calm_s, all_s),),
            )


def _manifest(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.tsv").open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _trim(clip: Samples) -> Samples:
    """Take off the padding of this copy of EMO-DB, and its peak normalisation down to a call's."""
    sound = np.flatnonzero(np.abs(clip) > 0.01)
    return 0.3 * clip[sound[0] : sound[-1] + 1]


def _in_turns(turns: list[list[Samples]]) -> Samples:
    """Put clips one after another, with a short pause after each and a longer after each turn."""
    parts: list[Samples] = []
    for turn in turns:
        for clip in turn:
            parts += [clip, np.zeros(round(SENTENCE_GAP_S * RATE), np.float32)]
        parts.append(np.zeros(round(TURN_GAP_S * RATE), np.float32))
    return np.concatenate(parts)


def _call(caller: Samples) -> Samples:
    """Send a caller through mu-law; the far end is line noise at -70 dB, so channels differ."""
    noise = np.random.default_rng(1).normal(0, 3e-4, len(caller)).astype(np.float32)
    return np.stack([decode_mulaw(encode_mulaw(caller)), noise])


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the engine made of a call."""

    call: Call
    calm_scores: tuple[float, ...]
    tense_scores: tuple[float, ...]
    alarms: int
    """Times the state became tense in calm stretches."""
    noticed_s: tuple[float | None, ...]
    """From the begin of each tense stretch to the state, and to the card; ``None``: never."""
    cue_s: tuple[float | None, ...]
    withdrew: bool


def hear(call: Call, thresholds: Thresholds) -> Heard:
    """Run the engine over a call."""
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
    cues_at = [e.known_at_s for e in log if isinstance(e, CueShown)]
    return Heard(
        call=call,
        calm_scores=tuple(score for at_s, score in scores if _within(at_s, call.calm)),
        tense_scores=tuple(score for at_s, score in scores if _within(at_s, call.tense)),
        alarms=sum(_within(at_s, call.calm) for at_s in tense_at),
        noticed_s=tuple(_first(tense_at, span) for span in call.tense),
        cue_s=tuple(_first(cues_at, span) for span in call.tense),
        withdrew=any(isinstance(e, Withdrawal) and e.on for e in log),
    )


def _within(at_s: float, spans: tuple[Span, ...]) -> bool:
    return any(start_s <= at_s < end_s for start_s, end_s in spans)


def _first(times_s: list[float], span: Span) -> float | None:
    return next((at_s - span[0] for at_s in times_s if span[0] <= at_s < span[1]), None)


def percentiles(heard: list[Heard], at: tuple[float, ...]) -> list[float]:
    """Weighted percentiles of the calm scores: each source weighs the same."""
    by_source: dict[str, list[float]] = defaultdict(list)
    for one in heard:
        by_source[one.call.source] += one.calm_scores
    pairs = sorted((x, 1 / len(scores)) for scores in by_source.values() for x in scores)
    below = np.cumsum([weight for _, weight in pairs])
    below /= below[-1]
    return [pairs[min(int(np.searchsorted(below, q)), len(pairs) - 1)][0] for q in at]


def row(name: str, heard: list[Heard]) -> str:
    """One line of the first table."""
    calm = [score for one in heard for score in one.calm_scores]
    tense = np.array([score for one in heard for score in one.tense_scores])
    figures = percentiles(heard, (0.05, 0.5, 0.95, 0.995))
    auc = np.mean(tense[:, None] > np.array(calm)[None, :]) if len(tense) else None
    return (
        f"{name:14} {len(heard):5} {len(calm) * WINDOW_HOP_S / 60:9.1f}"
        + "".join(f" {figure:8.3f}" for figure in figures)
        + f" {sum(one.alarms for one in heard):7}"
        + (f" {np.median(tense):10.3f} {auc:6.3f}" if auc is not None else "")
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("CALMLINE_DATA", REPO.parent / "shared" / "data")
    parser.add_argument("--samples", type=Path, default=REPO / "samples")
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--thresholds", type=Path, help="TOML file of settings to try")
    args = parser.parse_args()

    text = args.thresholds.read_text() if args.thresholds else ""
    thresholds = Thresholds.from_toml(text)
    calls = list(samples(args.samples))
    for folder, cut in (("speech", readers), ("emodb", actors)):
        if (args.data / folder / "manifest.tsv").exists():
            calls += cut(args.data / folder)
        else:
            print(f"without {folder}: the folder of shared data is absent")
    heard = [hear(call, thresholds) for call in calls]

    columns = ("p5", "p50", "p95", "p99.5")
    figures = "".join(f" {name:>8}" for name in columns)
    print(f"calm speech    calls min heard{figures}  alarms  med tense    AUC")
    for source in sorted({call.source for call in calls}):
        print(row(source, [one for one in heard if one.call.source == source]))
    # The neutral sentences of EMO-DB are in two sources; they count once.
    once = [one for one in heard if one.call.source != "EMO-DB fear"]
    print(row("all", once))
    print()
    print("labelled calls  noticed after s   card after s   withdrew")
    for one in heard:
        if one.call.source.startswith("samples"):
            print(
                f"{one.call.name:14} {_times(one.noticed_s):>16} {_times(one.cue_s):>14}"
                f" {'yes' if one.withdrew else 'no':>10}"
            )


def _times(times_s: tuple[float | None, ...]) -> str:
    return " ".join("never" if t is None else f"{t:.1f}" for t in times_s) or "-"


if __name__ == "__main__":
    main()
