"""What the documents tell their readers to type, and where they send them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.conftest import ROOT

_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every document of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).is_file()]


def typed(page: Path) -> list[str]:
    """The lines of a page's shell blocks, without their comments."""
    lines = [
        line for block in _BLOCK.findall(page.read_text("utf-8")) for line in block.split("\n")
    ]
    return [bare for line in lines if (bare := re.sub(r"(^|\s+)# .*$", "", line).strip())]


def mentioned(page: Path, program: str) -> list[str]:
    """What stands between backticks and begins with a program's name."""
    text = _BLOCK.sub("", page.read_text("utf-8"))
    return [span for span in _SPAN.findall(text) if span.split()[0] == program]


def links(page: Path) -> list[str]:
    """Where a page sends its reader, inside the project."""
    return [to for to in _LINK.findall(page.read_text("utf-8")) if not to.startswith("http")]


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    bare = (re.sub(r"[^\w\- ]", "", head.lower()) for head in _HEADING.findall(page.read_text()))
    return {head.strip().replace(" ", "-") for head in bare}
