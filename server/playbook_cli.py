"""``calmline playbook``: check a company's playbook before agents see it.

Nothing heavy is imported here; each command brings what it needs.
"""

from __future__ import annotations

from pathlib import Path

import click

from .errors import Refused


@click.group(short_help="Check a playbook; print its schema.")
def playbook() -> None:
    """Check a playbook; print its schema."""


@playbook.command(short_help="Check a playbook: a file, or the sheets in a folder.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--alone",
    is_flag=True,
    help="The sheets are a whole playbook, not laid over the bundled one.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Of the bundled playbook over which they are laid.",
)
def check(path: Path, alone: bool, language: str) -> None:
    """Check the sheets (*.yaml) in PATH, laid over the bundled playbook.

    If PATH is a file it is a whole playbook, as for --playbook elsewhere. Tells the first fault
    with its file and line, and exits with 2; else says what the playbook holds.
    """
    from coaching.finder import Phrases
    from coaching.playbook import Playbook, PlaybookError, bundled_sheets, fingerprint

    sheets = read_sheets(path)
    try:
        if alone or path.is_file():
            book = Playbook.from_files(sheets)
        else:
            book = Playbook.from_files(bundled_sheets("zh" if language == "zh" else "en"), sheets)
    except PlaybookError as error:
        raise Refused(str(error)) from error
    patterns = sum(
        len(Phrases.of(phrases).any)
        for lists in (book.phrases, book.agent)
        for phrases in lists.values()
    )
    click.echo(
        f"{path}: good: {len(book.cards)} cards, {patterns} phrases in "
        f"{len(book.phrases) + len(book.agent)} lists, fingerprint {fingerprint(sheets)}"
    )


@playbook.command(short_help="Print the JSON Schema of a sheet, for editors.")
def schema() -> None:
    """Print the JSON Schema of a sheet, for editors that complete and check YAML."""
    import json

    from coaching.playbook import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def read_sheets(path: Path) -> dict[str, str]:
    """Read a sheet, or all sheets of a folder, by the name of their file.

    Raises
    ------
    Refused
        If there is none, or one cannot be read.
    """
    try:
        files = [path] if path.is_file() else sorted(path.glob("*.yaml"))
        texts = {file.name: file.read_text("utf-8") for file in files}
    except OSError as error:
        raise Refused(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: a sheet is not text in UTF-8") from error
    if not path.exists():
        raise Refused(f"{path}: there is no such file or folder")
    if not texts:
        raise Refused(f"{path}: there is no sheet (*.yaml) in it")
    return texts
