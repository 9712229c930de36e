"""The dashboard as a page: whole, alone, for everybody, and safe whatever it is told."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, ConsoleMessage, Page

from server.archive.dashboard.page import render
from server.cli import main
from tests.server.archive.synthetic import split

from .conftest import LARGE

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
EVIL = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"
WIDTH, HEIGHT = 1280, 900
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def page_file(large: Path) -> Path:
    """The page of the large archive, as the command writes it."""
    asked = ["dashboard", str(large), "--split", split(LARGE).isoformat(), "--by", "queue"]
    told = CliRunner().invoke(main, asked)
    assert told.exit_code == 0, told.output
    return Path(told.output.strip())


@pytest.fixture(scope="module", params=[("en", "light"), ("zh", "dark")], ids="-".join)
def page(request: Any, browser: Browser, page_file: Path) -> Iterator[Page]:
    """The page in one language and one light; it asks for nothing and complains of nothing."""
    lang, light = request.param
    with browser.new_context(
        color_scheme=light, viewport={"width": WIDTH, "height": HEIGHT}
    ) as context:
        yield from _open(context.new_page(), f"{page_file.as_uri()}?lang={lang}")


def _open(page: Page, address: str) -> Iterator[Page]:
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda request: None if request.url == address else wrong.append(request.url)
    )
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    yield page
    assert not wrong


def _until(page: Page, script: str) -> None:
    """Wait until an expression holds; Playwright's own way evaluates a text, which is forbidden."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(script):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(20)


def test_axe_finds_nothing(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    # by the protocol: the page's policy runs no script that is not its own
    page.evaluate(AXE)
    # what is drawn is one picture to a screen reader, with a label
    found = page.evaluate("axe.run({ exclude: ['.chart svg'] }, { resultTypes: ['violations'] })")[
        "violations"
    ]
    assert not [
        (finding["id"], node["target"], node.get("failureSummary"))
        for finding in found
        for node in finding["nodes"]
    ]


def test_every_chart_is_drawn_and_has_its_figures(page: Page) -> None:
    charts = page.locator(".chart")
    assert charts.count() >= 14  # ten kinds, Pareto, two heat maps, tension
    assert page.locator(".chart .main-svg").count() >= charts.count()
    assert page.evaluate("[...document.querySelectorAll('.chart')].every(c => c.ariaLabel)")
    assert page.locator("details table").count() >= 5


def test_the_alert_is_told_in_words(page: Page) -> None:
    told = page.locator(".alerts li")
    assert told.count() == 1
    assert re.search("Price|价格", told.inner_text())


def test_no_word_is_in_the_other_language(page: Page) -> None:
    lang = page.evaluate("document.documentElement.lang")
    page.evaluate("for (const one of document.querySelectorAll('.words')) one.remove()")
    text = page.locator("main").inner_text()
    # besides names of queues, cards and models
    assert bool(re.search("[一-鿿]", text)) is (lang == "zh-Hans")
    assert ("Objections" in text) is (lang == "en")


def test_at_a_phones_width_only_tables_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    # charts follow a moment later
    _until(page, "innerWidth === 390 && document.documentElement.scrollWidth <= 390")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def test_what_callers_say_and_queues_are_called_stays_text(
    browser: Browser, figures: dict[str, Any], tmp_path: Path
) -> None:
    evil = {
        **figures,
        "queues": [{**queue, "queue": EVIL} for queue in figures["queues"]],
        "telling": {"en": {"price": [{"word": EVIL, "calls": 9}]}, "zh": {}},
        "marks": [{**mark, "before": EVIL, "after": "</script>"} for mark in figures["marks"]],
    }
    path = tmp_path / "evil.html"
    path.write_text(render(evil), "utf-8")
    with browser.new_context(locale="en-GB") as context:
        for page in _open(context.new_page(), path.as_uri()):
            assert page.title() == "Calmline: What callers object to"
            assert page.locator("main script, main img").count() == 0
            assert EVIL in page.locator(".words").inner_text()


def test_an_archive_of_nothing_much_is_a_page_too(
    browser: Browser, figures: dict[str, Any], tmp_path: Path
) -> None:
    nobody = {"hits": 0, "n": 0, "share": None}
    poor = {
        **figures,
        "about": {**figures["about"], "heard": 0, "first": None, "last": None, "undated": 1},
        "objected": nobody, "weeks": [], "alerts": [], "marks": [], "pareto": [], "queues": [],
        "together": [], "telling": {"en": {}, "zh": {}}, "hours": [[None] * 24] * 7,
        "left": {"calm": nobody, "tense": nobody, "outcomes": {}}, "cards": None, "compare": None,
    }  # fmt: skip
    path = tmp_path / "poor.html"
    path.write_text(render(poor), "utf-8")
    with browser.new_context(locale="en-GB") as context:
        for page in _open(context.new_page(), path.as_uri()):
            text = page.locator("main").inner_text()
            assert "Not measurable" in text
            assert "No call has words" in text


def test_both_languages_have_the_same_words() -> None:
    import json

    from server.archive.dashboard import page as module

    texts = {
        language: json.loads(module._static(f"texts.{language}.json"))
        for language in module.LANGUAGES
    }
    assert texts["en"].keys() == texts["zh"].keys()
    blanks = {
        language: {key: set(re.findall(r"\{\w+\}", text)) for key, text in words.items()}
        for language, words in texts.items()
    }
    assert blanks["en"] == blanks["zh"]


def test_by_without_a_day_is_refused(large: Path) -> None:
    told = CliRunner().invoke(main, ["dashboard", str(large), "--by", "queue"])
    assert told.exit_code == 2
    assert "--split" in told.output


def test_a_comparison_is_printed_and_can_be_read_by_programs(large: Path) -> None:
    import json

    asked = ["compare", str(large), "--split", split(LARGE).isoformat(), "--by", "queue"]
    told = CliRunner().invoke(main, asked)
    assert told.exit_code == 0, told.output
    clear = [line for line in told.output.splitlines() if line.rstrip().endswith("clear")]
    assert clear
    assert clear[-1].startswith("repeat")
    values = json.loads(CliRunner().invoke(main, [*asked, "--json"]).output)
    assert {one["by"] for one in values["changes"]} == {
        "", "billing", "delivery", "returns", "technics"
    }  # fmt: skip
    assert CliRunner().invoke(main, ["compare", str(large), "--split", "soon"]).exit_code == 2
    by_agent = CliRunner().invoke(main, [*asked[:-1], "agent"])
    assert by_agent.exit_code == 2, "agents are not compared"
