"""Prosody beside its measuring sticks: CPU, F0 and articulation rate, in one run.

    python -m tests.benchmarks.prosody [--data DIR] [--quick]

The sticks come with ``pip install -e '.[bench]'``; one that is missing is said and left out.

F0 is judged against the truth on synthetic voices and against Praat on the clean original
(16 kHz or more) on real speech; sentences of one speaker are one stream, as in a call. The others
are given the constant lag within 40 ms that suits each best, ours are taken at their word.

- *median*: mean over speakers of the error of the median F0, semitones
- *gross*: frames voiced in both that are more than 20 % off
- *voicing*: frames on whose voicing both agree
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from voice.clock import RATE
from voice.frames import Samples

from .prosody_material import (
    Sentence,
    Voice,
    acted_speech,
    read_speech,
    sentences,
    synthetic_voices,
)
from .prosody_rate import rate_table
from .prosody_trackers import Track, functionals, live, present
from .prosody_truth import Floats, telephone

OURS = "ours (causal)"
BUDGETS = """CPU s per s <= .0005, openSMILE >= 15x, Praat >= 5x
read speech, telephone: median <= 0.2 st, gross <= 1 %, voicing >= 92 %
articulation rate: synthetic MAE <= 0.1, read speech r >= .75, MAE <= 0.5 syllables/s"""


def cpu(samples: Samples, rounds: int) -> dict[str, float]:
    """Return CPU seconds per second of audio: the least of several interleaved rounds."""
    runs: dict[str, Callable[[], object]] = {
        "ours, caller (feed + measure)": lambda: live(samples, "caller"),
        "ours, agent (feed + measure)": lambda: live(samples, "agent"),
    }
    trackers = present()
    for name, tracker in trackers.items():
        label = f"{name} F0" if name != OURS else "ours, F0 alone"
        runs[label] = lambda tracker=tracker: tracker(samples, RATE)  # type: ignore[misc]
    if "openSMILE" in trackers:
        runs["openSMILE eGeMAPS functionals"] = lambda: functionals(samples, RATE)
    for run in runs.values():
        run()  # caches, compilers, lazy imports
    least = dict.fromkeys(runs, np.inf)
    for _ in range(rounds):
        for name, run in runs.items():
            if name == "librosa.pyin F0" and least[name] < np.inf:
                continue  # a hundred times the others: once is enough
            before = time.process_time()
            run()
            least[name] = min(least[name], time.process_time() - before)
    return {name: seconds / (len(samples) / RATE) for name, seconds in least.items()}


def nearest(track: Track, times_s: Floats) -> Floats:
    """Return F0 of the frames nearest to the times given."""
    at, f0 = track
    step = at[1] - at[0]
    frames = np.rint((times_s - at[0]) / step).astype(int)
    found: Floats = f0[frames.clip(0, len(f0) - 1)]
    return found


def f0_errors(voices: list[Voice], tracks: list[Track], lags_s: Floats) -> tuple[float, ...]:
    """Return median error (st), gross errors (%) and voicing agreement (%) at the best lag."""
    best = (np.inf, np.inf, -np.inf)
    for lag_s in lags_s:
        medians, gross, agreed = [], [], []
        for voice, track in zip(voices, tracks, strict=True):
            times_s, truth = voice.truth
            f0 = nearest(track, times_s + lag_s)
            agreed.append((f0 > 0) == (truth > 0))
            both = (f0 > 0) & (truth > 0)
            gross.append(np.abs(f0[both] / truth[both] - 1) > 0.2)
            if both.any():
                medians.append(
                    abs(12 * np.log2(np.median(f0[f0 > 0]) / np.median(truth[truth > 0])))
                )
        found = (
            float(np.mean(medians)),
            100 * float(np.concatenate(gross).mean()),
            100 * float(np.concatenate(agreed).mean()),
        )
        best = max(best, found, key=lambda errors: errors[2] - errors[1])
    return best


def f0_table(material: dict[str, list[Voice]]) -> None:
    """Print F0 accuracy of all trackers, clean and after the telephone."""
    print(f"\n{'F0: median st / gross % / voicing %':36}", end="")
    columns = [(name, line) for name in material for line in ("8 kHz", "telephone")]
    print("".join(f"{f'{name}, {line}':>27}" for name, line in columns))
    for name, tracker in present().items():
        lags_s = np.zeros(1) if name == OURS else np.arange(-4, 5) / 100
        print(f"{name:36}", end="", flush=True)
        for source, line in columns:
            voices = material[source]
            heard = [voice.samples for voice in voices]
            heard = heard if line == "8 kHz" else [telephone(samples) for samples in heard]
            errors = f0_errors(voices, [tracker(samples, RATE) for samples in heard], lags_s)
            print(f"{errors[0]:13.2f} /{errors[1]:5.2f} /{errors[2]:5.1f}", end="", flush=True)
        print()


def main() -> None:
    """Run all and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data = Path(os.environ.get("CALMLINE_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data, help="folder of real speech")
    parser.add_argument("--quick", action="store_true", help="a few speakers, fewer rounds")
    args = parser.parse_args()
    print(f"budgets:\n{BUDGETS}\n")
    voices = synthetic_voices()
    minute = np.concatenate([voice.samples for voice in voices[:3]])
    spent = cpu(telephone(minute), rounds=3 if args.quick else 7)
    ours = spent["ours, caller (feed + measure)"]
    print(f"\n{'CPU s per s of 8 kHz audio, all threads':40}{'ours, caller, is faster by':>28}")
    for name, seconds in spent.items():
        print(f"{name:40}{seconds:10.6f}{seconds / ours:17.1f} x")

    material = {"synthetic": voices}
    read: list[Sentence] = []
    if not args.data.is_dir():
        print(f"\nno real speech in {args.data}: synthetic truth only")
    else:
        if find_spec("parselmouth"):
            material["read"] = read_speech(args.data, 6 if args.quick else None)
            material["acted"] = acted_speech(args.data, 3 if args.quick else None)
        else:
            print("\nPraat is not installed: no reference for F0 of real speech")
        read = sentences(args.data, 24 if args.quick else None)
    f0_table(material)
    rate_table(read)


if __name__ == "__main__":
    main()
