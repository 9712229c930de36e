"""The verbs of the live server: ``serve``, ``demo``, ``stream``, ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import click

from . import options

CALL = "en-rising"


@click.command(short_help="Run the live server.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--media-port", type=int, default=8701, show_default=True, help="For calls.")
@click.option("--web-port", type=int, default=8702, show_default=True, help="For consoles, REST.")
@click.option(
    "--token",
    envvar="CALMLINE_TOKEN",
    show_envvar=True,
    help="Clients and consoles must show it. Needed beyond loopback.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CALMLINE_HOME",
    show_envvar=True,
    help="Folder of the database and the recordings.  [default: the user's data folder]",
)
@click.option(
    "--store",
    envvar="CALMLINE_STORE",
    show_envvar=True,
    metavar="URL",
    help="Database: sqlite:///FILE or postgresql://...  [default: calls.db in --data]",
)
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Of calls whose source does not say.",
)
@click.option(
    "--playbook",
    "playbooks",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Cards of your own: a YAML file, or a folder laid over the bundled ones; one a language.",
)
@click.option(
    "--form",
    "forms",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A scorecard's form of your own (YAML), for reviews; one a language.",
)
@options.thresholds
@click.option(
    "--consent",
    type=click.Choice(["required", "off"]),
    help="Whether the caller must be told before anything is heard or stored.  "
    "[default: required beyond loopback]",
)
@options.model
@options.words
@options.demo_words
@click.option("--record", is_flag=True, help="Keep the sound of calls, for the replay.")
@options.shadow
@click.option(
    "--holdout",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="Withhold this share of cards, so that their effect can be measured.",
)
@click.option(
    "--max-calls",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    metavar="N",
    help="Calls at a time; more are refused.",
)
@click.option(
    "--voice-processes",
    type=click.IntRange(0),
    metavar="N",
    help="Processes that analyse calls; 0: threads of the server's own.  "
    "[default: one a core, up to 4]",
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="Another name of this server."
)
@click.option(
    "--allow-origin", "origins", multiple=True, metavar="ORIGIN", help="A page that may connect."
)
@click.option(
    "--frame-ancestor",
    "ancestors",
    multiple=True,
    metavar="ORIGIN",
    help="A page (the CRM) that may hold the console in a frame.",
)
@click.option(
    "--archive",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Show the dashboard of this archive at /archive.",
)
def serve(
    host: str,
    media_port: int,
    web_port: int,
    token: str | None,
    data: Path | None,
    store: str | None,
    language: str,
    playbooks: tuple[Path, ...],
    forms: tuple[Path, ...],
    thresholds: Path | None,
    consent: str | None,
    model: str,
    words: bool,
    demo_words: bool,
    record: bool,
    shadow: bool,
    holdout: float,
    max_calls: int,
    voice_processes: int | None,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    ancestors: tuple[str, ...],
    archive: Path | None,
) -> None:
    """Take calls by websocket, coach their agents, keep what happened.

    Cards and thresholds are read again when their files change; calls that go on keep theirs.
    Ctrl-C (or SIGTERM) takes no more calls and lets those that are there end; a second Ctrl-C ends
    at once.
    """
    from platformdirs import user_data_path

    from .live.processes import usual_processes
    from .loopback import is_loopback
    from .rules import RuleFiles
    from .serve import read_forms
    from .serve import serve as run
    from .settings import ServeSettings

    files = RuleFiles(playbooks=playbooks, thresholds=thresholds)
    duty = consent or ("off" if is_loopback(host) else "required")
    run(
        ServeSettings(
            host=host,
            media_port=media_port,
            web_port=web_port,
            token=token or None,
            data=data or user_data_path("calmline", appauthor=False),
            store=store,
            language=cast("Literal['en', 'zh']", language),
            rules=files.read(),
            rule_files=files,
            forms=read_forms(forms),
            consent=cast("Literal['required', 'off']", duty),
            model=model if words else None,
            demo_words=demo_words,
            record=record,
            shadow=shadow,
            holdout=holdout,
            most_calls=max_calls,
            voice_processes=usual_processes() if voice_processes is None else voice_processes,
            hosts=frozenset(hosts),
            origins=frozenset(origins),
            frame_ancestors=ancestors,
            archive=archive,
        )
    )


@click.command(short_help="Play a bundled call through a server.")
@click.option("--call", default=CALL, show_default=True, metavar="NAME", help="A bundled call.")
@click.option(
    "--speed",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    help="Multiple of real time.",
)
@click.option("--keep", is_flag=True, help="Keep the server, and the call in it, until Ctrl-C.")
@click.option("--browser/--no-browser", default=True, help="Open the console if there is a screen.")
def demo(call: str, speed: float, keep: bool, browser: bool) -> None:
    """Start a server on free ports of this machine and stream a bundled call through its socket.

    Shows both sides' words, how the caller is and why, and each card as the agent would see it;
    ends by itself.
    """
    from .demo import DemoOptions
    from .demo import demo as play

    play(DemoOptions(call=call, speed=speed, keep=keep, browser=browser))


@click.command(short_help="Send a recording to a server as a call.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", required=True, metavar="URL", help="ws://HOST:PORT of a running server.")
@click.option(
    "--caller",
    type=click.Choice(["left", "right"]),
    help="Channel of the caller in a two-channel file.",
)
@options.offset_s
@click.option(
    "--speed",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="Multiple of real time; 0 is as fast as the server takes it.",
)
@options.token
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of the call.")
@click.option("--call-id", metavar="ID", help="[default: the file's name and something random]")
@click.option("--agent-id", metavar="ID", help="Whose console shows it.")
@click.option("--queue", metavar="NAME", help="The queue that it waited in.")
@click.option("--announced", is_flag=True, help="The caller was told of the analysis.")
@click.option("--json", "as_json", is_flag=True, help="Tell how it went as JSON.")
def stream(
    files: tuple[Path, ...],
    to: str,
    caller: str | None,
    offset_s: float,
    speed: float,
    token: str | None,
    language: str | None,
    call_id: str | None,
    agent_id: str | None,
    queue: str | None,
    announced: bool,
    as_json: bool,
) -> None:
    """Send FILE (two channels), or two mono FILES (the caller's, then the agent's), as a call."""
    import json
    from dataclasses import asdict

    from .stream import stream as send

    sent = send(
        files,
        to,
        caller=cast("Literal['left', 'right'] | None", caller),
        offset_s=offset_s,
        speed=speed,
        token=token or None,
        language=cast("Literal['en', 'zh'] | None", language),
        call_id=call_id,
        agent_id=agent_id,
        queue=queue,
        announced=announced,
        progress=not as_json,
    )
    if as_json:
        click.echo(json.dumps(asdict(sent), ensure_ascii=False))
        return
    for complaint in sent.complaints:
        click.echo(f"{click.style('calmline:', fg='yellow')} {complaint}", err=True)
    click.echo(
        f"{sent.call_id}: {sent.media_s:.1f} s heard, {sent.events} events"
        + (f", resumed {sent.drops} times" if sent.drops else "")
        + (", broken off" if sent.interrupted else "")
    )


@click.command(short_help="Tell what works here.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(as_json: bool) -> None:
    """Check what Calmline needs on this machine, and say what to do about what does not work."""
    import sys

    from .doctor import doctor as examine

    sys.exit(examine(as_json))
