"""The verb ``calmline review``; it imports nothing heavy, so that ``--help`` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from .. import options

if TYPE_CHECKING:
    from voice.events import Language

    from ..sources import Side
    from .make import Interface


@click.command(short_help="Review recordings: reports to read, hear and score.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--two", is_flag=True, help="The two FILES are one call: the caller's mono file, the agent's."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    show_default="this folder",
    help="Where each call gets a folder of its own.",
)
@options.caller
@click.option(
    "--offset-s",
    type=float,
    default=0.0,
    metavar="SECONDS",
    help="With --two: how much later the agent's recording began than the caller's.",
)
@options.language
@click.option(
    "--form", type=click.Path(path_type=Path), help="A scorecard's form of your own (YAML)."
)
@options.playbook
@options.thresholds
@options.model
@options.words
@options.demo_words
@click.option(
    "--precise", is_flag=True, help="Draw the caller's pitch by librosa.pyin: slow, same scores."
)
@click.option("--audio/--no-audio", default=True, help="Put the sound into the report.")
@click.option("--redact-audio", is_flag=True, help="Beep over what was redacted in the words.")
@click.option(
    "--interface", type=click.Choice(["en", "zh"]), help="Of the page.  [default: the call's]"
)
@click.option("--json", "as_json", is_flag=True, help="Tell each report on a line of its own.")
@click.option(
    "--llm",
    metavar="URL",
    help="Have the call note worded by an OpenAI-compatible endpoint. It is sent the note's "
    "redacted lines and nothing else. CALMLINE_LLM_KEY is its key, if it wants one.",
)
@click.option(
    "--llm-model",
    default="default",
    show_default=True,
    metavar="NAME",
    help="Which of the endpoint's models to ask.",
)
def review(
    files: tuple[Path, ...],
    two: bool,
    out: Path,
    caller: str | None,
    offset_s: float,
    language: str,
    form: Path | None,
    playbook: Path | None,
    thresholds: Path | None,
    model: str,
    words: bool,
    demo_words: bool,
    precise: bool,
    audio: bool,
    redact_audio: bool,
    interface: str | None,
    as_json: bool,
    llm: str | None,
    llm_model: str,
) -> None:
    """Review each FILE, the recording of a call: who wanted what, how it went, what to hear.

    For each a folder NAME with report.html (one page, for any browser, offline), report.json,
    events.jsonl and transcript.vtt. Any format that FFmpeg reads. A file that cannot be used costs
    one line and exit code 2 at the end; the others are still done. What people wrote into
    NAME/assessment.json is kept when a report is made again.
    """
    from .command import Options
    from .command import review as make

    make(
        Options(
            files=files,
            two=two,
            out=out,
            caller=cast("Side | None", caller),
            offset_s=offset_s,
            language=None if language == "auto" else cast("Language", language),
            form=form,
            playbook=playbook,
            thresholds=thresholds,
            model=model,
            words=words,
            demo_words=demo_words,
            precise=precise,
            audio=audio,
            redact_audio=redact_audio,
            interface=cast("Interface | None", interface),
            as_json=as_json,
            llm=llm,
            llm_model=llm_model,
        )
    )
