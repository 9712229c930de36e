"""``calmline models``: what models there are, fetching one, and trying one out.

Nothing heavy is imported here; each command brings what it needs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from .errors import Refused

if TYPE_CHECKING:
    from models.catalog import Model, Places

FETCHED = "CALMLINE_MODELS"
"""Environment variable: the folder of fetched models."""
CACHE = "CALMLINE_CACHE"
"""Environment variable: the folder where the bundled model is unpacked."""


def places() -> Places:
    """Where models lie: the user's usual places, or where the environment says."""
    from models.catalog import Places

    usual = Places.of_user()
    return Places(
        fetched=Path(os.environ.get(FETCHED) or usual.fetched),
        cache=Path(os.environ.get(CACHE) or usual.cache),
    )


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what goes wrong with a model into one line and exit code 2."""
    from models.errors import ModelError

    try:
        yield
    except ModelError as error:
        raise Refused(str(error)) from error


@click.group(short_help="List, fetch and try out speech models.")
def models() -> None:
    """List, fetch and try out speech models.

    Only `fetch` ever uses the network. Fetched models lie in the user's data folder, or where
    the environment variable CALMLINE_MODELS says; the bundled one is unpacked into the user's
    cache folder, or CALMLINE_CACHE.
    """


@models.command("list", short_help="List the models that are here, and those to be had.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_(as_json: bool) -> None:
    """List the models that are on this machine, and the names that can be fetched."""
    from models import catalog

    with refusing():
        here = catalog.present(places())
    names = [model.name for model in here]
    others = [name for name in catalog.hub_names() if name not in names]
    if as_json:
        import json

        rows = [_row(model) for model in here]
        click.echo(json.dumps({"models": rows, "fetchable": others}, indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "where", "size", "languages", "window", "note", box=None)
    for row in map(_row, here):
        size, window = f"{row['bytes'] / 1e6:.0f} MB", row["window_s"]
        heard = f"{window:g} s" if window else "-"
        languages = ", ".join(row["languages"])
        table.add_row(row["name"], row["where"], size, languages, heard, row["note"])
    console = Console(soft_wrap=True)
    console.print(table if here else "no model is here")
    click.echo(f"\ncalmline models fetch NAME brings: {', '.join(others)}")


@models.command(short_help="Download a model.")
@click.argument("name")
def fetch(name: str) -> None:
    """Download the model NAME from the Hugging Face hub, or what is still missing of it.

    NAME is one that `calmline models list` offers, or a repository OWNER/NAME of a model for
    faster-whisper. Every file is verified. An interrupted download goes on where it stopped.
    """
    from models import catalog
    from models.fetch import fetch as bring

    with refusing():
        with _bars() as progress:
            folder = bring(name, places(), progress=progress)
        model = catalog.find(name, places())
    click.echo(f"{name} is here: {folder} ({model.bytes / 1e6:.0f} MB, verified)")


@models.command(short_help="Load a model, measure it, try it on recordings.")
@click.argument("name", metavar="[MODEL]", default="auto")
@click.option(
    "--audio",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A recording of yours; more may follow.",
)
@click.argument("more", metavar="[FILES]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help="What is spoken in them.  [default: detected for each channel]",
)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where it runs.",
)
def check(
    name: str, audio: tuple[Path, ...], more: tuple[Path, ...], language: str | None, device: str
) -> None:
    """Load a model, prime it, and print its versions and its speed.

    MODEL is a name, the path of a folder, or `auto` (the default). With `--audio`, or with more
    FILES behind it, its words in short windows are compared with those in its longest one, on your
    own recordings: only that shows whether short windows, which cost a fraction, may be trusted.
    No text is shown.
    """
    # what is told is the cost on one thread; numpy reads this when it is first imported
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from .models_check import report

    files = [*audio, *more]
    if Path(name).is_file():  # a model is never a file: `check --audio a.wav b.wav` names none
        name, files = "auto", [*files, Path(name)]
    with refusing():
        report(name, places(), files, language=cast(Any, language), device=device)


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for each file, on a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:

        def progress(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file, total=total, completed=done)
            bars.update(tasks[file], completed=done)

        yield progress


def _row(model: Model) -> dict[str, Any]:
    notes = {
        "bundled": "demo only: it knows the bundled calls",
        "fetched": model.manifest.source if model.manifest else "",
        "folder": "",
    }
    unpacked = model.bundle is None or model.folder.is_dir()
    return {
        "name": model.name,
        "origin": model.origin,
        "where": str(model.folder if unpacked else model.bundle),
        "bytes": model.bytes,
        "languages": list(model.languages),
        "window_s": model.window_s,
        "note": notes[model.origin],
    }
