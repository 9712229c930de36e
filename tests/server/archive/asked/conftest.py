"""Two made-up archives, one large without its facts and one small with them; and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from server.archive.dashboard.gathered import gathered
from server.archive.tables import Tables
from tests.server.archive.synthetic import Plan, split, write

LARGE = Plan(
    calls=1200, weeks=3, rises_from=2, rising=0.4, usual=0.004, first=0.08, facts=False, part=400
)
SMALL = Plan(calls=12, weeks=2, usual=0.01, first=0.05, rising=0.6, part=4, holdout=0.0)


@pytest.fixture(scope="package")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in whose truth figures are found; its folder's name is a pattern to a shell."""
    return write(tmp_path_factory.mktemp("archive") / "a [large] one's", LARGE)


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with all facts, to be scored again."""
    return write(tmp_path_factory.mktemp("archive") / "small", SMALL)


@pytest.fixture(scope="package")
def figures(large: Path) -> dict[str, Any]:
    """What the dashboard of the large one shows."""
    with Tables(large) as tables:
        return gathered(tables, split(LARGE), "queue")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's browser; nothing is downloaded for a test."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is absent (apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
