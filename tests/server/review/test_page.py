"""The page of a review in a real browser, opened from disk with nothing around it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from server.review.page import render
from tests.server.console.conftest import FLAGS, complaints_of, until
from tests.server.console.stage import PATIENCE_S

from .page_call import ATTACK, index, opus, report

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
SERIOUS = ("serious", "critical")
SOUND = "document.querySelector('audio')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is absent (apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def sound() -> bytes:
    return opus()


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Open]:
    """Open a page from disk; what it fetches or complains of fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[list[str]] = []

    def open_(path: Path, at: str = "", **options: Any) -> Page:
        viewport = {"width": 1280, "height": 800}
        settings: dict[str, Any] = {"viewport": viewport, "offline": True} | options
        context = browser.new_context(**settings)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(3 * PATIENCE_S * 1000)  # each page holds all of the charts' script
        complaints = complaints_of(page)
        wrong.append(complaints)

        def fetched(request: Request) -> None:
            if not request.url.startswith((path.parent.as_uri(), "blob:", "data:")):
                complaints.append(request.url)

        page.on("request", fetched)
        page.goto(path.as_uri() + at)
        page.wait_for_selector(".plot .main-svg")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not [text for each in wrong for text in each]


@pytest.fixture(scope="module")
def shown(opened: Open, sound: bytes, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page with its sound inside."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(report(), audio=sound, audio_href=None, interface="en"), "utf-8")
    return opened(path)


@pytest.fixture
def page(shown: Page) -> Page:
    """The same, silent, at its begin."""
    shown.evaluate(f"{SOUND}.pause()")
    shown.locator("[name=position]").fill("0")
    shown.evaluate("document.activeElement.blur()")
    expect(shown.locator(".play")).to_have_text("Play")
    expect(shown.locator(".moment-now")).to_have_text("0:00 / 1:00")
    return shown


def test_it_opens_with_five_lines(page: Page) -> None:
    assert page.locator(".five > dt").all_inner_texts() == [
        "Wanted", "Outcome", "Heard", "Score", "To hear",
    ]  # fmt: skip
    told = page.locator(".five > dd").all_inner_texts()
    assert "I am calling about the laptop I ordered two weeks ago" in told[0]
    assert "The caller says it is solved." in told[1]
    assert "words for 97 % of the speech" in told[2]
    assert "< 1 % of the sound lost" in told[2]
    assert "72 of 100 from 75 % of the form" in told[3]
    assert "1 proposed for a look" in told[3]
    moments = page.locator(".moments > li")
    assert moments.count() == 3
    expect(moments.nth(0)).to_contain_text("After 15 s of tension.")
    expect(moments.nth(1)).to_contain_text("Now angry: had said it before.")
    expect(moments.nth(2)).to_contain_text("6 s, after caller.")
    expect(page.locator(".limits")).to_contain_text("Only 80 % of the words are certain.")
    assert page.locator(".five").bounding_box()["y"] < 300  # type: ignore[index]


def test_what_was_said_is_text_and_nothing_else(page: Page) -> None:
    expect(page.locator("h1")).to_have_text(f"en-rising {ATTACK}")
    for place in (".moments", ".transcript", ".objections", ".note-body"):
        assert "onerror=alert(1)" in page.locator(place).inner_text()
    assert page.evaluate("document.scripts.length") == 4
    assert page.locator("main img, main script, .plot img").count() == 0


def test_moments_are_heard_by_j_and_k_and_end_by_themselves(page: Page) -> None:
    now = page.locator(".moments > [aria-current]")
    page.keyboard.press("j")
    until(page, f"!{SOUND}.paused && {SOUND}.currentTime > 27 && {SOUND}.currentTime < 32")
    expect(now).to_contain_text("The caller grew calm again")
    page.keyboard.press("j")
    until(page, f"!{SOUND}.paused && {SOUND}.currentTime > 15 && {SOUND}.currentTime < 20")
    expect(now).to_contain_text("The caller grew angrier")
    page.keyboard.press("k")
    until(page, f"{SOUND}.currentTime > 27")
    page.evaluate(f"{SOUND}.currentTime = 34")
    until(page, f"{SOUND}.paused && {SOUND}.currentTime >= 35 && {SOUND}.currentTime < 36")
    page.keyboard.press("k")  # before the first the last
    expect(now).to_contain_text("A long silence")
    page.keyboard.press("j")
    expect(now).to_contain_text("The caller grew calm again")


def test_space_plays_and_s_is_half_as_fast_again(page: Page) -> None:
    page.keyboard.press("s")
    assert page.evaluate(f"{SOUND}.playbackRate") == 1.5
    expect(page.locator(".speed")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press(" ")
    until(page, f"{SOUND}.currentTime > 0.3")
    expect(page.locator(".play")).to_have_text("Pause")
    page.keyboard.press(" ")
    assert page.evaluate(f"{SOUND}.paused")
    page.keyboard.press("s")
    assert page.evaluate(f"{SOUND}.playbackRate") == 1
    before = page.evaluate(f"{SOUND}.currentTime")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{SOUND}.currentTime") == pytest.approx(before + 5, abs=0.1)


def test_the_transcript_follows_and_leads(page: Page) -> None:
    line = page.locator(".transcript li").filter(has_text="nine hundred dollars")
    line.locator(".what").click()
    assert page.evaluate(f"{SOUND}.currentTime") == 32
    expect(line).to_have_attribute("aria-current", "true")
    unsure = page.locator(".transcript .unsure")
    assert unsure.all_inner_texts() == ["my", "hundred"]
    before = unsure.evaluate_all("(all) => all.map((word) => word.previousSibling.textContent)")
    assert before == ["My army, ", "I paid nine "], "the word itself, not one that holds it"
    expect(page.locator(".legend")).to_contain_text("below 0.5")
    page.evaluate(f"{SOUND}.currentTime = 44.8")
    page.keyboard.press(" ")
    expect(page.locator(".transcript [aria-current]")).to_contain_text("send a new laptop")
    page.keyboard.press(" ")


def test_the_figure_holds_the_calls_own_figures(page: Page) -> None:
    traces = page.evaluate(
        """() => document.querySelector(".plot").data.map(({ name, x, y, yaxis }) =>
            ({ name, x: [...x], y: [...y], yaxis }))"""
    )
    lanes = {trace["name"]: trace["x"] for trace in traces if trace["name"]}
    assert lanes["caller"] == [6, 20, None, 30, 46, None]
    assert lanes["both"] == [45, 46, None]
    assert lanes["on hold"] == [24, 27, None]
    assert lanes["stage"] == [31, 50, None]
    assert lanes["objection"] == [20]
    reading = next(trace for trace in traces if trace["yaxis"] == "y2")
    drawn = [
        point for point in zip(reading["x"], reading["y"], strict=True) if point[1] is not None
    ]
    assert drawn == [(point.at_s, point.index) for point in index()]
    voice = [trace for trace in traces if trace["yaxis"] in ("y4", "y5")]
    assert len(voice) == 4
    assert max(y for y in voice[1]["y"] if y is not None) == pytest.approx(100 * 2 ** (15 / 12))
    assert page.locator(".tables table").count() == 3


def test_the_note_is_copied_as_plain_text_by_one_key(page: Page) -> None:
    page.keyboard.press("c")
    expect(page.locator(".copied")).to_have_text("The note is on the clipboard.")
    text = page.evaluate("navigator.clipboard.readText()").replace("\r", "").split("\n")
    assert text[0] == "Request: I am calling about the laptop I ordered two weeks ago (0:08)"
    assert "Solved?: yes: Yes, it is, thank you (0:56)" in text
    assert "Grade: L3, a fault in spite of trying, urgent" in text
    assert text[-2:] == ["Promises:", "- I will send a new laptop today [today] (0:45)"]


def test_each_answer_has_its_evidence_or_its_reason(page: Page) -> None:
    rows = page.locator(".answers tbody tr")
    assert rows.count() == 3
    expect(rows.nth(1)).to_contain_text("proposed as a fail; a person decides")
    expect(rows.nth(2)).to_contain_text("not assessable there was no occasion")
    rows.nth(1).locator(".moment").click()
    assert page.evaluate(f"{SOUND}.currentTime") == 47
    cards = page.locator(".cards article")
    expect(cards.nth(0)).to_contain_text("shown 8 s, the agent said it")
    expect(cards.nth(1)).to_contain_text("held out")
    expect(cards.nth(1)).to_contain_text("0:50 tense, index 82, angry → 1:20 calm, index 31")


def test_it_is_read_in_chinese_in_place(page: Page) -> None:
    page.locator("[data-choose=lang]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(".five > dt").first).to_have_text("诉求")
    expect(page.locator(".transcript .what").first).to_have_attribute("lang", "en")
    page.locator("[data-choose=lang]").click()
    expect(page.locator(".five > dt").first).to_have_text("Wanted")


def test_on_paper_it_is_light_whole_and_without_buttons(page: Page) -> None:
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    try:
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        until(page, "document.querySelector('.plot').layout.width === 690")
        for hidden in (".player", ".copy", "[data-choose=lang]"):
            expect(page.locator(hidden)).to_be_hidden()
        cut = page.evaluate(
            """() => [...document.querySelectorAll(".transcript, .scroll")].filter((part) =>
                part.offsetParent && getComputedStyle(part).overflowY !== "visible").length"""
        )
        assert cut == 0
    finally:
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".player")).to_be_visible()


def serious(page: Page) -> list[Any]:
    """What axe finds that keeps somebody out."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [
        (finding["id"], node["target"], node.get("failureSummary"))
        for finding in found
        if finding["impact"] in SERIOUS
        for node in finding["nodes"]
    ]


def test_axe_finds_nothing_serious(page: Page) -> None:
    assert not serious(page)


def test_what_people_said_stands_beside_it_in_the_dark_in_chinese(
    opened: Open, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    answers = [
        {"criterion_id": "opening", "answer": "partly", "machine": "yes", "comment": ATTACK,
         "by": "Ada", "at": "2026-11-22T11:00:00Z", "blind": True, "form": "en-000000000000"},
    ]  # fmt: skip
    responses = [
        {"kind": "dispute", "criterion_id": "dismissed", "comment": "I did not", "by": "7",
         "at": "2026-11-22T12:00:00Z"},
    ]  # fmt: skip
    people: dict[str, Any] = {
        "assessment": {"schema": 1, "answers": answers, "responses": responses},
        "effective": {"score": 61.0, "assessed_share": 0.75, "by_people": 1,
                      "suggest_only": ["solved"]},
        "f0_by": "pyin",
    }  # fmt: skip
    path.write_text(render(report(**people), audio=None, audio_href=None, interface="zh"), "utf-8")
    page = opened(path, color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    row = page.locator("[data-criterion=opening]")
    expect(row.locator(".chip")).to_have_text(["是", "部分"])
    expect(row).to_contain_text(f"{ATTACK} Ada · 2026-11-22")
    expect(page.locator("[data-criterion=dismissed] .response")).to_contain_text("I did not")
    expect(page.locator("[data-criterion=solved]")).to_contain_text("仅供参考")
    expect(page.locator(".five-score")).to_contain_text("72 分")
    expect(page.locator(".five-score")).to_contain_text("61 分")
    expect(page.locator(".versions")).to_contain_text("librosa.pyin")
    assert not serious(page)


def test_without_sound_it_runs_by_the_clock(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    hidden: dict[str, Any] = {
        "blind": {"by": "Ada", "hidden": ["opening", "dismissed", "solved"]},
        "index": [],
        "voice": [],
        "cards": [],
        "moments": [],
        "wanted": None,
    }
    path.write_text(render(report(**hidden), audio=None, audio_href=None, interface="en"), "utf-8")
    page = opened(path, "#t=19.7")
    expect(page.locator(".no-audio")).to_be_visible()
    expect(page.locator(".score")).to_contain_text("Hidden until yours is in.")
    assert page.locator(".score").get_by_text("hidden until yours is in", exact=True).count() == 3
    page.keyboard.press("j")  # there is none
    page.keyboard.press(" ")
    expect(page.locator(".transcript [aria-current]")).to_contain_text("onerror")
    assert (
        page.evaluate("new Set(document.querySelector('.plot').data.map((t) => t.yaxis)).size") == 2
    )


def test_a_recording_beside_the_page_is_played(opened: Open, tmp_path: Path, sound: bytes) -> None:
    path = tmp_path / "report.html"
    (tmp_path / "audio.opus").write_bytes(sound)
    path.write_text(render(report(), audio=None, audio_href="audio.opus", interface="en"), "utf-8")
    page = opened(path)
    page.keyboard.press("j")
    until(page, f"{SOUND}.currentTime > 27")
    page.keyboard.press(" ")
