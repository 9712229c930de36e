"""For everybody: by axe, at 200 %, in the dark, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from coaching.advice import StateChanged

from .conftest import HEIGHT, WIDTH, until
from .stage import PATIENCE_S, PlayedCall, Stage

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
SHEETS = {"why": "w", "more": "?"}
SERIOUS = ("serious", "critical")
PATHS = (
    "/agent/seen",
    "/agent/seen#why",
    "/agent/seen#more",
    "/replay/looked-at",
    "/review/looked-at",
    "/",
    "/demo",
    "/try",
)


@pytest.fixture(scope="module")
def seen(stage: Stage) -> Iterator[PlayedCall]:
    """A call with something in every place of the panel, and its like in the store."""
    for call_id, agent in (("looked-at", "other"), ("seen", "seen")):
        call = stage.call(call_id, agent)
        call.start()
        call.tell(
            StateChanged(
                at_s=30.0, known_at_s=30.0, track=0, role="caller", state="tense", since_s=28.0
            )
        )
        call.hear("I waited all week, and nobody has called me back since.")
        call.partial("0-2", "and now it is")
        call.show(at_s=31.0)
        if call_id == "looked-at":
            call.end()
    stage.writer.flush(PATIENCE_S)
    yield call
    call.end()


# colours do not depend on the language, nor lengths on the light
@pytest.fixture(
    scope="module",
    params=[("en", "light"), ("zh", "dark")],
    ids="-".join,
)
def context(
    request: Any, browser: Browser, stage: Stage, seen: PlayedCall
) -> Iterator[BrowserContext]:
    """A profile of one language and one light, as the system says."""
    lang, light = request.param
    context = browser.new_context(
        base_url=stage.url,
        locale={"en": "en-GB", "zh": "zh-CN"}[lang],
        color_scheme=light,
        viewport={"width": WIDTH, "height": HEIGHT},
    )
    yield context
    context.close()


Settled = Callable[[str], Page]


@pytest.fixture(scope="module")
def settled(context: BrowserContext) -> Settled:
    """Give a page with everything on it; each is loaded once."""
    pages: dict[str, Page] = {}

    def load(path: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto(path)
        if path.startswith("/agent"):
            page.wait_for_selector(".card[data-cue]")
            until(page, "!document.querySelector('.card[data-cue]').getAnimations().length")
        if path.startswith("/review"):
            page.wait_for_selector(".criteria li")
            page.frame_locator(".report").locator(".plot .main-svg").first.wait_for()
        if path.startswith("/replay"):
            page.wait_for_selector(".timeline .main-svg")
        until(page, "document.querySelector('main').textContent.trim() !== ''")
        page.evaluate(AXE)
        return page

    def give(path: str) -> Page:
        address, _, sheet = path.partition("#")
        page = pages[address] = pages.get(address) or load(address)
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        if page.locator(".sheet:not([hidden])").count():
            page.keyboard.press("Escape")
        if sheet:
            page.keyboard.press(SHEETS[sheet])
            page.wait_for_selector(".sheet:not([hidden])")
        return page

    return give


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(settled: Settled, path: str) -> None:
    found = settled(path).evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert not [
        (finding["id"], node["target"], node.get("failureSummary"))
        for finding in found
        if finding["impact"] in SERIOUS
        for node in finding["nodes"]
    ]


CLIPPED = Path(__file__).with_name("clipped.js").read_text("utf-8")


@pytest.mark.parametrize(
    "path", ["/agent/seen", "/agent/seen#more", "/review/looked-at", "/", "/demo", "/try"]
)
def test_at_200_percent_nothing_is_cut_and_nothing_scrolls_sideways(
    settled: Settled, path: str
) -> None:
    page = settled(path)
    page.set_viewport_size({"width": WIDTH // 2, "height": HEIGHT // 2})  # what a zoom of 2 leaves
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    clipped = page.evaluate(CLIPPED)
    assert wide <= 0
    assert not clipped


def test_a_panel_shows_the_light_that_the_system_has(settled: Settled) -> None:
    page = settled("/agent/seen")
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    red, green, blue = page.evaluate(
        "getComputedStyle(document.documentElement).backgroundColor.match(/[0-9]+/g).map(Number)"
    )
    assert (red + green + blue < 128) is dark


def test_a_hidden_card_and_parts_are_named_for_a_screen_reader(settled: Settled) -> None:
    page = settled("/agent/seen")
    slot = page.locator(".slot")
    assert slot.get_attribute("aria-live") == "polite"
    tree = slot.aria_snapshot()
    assert "You needed this today" in tree
    assert "Are you safe" not in tree, "what keeps the place is not read"
