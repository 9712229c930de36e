"""The list of calls, and what all pages have in common."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from server.console.router import PAGES, STATIC

from .conftest import OpenPage
from .stage import PATIENCE_S, PlayedCall, Stage


def test_the_list_leads_to_the_panel_and_the_replay(
    open_page: OpenPage, call: PlayedCall, stage: Stage, agent: str
) -> None:
    attack = "<img src=x onerror=alert(1)>"
    other = stage.call(f"other-{agent}", agent, queue=attack)
    other.start()
    other.now_s = 75.0
    other.end()
    stage.writer.flush(PATIENCE_S)
    page = open_page("/?lang=en", width=1000)
    row = page.get_by_role("row").filter(has_text=call.call_id)
    expect(row).to_contain_text("live")
    expect(row.get_by_role("link", name="panel")).to_have_attribute("href", f"/agent/{agent}")
    over = page.get_by_role("row").filter(has_text=f"other-{agent}")
    expect(over).to_contain_text("ended")
    expect(over).to_contain_text("1:15")
    expect(over).to_contain_text(attack)
    over.get_by_role("link", name="replay").click()
    expect(page.locator("h1")).to_have_text(f"Replay · other-{agent}")
    page.go_back()
    page.get_by_label("Agent's id").fill(agent)
    page.keyboard.press("Enter")
    expect(page.locator(".context")).to_have_text("Ms Wang · order 8841 · called yesterday")


def test_language_and_light_are_chosen_once_for_all_pages(open_page: OpenPage) -> None:
    page = open_page("/?lang=en", width=1000)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("最近的通话")
    page.get_by_role("button", name="浅色或深色").click()
    page.get_by_role("button", name="浅色或深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("link", name="试试您的声音").click()
    expect(page.locator("h1")).to_have_text("用您自己的声音试试")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_browser_in_chinese_gets_chinese(open_page: OpenPage) -> None:
    page = open_page("/", locale="zh-CN")
    expect(page.locator("h1")).to_have_text("最近的通话")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_both_languages_say_the_same_things(browser: Browser, stage: Stage) -> None:
    page = browser.new_page()
    page.goto(f"{stage.url}/static/icon.svg")
    parts = ("words", "pages", "names", "review", "score")
    dictionaries = page.evaluate(
        """async (parts) => Promise.all(parts.map((part) => Promise.all(["en", "zh"].map(
            async (lang) => (await import(`/static/lib/${part}.${lang}.js`)).default))))""",
        parts,
    )
    page.close()
    for english, chinese in dictionaries:
        assert list(english) == list(chinese)
        for key, text in english.items():
            names = re.findall(r"\{\w+\}", text)
            assert sorted(re.findall(r"\{\w+\}", chinese[key])) == sorted(names), key
            if key != "page.lang" and not key.startswith("lang."):
                assert not re.search(r"[\u4e00-\u9fff]", text), key


WRITTEN = {".js", ".css", ".html"}
FILES = sorted(
    path for folder in (PAGES, STATIC) for path in folder.rglob("*") if path.suffix in WRITTEN
)


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert len(FILES) > 30
    for path in FILES:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//cdn|@import|innerHTML", text), path.name
        assert len(text.splitlines()) < 250, path.name
