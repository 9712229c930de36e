"""Documents promise only what is there: verbs, options, modules, targets and pages."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from server.cli import main
from tests.conftest import ROOT

from .pages import anchors, links, mentioned, pages, typed

PAGES = pages()


def names(page: Path) -> str:
    return str(page.relative_to(ROOT))


def command(words: list[str]) -> tuple[click.Command, list[str]]:
    """Follow the words of a command line to the command they name; also what is left of them."""
    found: click.Command = main
    while words and isinstance(found, click.Group) and re.fullmatch(r"[a-z-]+", words[0]):
        assert words[0] in found.commands, f"there is no `{words[0]}` in `{found.name}`"
        found, words = found.commands[words[0]], words[1:]
    return found, words


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    lines = [line for line in typed(page) if line.startswith("calmline ")]
    for line in [*lines, *mentioned(page, "calmline")]:
        text = line.split("|")[0]  # a pipe, or alternatives
        found, rest = command(text.split()[1:])
        known = {option for parameter in found.params for option in parameter.opts}
        known |= {option for parameter in found.params for option in parameter.secondary_opts}
        known |= {"--help", "-h", "--version"}
        for word in rest:
            if word.startswith("--"):
                assert word.split("=")[0] in known, f"{text!r} has no {word}"


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_modules_that_a_page_tells_to_run_exist(page: Path) -> None:
    lines = [line for line in typed(page) if line.startswith("python ")]
    for line in [*lines, *mentioned(page, "python")]:
        if (match := re.match(r"python -m ([\w.]+)", line)) is not None:
            assert find_spec(match[1]) is not None, line


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_make_knows_the_targets_that_a_page_names(page: Path) -> None:
    lines = [line for line in typed(page) if line.startswith("make ")]
    for line in [*lines, *mentioned(page, "make")]:
        asked = subprocess.run(
            ["make", "--dry-run", line.split()[1]], cwd=ROOT, capture_output=True, text=True
        )
        assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        to, _, anchor = link.partition("#")
        target = page.parent / to if to else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link
