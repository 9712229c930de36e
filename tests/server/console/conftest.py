"""One browser for all tests, the console on one port, and a page that forgives no error."""

from __future__ import annotations

import shutil
import time
import wave
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.voice.sound import sample
from voice.clock import RATE

from .stage import PATIENCE_S, PlayedCall, Stage, stage_in

WIDTH, HEIGHT = 360, 640
FLAGS = [
    "--no-sandbox",  # tests may run as root in a container
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
expect.set_options(timeout=PATIENCE_S * 1000)
SEAT = "seat"
"""An agent whose panel is always open."""
_names = count(1)


@pytest.fixture(scope="package")
def chromium() -> str:
    """Where Debian's browser lies; nothing is downloaded for a test."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is absent (apt-get install chromium fonts-noto-cjk)")
    return path


@pytest.fixture(scope="package")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser's microphone hears: the caller of a bundled call, without the pauses."""
    call, labels = sample("en-rising")
    path = tmp_path_factory.mktemp("microphone") / "caller.wav"
    spoken = [(t["start_s"], t["end_s"]) for t in labels["turns"] if t["role"] == "caller"]
    parts = [call[0, round(RATE * start_s) : round(RATE * end_s)] for start_s, end_s in spoken]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.concatenate(parts) * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="package")
def browser(chromium: str, microphone: Path) -> Iterator[Browser]:
    """The one browser; gone with this folder's tests, for its loop would be in others' way."""
    heard = f"--use-file-for-fake-audio-capture={microphone}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, heard])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The console with calls that a test plays."""
    with stage_in(tmp_path_factory.mktemp("console")) as stage:
        yield stage


OpenPage = Callable[..., Page]


@pytest.fixture
def forgive() -> list[str]:
    """What a page may complain of in this test: parts of the message."""
    return []


def complaints_of(page: Page) -> list[str]:
    """What goes wrong in a page from now on."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
def open_page(browser: Browser, stage: Stage, forgive: list[str]) -> Iterator[OpenPage]:
    """Open a page of the console in a new profile; what it complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[list[str]] = []

    def open_(
        path: str = "/", *, width: int = WIDTH, height: int = HEIGHT, **options: object
    ) -> Page:
        settings = {"locale": "en-GB", "viewport": {"width": width, "height": height}} | options
        context = browser.new_context(base_url=stage.url, **settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        complaints.append(complaints_of(page))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not [
        text for each in complaints for text in each if not any(part in text for part in forgive)
    ]


def until(page: Page, script: str) -> None:
    """Wait until an expression holds in a page.

    Playwright's own ``wait_for_function`` evaluates a text, which the pages' policy forbids.
    """
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(script):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(10)


@pytest.fixture
def agent() -> str:
    """An agent whom no other test knows."""
    return f"agent-{next(_names)}"


@pytest.fixture
def call(request: pytest.FixtureRequest, stage: Stage, agent: str) -> Iterator[PlayedCall]:
    """A call of that agent, or of the one whose panel is always open, that has just begun."""
    call = stage.call(f"call-of-{agent}", SEAT if "panel" in request.fixturenames else agent)
    call.start()
    yield call
    call.end()


@pytest.fixture(scope="package")
def seat(browser: Browser, stage: Stage) -> Iterator[tuple[Page, list[str]]]:
    """A panel that stays open through all tests, as an agent's does through a day."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB")
    page.set_default_timeout(PATIENCE_S * 1000)
    complaints = complaints_of(page)
    page.goto(f"{stage.url}/agent/{SEAT}?lang=en")
    yield page, complaints
    page.close()


@pytest.fixture
def panel(seat: tuple[Page, list[str]], call: PlayedCall) -> Iterator[Page]:
    """The panel that stays open, showing the call; a test that changes its looks takes another."""
    page, complaints = seat
    page.wait_for_selector(f".panel[data-status=live][data-call='{call.call_id}']")
    page.evaluate("performance.clearMarks()")
    yield page
    assert not complaints


@pytest.fixture
def own_panel(open_page: OpenPage, agent: str, call: PlayedCall) -> Page:
    """A panel for this test alone, showing the call."""
    page = open_page(f"/agent/{agent}?lang=en")
    page.wait_for_selector(".panel[data-status=live]")
    return page


@pytest.fixture(scope="package")
def golden() -> Path:
    """Folder of whole calls' logs."""
    return Path(__file__).parents[2] / "golden"
