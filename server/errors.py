"""How bad input ends: one line that says what to do, exit code 2."""

from __future__ import annotations

from typing import IO, Any

import click


class Refused(click.ClickException):
    """Input that cannot be used.

    The message names what was given, why it cannot be used, and what to do.
    """

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print one line on standard error."""
        line = " ".join(self.format_message().split())
        click.echo(f"{click.style('calmline:', fg='red')} {line}", err=True, file=file)
