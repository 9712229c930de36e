"""``calmline archive``; nothing heavy is imported here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .. import options
from ..errors import Refused


@click.command(short_help="Score recordings by the thousand.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the archive. A run on one that exists goes on with it.",
)
@click.option(
    "--name-pattern",
    metavar="PATTERN",
    help="What names tell: '{agent}_{date}_{call_id}.wav'. Also {time}, {queue}, {direction}, "
    "{language}, {any}; with {party} a call is two mono files.",
)
@click.option(
    "--parties",
    metavar="CALLER,AGENT",
    default="caller,agent",
    show_default=True,
    help="What stands for {party} in names.",
)
@click.option(
    "--metadata",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="CSV with the column file, and call_id, agent, queue, direction, date, started_at, "
    "language, caller (left, right), consent.",
)
@click.option(
    "--outcomes",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="CSV with the column call_id, and solved, csat, repeat, churn, sale; joined to all calls "
    "of the archive.",
)
@options.workers
@click.option(
    "--engine",
    type=click.Choice(["pool", "ray"]),
    default="pool",
    show_default=True,
    help="Processes of this machine, or Ray on many (pip install 'calmline[ray]').",
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(1),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="For one recording.",
)
@click.option(
    "--part-calls",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    help="Calls in a part at most; a killed run loses at most the part it was at.",
)
@options.caller
@click.option(
    "--language",
    type=click.Choice(["auto", "en", "zh"]),
    default="auto",
    show_default=True,
    help="Of the calls, where nothing else tells.",
)
@click.option("--words/--no-words", default=True, help="Transcribe; without words for triage.")
@click.option("--demo-words", is_flag=True, help="As for `calmline run`: wrong words, for trying.")
@options.model
@options.playbook
@options.thresholds
@click.option(
    "--db",
    metavar="URL",
    envvar="CALMLINE_ARCHIVE_DB",
    show_envvar=True,
    help="Bring the datasets into a database too: postgresql://... or sqlite:///FILE.",
)
@click.option("--dry-run", is_flag=True, help="Say how many hours, how long, how much disk.")
@click.option("--retry-failed", is_flag=True, help="Try again what failed in earlier runs.")
@click.option(
    "--agents-as-named",
    is_flag=True,
    help="Keep the names of agents. Without it they are pseudonyms.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def archive(sources: tuple[str, ...], parties: str, language: str, **chosen: Any) -> None:
    """Score every recording of SOURCE: a folder, a file, a glob, a list (.txt), or a URL.

    Writes the datasets calls, windows and events (Parquet) to a folder, with a data dictionary,
    failures.csv and run.json. Ctrl-C, or worse, stops it; the same command goes on.
    """
    caller, comma, agent = parties.partition(",")
    if not (caller and comma and agent) or caller == agent:
        raise Refused("--parties: give two names, the caller's first: caller,agent")
    from .run import Options
    from .run import archive as score

    score(
        Options(
            sources=sources,
            parties=(caller, agent),
            language=None if language == "auto" else "zh" if language == "zh" else "en",
            command=("calmline", *sys.argv[1:]),
            **chosen,
        )
    )
