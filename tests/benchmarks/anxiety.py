"""The anxiety index beside eGeMAPS with an SVM, and in whole calls.

    python -m tests.benchmarks.anxiety [--data DIR] [--folder DIR] [--language en|zh]
        [--calls-only] [--calls-seed N] [--thresholds FILE]

Without ``--folder``: EMO-DB of the shared data, one speaker left out everywhere; the calm material
of the shared data is heard, too. With it: any folder with ``manifest.tsv`` (``file``, ``speaker``,
``emotion``); both systems are trained on EMO-DB as a whole, so nothing of the folder is learned
from but each speaker's own baseline.

1. windows of 4 to 8 s: area under the curve, bootstrap over speakers, CPU
2. calls through the whole `CallSession`: tense stretches noticed and carded, calm ones not

In section 2 an actor of EMO-DB is heard with weights that never saw them; settings (anchors,
baseline, dwell) were chosen while looking at these corpora. For any other folder the shipped model
is used as it is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from unittest.mock import patch

from coaching.baseline import SCHEMA
from coaching.thresholds import Thresholds
from models import anxiety
from models.recipes.anxiety import PER_MOOD, fitted, hear
from models.recipes.anxiety import Heard as HeardStretch
from models.recipes.anxiety_export import write
from models.recipes.anxiety_fit import PRIORS
from models.recipes.anxiety_material import Stretch, clips, stretches
from voice.events import Language

from . import anxiety_calls as calls
from . import anxiety_windows as windows

REPO = Path(__file__).resolve().parents[2]
SEED = 2
"""Of the first draw; not that of the shipped model: the same clips, other stretches."""
IN_TIME_S = 10.0
TARGETS = (
    "windows: ours at least eGeMAPS + SVM - 0.01, at 1/15 of the CPU; calls: a card within 10 s in"
    " at least 80 % of tense stretches, none in calm material"
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Stretches of a corpus, and what the index heard of those that are scored."""

    material: Sequence[Stretch]
    heard: Sequence[HeardStretch]

    @classmethod
    def of(cls, folder: Path, seed: int, language: Language) -> Corpus:
        """Draw stretches and hear them."""
        material = stretches(clips(folder), per_mood=PER_MOOD, seed=seed)
        heard = hear(material, language)
        # a stretch in which the engine finds too little speech is in neither's figures
        kept = {id(one.stretch) for one in heard}
        return cls([s for s in material if s.baseline or id(s) in kept], heard)


def first_section(
    corpora: Sequence[Corpus], trained: Corpus | None, language: Language, rounds: int
) -> None:
    """Print windows and CPU."""
    smile = find_spec("opensmile") is not None
    if not smile:
        print("without openSMILE: pip install -e '.[bench]'")
    other = None
    if smile and trained is not None:
        other = (trained.material, windows.functionals_of(trained.material))
    draws: list[windows.Draw] = []
    for corpus in corpora:
        prior = windows.prior_of(language)
        systems = [windows.ours(corpus.heard, prior, trained.heard if trained else None)]
        if smile:
            values = windows.functionals_of(corpus.material)
            systems.append(windows.svm(corpus.material, values, other))
        draws.append(windows.Draw(corpus.material, systems))
    speakers = {stretch.speaker for stretch in corpora[0].material}
    scored = sum(len(corpus.heard) for corpus in corpora)
    print(f"windows: {scored} of 4 to 8 s in {len(corpora)} draws, {len(speakers)} speakers")
    print(*windows.table(draws), sep="\n")
    if smile:
        spent = windows.cpu(corpora[0].material, rounds)
        for name, seconds in spent.items():
            print(f"{1000 * seconds:7.3f} ms CPU per s  {name}")
        mine, theirs = spent["ours: prosody, model"], list(spent.values())[-1]
        print(f"eGeMAPS / ours: {theirs / mine:.1f}")


@contextmanager
def model_without(speaker: str, heard: Sequence[HeardStretch]) -> Iterator[None]:
    """Run the product with weights that never saw a speaker."""
    others = [one for one in heard if one.stretch.speaker != speaker]
    load: Callable[..., anxiety.AnxietyModel] = anxiety.load
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        write(path, SCHEMA, {prior.language: fitted(others, prior) for prior in PRIORS}, {})
        with patch.object(anxiety, "load", lambda features, lang: load(features, lang, path)):
            yield


def tense_calls(heard: Sequence[calls.Heard], limit_s: float) -> None:
    """Print how many tense stretches are noticed in time, and how soon."""
    for mood in ("anger", "fear", "anger, fear"):
        rows = [one for one in heard if one.source in mood and one.cue_s]
        if not rows:
            continue
        cards = [seconds for one in rows for seconds in one.cue_s]
        noticed = [seconds for one in rows for seconds in one.noticed_s]
        print(
            f"{mood:12} {len(rows):3} stretches  card {_in_time(cards, limit_s)}"
            f"  state {_in_time(noticed, limit_s)}"
        )


def _in_time(times_s: Sequence[float | None], limit_s: float) -> str:
    came = [seconds for seconds in times_s if seconds is not None]
    share = sum(seconds <= limit_s for seconds in came) / len(times_s)
    middle = f"{median(came):.1f}" if came else "-"
    return f"within {limit_s:.0f} s {100 * share:3.0f} %, median {middle} s"


def calm_calls(name: str, heard: Sequence[calls.Heard]) -> None:
    """Print cards in calm material, with the 95 % bound of their rate (Poisson, one-sided)."""
    from scipy.stats import chi2

    hours = sum(one.calm_s for one in heard) / 3600
    cards = sum(one.calm_cues for one in heard)
    bound = chi2.ppf(0.95, 2 * (cards + 1)) / 2 / hours
    alarms = sum(one.alarms for one in heard)
    print(
        f"{name:22} {len(heard):3} calls {60 * hours:6.1f} min  cards {cards}  states {alarms}"
        f"  at most {bound:.1f} cards an hour"
    )


def second_section(
    folder: Path,
    data: Path | None,
    heard: Sequence[HeardStretch] | None,
    language: Language,
    settings: Thresholds,
    seed: int,
) -> None:
    """Print calls."""
    acted: list[calls.Heard] = []
    first: list[calls.Heard] = []
    for repeats, tense_first, into in ((2, False, acted), (1, True, first)):
        for call in calls.actors(folder, repeats, language, tense_first=tense_first, seed=seed):
            if heard is None:
                into.append(calls.hear(call, settings))
            else:
                with model_without(call.name, heard):
                    into.append(calls.hear(call, settings))
    print("tense after calm")
    tense_calls(acted, IN_TIME_S)
    print("tense from the first word (no card may come in the first 20 s of a call)")
    tense_calls(first, calls.TENSE_S)
    print("calm")
    groups = {"acted calm": acted}
    if data is not None:
        for name, part, cut in (
            ("read speech", "speech", calls.readers),
            ("shared calls", "calls", calls.shared_calls),
        ):
            if (data / part).is_dir():
                groups[name] = [calls.hear(call, settings) for call in cut(data / part)]
    for name, group in groups.items():
        calm_calls(name, group)
    calm_calls("all", [one for group in groups.values() for one in group])


def main() -> None:
    """Print both sections."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("CALMLINE_DATA", REPO.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--folder", type=Path, help="another labelled corpus to test on")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the folder")
    parser.add_argument("--draws", type=int, default=3, help="of the stretches in section 1")
    parser.add_argument("--rounds", type=int, default=3, help="of the CPU measurement")
    parser.add_argument("--calls-only", action="store_true")
    parser.add_argument(
        "--calls-seed", type=int, default=calls.CALLS_SEED, help="draw other calls of the actors"
    )
    parser.add_argument("--thresholds", type=Path, help="TOML file of settings to try on calls")
    args = parser.parse_args()
    emodb, language = args.data / "emodb", args.language
    if not (emodb / "manifest.tsv").is_file():
        parser.error(f"{emodb}: there is no manifest.tsv (--data or CALMLINE_DATA)")

    print(TARGETS)
    seeds = range(SEED, SEED + args.draws)
    if args.folder is None:
        corpora, trained = [Corpus.of(emodb, seed, language) for seed in seeds], None
    else:
        corpora = [Corpus.of(args.folder, seed, language) for seed in seeds]
        trained = Corpus.of(emodb, SEED, "en")
    if not args.calls_only:
        first_section(corpora, trained, language, args.rounds)
    settings = Thresholds.from_toml(args.thresholds.read_text() if args.thresholds else "")
    if args.folder is None:
        heard = corpora[0].heard
        second_section(emodb, args.data, heard, language, settings, args.calls_seed)
    else:
        second_section(args.folder, None, None, language, settings, args.calls_seed)


if __name__ == "__main__":
    main()
