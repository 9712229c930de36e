"""Options that several verbs share: each has one name, one meaning and one help text.

An option that means something else in a verb stands in that verb. Nothing heavy is imported here.
"""

from __future__ import annotations

from pathlib import Path

import click

caller = click.option(
    "--caller",
    type=click.Choice(["left", "right"]),
    help="Channel of the caller in a two-channel recording. Without it there is no index: nobody "
    "is judged by a guess.",
)
offset_s = click.option(
    "--offset-s",
    type=float,
    default=0.0,
    metavar="SECONDS",
    help="Of two mono files: how much later the agent's began than the caller's.",
)
language = click.option(
    "--language",
    type=click.Choice(["auto", "en", "zh"]),
    default="auto",
    show_default=True,
    help="Language of the call. `auto` needs a speech model that knows the call; without one it "
    "means English.",
)
playbook = click.option(
    "--playbook",
    type=click.Path(path_type=Path),
    help="Cards of your own: a YAML file, or a folder laid over the bundled ones.",
)
thresholds = click.option(
    "--thresholds", type=click.Path(path_type=Path), help="Thresholds (TOML)."
)
model = click.option(
    "--model",
    default="auto",
    show_default=True,
    metavar="NAME",
    help="Speech model: a name of `calmline models list`, or a folder.",
)
words = click.option(
    "--words/--no-words", default=True, help="Transcribe, if a model knows the call."
)
demo_words = click.option(
    "--demo-words",
    is_flag=True,
    help="Transcribe with the bundled model even a call that it does not know: wrong words, "
    "stamped DEMO WORDS, never scored.",
)
shadow = click.option("--shadow", is_flag=True, help="Compute cards, show none.")
token = click.option("--token", envvar="CALMLINE_TOKEN", show_envvar=True, help="The server's.")
workers = click.option(
    "--workers", type=click.IntRange(1), help="Processes.  [default: one a core]"
)
