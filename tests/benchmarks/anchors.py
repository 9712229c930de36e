"""Where calm speech ends: the score of the anxiety index on speech known to be calm.

Prints the percentiles from which the anchors ``index_score_at_*`` of ``coaching/thresholds.py``
are taken, and what the settings do on the material they were taken from: false alarms on calm
speech, and how soon labelled tension is noticed.

    python -m tests.benchmarks.anchors [--samples DIR] [--data DIR] [--thresholds FILE]

The material is that of :mod:`.anxiety_calls`. Each source weighs the same in the last row, from
which the anchors are taken; a source is told alone as well.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from pathlib import Path

import numpy as np

from coaching.thresholds import Thresholds

from .anxiety_calls import Heard, actors, hear, readers, samples, shared_calls

REPO = Path(__file__).resolve().parents[2]
WINDOW_HOP_S = 0.5


def percentiles(heard: list[Heard], at: tuple[float, ...]) -> list[float]:
    """Weighted percentiles of the calm scores: each source weighs the same."""
    by_source: dict[str, list[float]] = defaultdict(list)
    for one in heard:
        by_source[one.source] += one.calm_scores
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
    for folder, cut in (("speech", readers), ("emodb", actors), ("calls", shared_calls)):
        if (args.data / folder).is_dir():
            calls += cut(args.data / folder)
        else:
            print(f"without {folder}: the folder of shared data is absent")
    heard = [hear(call, thresholds) for call in calls]

    columns = ("p5", "p50", "p95", "p99.5")
    figures = "".join(f" {name:>8}" for name in columns)
    print(f"calm speech    calls min heard{figures}  alarms  med tense    AUC")
    for source in sorted({call.source for call in calls}):
        print(row(source, [one for one in heard if one.source == source]))
    print(row("all", heard))
    print()
    print("labelled calls  noticed after s   card after s   withdrew")
    for one in heard:
        if one.source.startswith("samples"):
            print(
                f"{one.name:14} {_times(one.noticed_s):>16} {_times(one.cue_s):>14}"
                f" {'yes' if one.withdrew else 'no':>10}"
            )


def _times(times_s: tuple[float | None, ...]) -> str:
    return " ".join("never" if t is None else f"{t:.1f}" for t in times_s) or "-"


if __name__ == "__main__":
    main()
