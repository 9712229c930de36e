"""``python -m models.recipes``: the bundled models, nano stage by stage.

Every stage of nano skips what is there, so that the same command continues after an interruption.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .plan import Plan
    from .vocabulary import Vocabulary

# glibc must keep big blocks between training steps: giving them back costs more than the step
ALLOCATOR = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "-1",
    "MALLOC_TOP_PAD_": "268435456",
}


@click.group()
def main() -> None:
    """Make, or measure, the bundled model."""


@main.command()
@click.option("--work", type=click.Path(path_type=Path), default=Path("build/nano"))
@click.option("--minutes", default=150.0, help="Training of the words, in minutes.")
@click.option("--phoneme-minutes", default=6.0, help="Training of the phonemes before it.")
@click.option("--shards", default=92, help="Speech: shards of 400 utterances.")
@click.option("--seed", default=1)
@click.option("--target", type=click.Path(path_type=Path), help="Where the packed model goes.")
@click.option("--start", type=click.Path(path_type=Path, exists=True), help="A checkpoint.")
def make(
    work: Path, minutes: float, phoneme_minutes: float, shards: int, seed: int,
    target: Path | None, start: Path | None,
) -> None:  # fmt: skip
    """Make the bundled model."""
    if any(os.environ.get(name) != value for name, value in ALLOCATOR.items()):
        again = [sys.executable, "-m", "models.recipes", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, **ALLOCATOR})
    from . import align, export, pack, plan, quiet, speech, tokenizer, vocabulary

    heard = work / "speech"
    heard.mkdir(parents=True, exist_ok=True)
    if not (work / "vocabulary.json").exists():
        vocabulary.build(tokenizer.build(), seed=seed).save(work)
    known = vocabulary.load(work)
    tables = known.tables
    click.echo(f"1  {tables.text_tokens} tokens of text, {len(tables.lexicon)} English words")

    first = seed * 10_000
    jobs = [(speech.write_shard, heard, first + i) for i in range(shards)]
    _in_parallel("2  speech", [*jobs, (quiet.write_quiet, heard, seed)])

    encoder = start or work / "phonemes.pt"
    if start is None:
        _train(plan.Plan(stage="phonemes", minutes=phoneme_minutes), work, known, encoder, None)
    parts = os.cpu_count() or 1
    _in_parallel(
        "4  alignment", [(align.align_part, work, encoder, i, parts) for i in range(parts)]
    )
    words = plan.Plan(stage="words", minutes=minutes, short_start=start is None)
    _train(words, work, known, work / "words.pt", encoder)

    sizes = export.export(work / "words.pt", work / "tokenizer.json", work / "ct2")
    click.echo(f"6  export {sizes}")
    path = pack.pack(work / "ct2", target or pack.SHIPPED)
    click.echo(f"7  {path}: {path.stat().st_size} bytes")


@main.command()
@click.option("--model", type=click.Path(path_type=Path), help="An unpacked model to measure.")
@click.option("--card", is_flag=True, help="Put the tables into the model card, too.")
def evaluate(model: Path | None, card: bool) -> None:
    """Measure the bundled model."""
    from . import pack
    from .evaluate import evaluate as measure

    lines: list[str] = []
    for line in measure(model):
        click.echo(line)
        lines.append(line)
    if card:
        pack.put_figures(pack.SHIPPED / "card.md", lines)


@main.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="A corpus of acted speech: manifest.tsv with file, speaker, emotion.",
)
@click.option("--seed", default=1)
@click.option("--target", type=click.Path(path_type=Path), help="Where the model goes.")
def anxiety(data: Path, seed: int, target: Path | None) -> None:
    """Make the model of the anxiety index."""
    from . import anxiety as recipe

    for line in recipe.make(data, seed, target):
        click.echo(line)


def _train(plan: Plan, work: Path, known: Vocabulary, checkpoint: Path, start: Path | None) -> None:
    from . import train

    data = train.dataset(work / "speech", known, plan)
    trainer = train.Trainer(plan, data, known, checkpoint)
    if not trainer.resume() and start is not None:
        trainer.start_from(start)
    click.echo(f"{3 if plan.stage == 'phonemes' else 5}  {plan.stage}, {len(data)} utterances")
    trainer.run(click.echo)


def _in_parallel(
    title: str, jobs: Iterable[tuple[Callable[..., object], *tuple[object, ...]]]
) -> None:
    listed = list(jobs)
    # not forked: torch's threads, once started here, would be missing in the children
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(job, *arguments) for job, *arguments in listed]
        with click.progressbar(as_completed(waiting), length=len(waiting), label=title) as done:
            for future in done:
                future.result()


if __name__ == "__main__":
    main()
