"""Every command explains itself, and the shell completes it."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner

from server.cli import main


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, found in group.commands.items():
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


ALL = dict(commands(main))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_says_what_a_command_and_each_option_do(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    assert shown.output.startswith("Usage: ")
    assert ALL[path].help
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.opts} has no help"
            assert parameter.opts[-1] in shown.output
        else:
            assert isinstance(parameter, click.Argument)
            name = parameter.human_readable_name.strip("[].").upper()
            told = ALL[path].help or ""
            assert name in told or name.removesuffix("S") in told, f"what is {name}?"


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_a_wrong_option_is_one_clear_message_and_status_2(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, [*path, "--no-such-option"])
    assert done.exit_code == 2
    assert "No such option" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_the_shell_completes_commands_and_options(path: tuple[str, ...]) -> None:
    complete = BashComplete(main, {}, "calmline", "_CALMLINE_COMPLETE")
    *before, last = path
    assert last in [item.value for item in complete.get_completions(before, last[:2])]
    offered = {item.value for item in complete.get_completions(list(path), "--")}
    wanted = {
        parameter.opts[-1]
        for parameter in ALL[path].params
        if isinstance(parameter, click.Option) and not parameter.hidden
    }
    assert wanted <= offered
