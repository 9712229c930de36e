"""The command line: verbs only; what each does lives in a module of its own, imported when used.

Nothing heavy is imported here: ``calmline --help`` must answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from . import options
from .archive.analysis_cli import compare, dashboard, rescore, search
from .archive.cli import archive
from .compiled_cache import keep_compiled
from .models_cli import models
from .playbook_cli import playbook
from .review.cli import review
from .serve_cli import demo, doctor, serve, stream

if TYPE_CHECKING:
    from voice.events import Language


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="calmline", message="calmline %(version)s")
def main() -> None:
    """Hear a support call; tell when the caller grows tense, why, and what to say next."""
    keep_compiled()


@main.command(short_help="Analyse a recording.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.caller
@options.offset_s
@options.language
@click.option(
    "--events",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the log of events (JSON lines).  [default: NAME.events.jsonl here]",
)
@click.option("--json", "as_json", is_flag=True, help="Write the events to standard output.")
@options.playbook
@options.thresholds
@options.model
@options.words
@options.demo_words
@options.shadow
def run(
    files: tuple[Path, ...],
    caller: str | None,
    offset_s: float,
    language: str,
    events: Path | None,
    as_json: bool,
    playbook: Path | None,
    thresholds: Path | None,
    shadow: bool,
    model: str,
    words: bool,
    demo_words: bool,
) -> None:
    """Analyse FILE, a recording with the caller on one channel and the agent on the other.

    With two mono files give the caller's first, then the agent's. Any format that FFmpeg reads.
    The account goes to the terminal, the log of all events to a file.
    """
    from .run import Options
    from .run import run as analyse

    analyse(
        Options(
            files=files,
            caller=caller,
            offset_s=offset_s,
            language=None if language == "auto" else cast("Language", language),
            events=events,
            as_json=as_json,
            playbook=playbook,
            thresholds=thresholds,
            shadow=shadow,
            model=model,
            words=words,
            demo_words=demo_words,
        )
    )


@main.command(short_help="Print the JSON Schema of events, messages, reports or forms.")
@click.option("--protocol", is_flag=True, help="Of the messages by which calls are sent, instead.")
@click.option("--report", is_flag=True, help="Of a review's report.json, instead.")
@click.option("--form", is_flag=True, help="Of a scorecard's form, for editors, instead.")
def schema(protocol: bool, report: bool, form: bool) -> None:
    """Print the JSON Schema of every event that `calmline run` writes and the server tells."""
    import json

    if protocol:
        from .media.protocol import protocol_schema as of
    elif report:
        from .review.report import json_schema as of
    elif form:
        from coaching.review.form import json_schema as of
    else:
        from .wire import json_schema as of

    click.echo(json.dumps(of(), indent=2, ensure_ascii=False))


@main.command(short_help="Say why a card came, or did not.")
@click.argument("call")
@click.option("--at", "at_s", type=float, required=True, metavar="SECONDS", help="The moment.")
@click.option("--playbook", type=click.Path(path_type=Path), help="Other cards (YAML).")
@click.option("--thresholds", type=click.Path(path_type=Path), help="Other thresholds (TOML).")
@click.option(
    "--store",
    metavar="URL",
    help="Where the call is: sqlite:///FILE, postgresql://..., or http://HOST:PORT of a server.",
)
@options.token
def explain(
    call: str,
    at_s: float,
    playbook: Path | None,
    thresholds: Path | None,
    store: str | None,
    token: str | None,
) -> None:
    """Print the facts before a moment of a call, the rules that held, and those held back.

    CALL is a call's id where --store tells in which store it is; without, its log of events, as
    `calmline run` writes it.
    """
    from .call_log import read_call
    from .explain import explain as tell
    from .run import read_playbook, read_profiles

    tell(read_call(call, store, token), at_s, read_playbook(playbook), read_profiles(thresholds))


@main.command(short_help="Print the shell's completion script.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete calmline's commands; source it in the shell's start file."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # click knows the shells offered above
    click.echo(kind(main, {}, "calmline", "_CALMLINE_COMPLETE").source())


for command in (
    archive,
    dashboard,
    compare,
    search,
    rescore,
    models,
    playbook,
    review,
    serve,
    demo,
    stream,
    doctor,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
