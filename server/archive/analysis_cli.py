"""What is asked of an archive: ``dashboard``, ``compare``, ``search`` and ``rescore``.

Nothing heavy is imported here; each command brings what it needs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from .. import options

BY = ("queue", "language", "direction", "codec")
KINDS = (
    "need", "price", "product", "service", "time", "agent", "ability", "results", "competitor",
    "decider",
)  # fmt: skip
FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_folder = click.argument("folder", metavar="DIR", type=FOLDER)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value is not None else None


@click.command(short_help="Draw what an archive says, as one page.")
@_folder
@click.option(
    "--split",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="Show also what is different from this day on.",
)
@click.option("--by", type=click.Choice(BY), help="Compare within each, too.")
def dashboard(folder: Path, split: date | None, by: str | None) -> None:
    """Write dashboard.html into the archive DIR: one file that needs no network.

    Figures that rest on few calls are shown as such. Agents are not compared.
    """
    from .dashboard import write_dashboard

    if by is not None and split is None:
        raise click.UsageError("--by needs --split: before and after which day?")
    click.echo(write_dashboard(folder, split, by))


@click.command(short_help="Compare an archive before and after a day.")
@_folder
@click.option(
    "--split",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    required=True,
    help="First day of what is after.",
)
@click.option("--by", type=click.Choice(BY), help="Compare within each, too.")
@_json
def compare(folder: Path, split: date, by: str | None, as_json: bool) -> None:
    """Compare figures of the archive DIR before a day with those from it on.

    A difference says that calls differ, not why. Ranges are corrected for all lines, so that
    hardly ever one of them is clear by chance.
    """
    from .compared import as_text
    from .dashboard.before_after import as_json as values
    from .dashboard.before_after import before_after
    from .tables import Tables

    with Tables(folder) as tables:
        changes = before_after(tables, split, by)
    if as_json:
        _print_json({"split": split.isoformat(), "by": by, "changes": values(changes)})
    else:
        as_text(changes, split)


@click.command(short_help="Look for what was said in an archive.")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--dir",
    "folder",
    type=FOLDER,
    default=".",
    help="The archive.  [default: this folder]",
)
@click.option("--kind", type=click.Choice(KINDS), help="In calls with this objection only.")
@click.option("--role", type=click.Choice(["caller", "agent"]), help="Said by whom.")
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, help="Hits.")
@_json
def search(
    query: tuple[str, ...],
    folder: Path,
    kind: str | None,
    role: str | None,
    most: int,
    as_json: bool,
) -> None:
    """Find utterances of an archive with all words of QUERY, the best first.

    Words are found in any form and order; '"my refund"' in double quotes as it stands. Chinese may
    be written Simplified or Traditional. The index is built beside the archive when it is needed.
    """
    from .found import as_text, as_values
    from .search import search as find

    hits = find(folder, " ".join(query), kind=kind, role=role, most=most)
    if as_json:
        _print_json(as_values(hits))
    else:
        as_text(hits)


@click.command(short_help="Try other rules on an archive, without its sound.")
@_folder
@click.option(
    "--playbook",
    type=click.Path(path_type=Path, exists=True),
    help="Other cards: a file, or sheets laid over the bundled ones.",
)
@click.option(
    "--thresholds",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Other thresholds (TOML).",
)
@options.workers
@_json
def rescore(
    folder: Path,
    playbook: Path | None,
    thresholds: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Replay the stored facts of the archive DIR and tell which cards calls gain and lose.

    The archive stays as it is; the result lies in DIR/rescore-*/.
    """
    import os

    from ..run import read_playbook, read_profiles
    from .account_of_rescore import as_text
    from .rescore import as_json as values
    from .rescore import rescore as again

    if playbook is None and thresholds is None:
        raise click.UsageError("give --playbook, --thresholds or both: what shall be tried?")
    with _progress() as advance:
        result = again(
            folder,
            read_playbook(playbook),
            read_profiles(thresholds) if thresholds else None,
            workers=workers or os.cpu_count() or 1,
            advance=advance,
        )
    if as_json:
        _print_json(values(result))
    else:
        as_text(result)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show how far it is, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scoring again", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _print_json(value: object) -> None:
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
