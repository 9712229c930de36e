"""The replay: the panel as the agent saw it at any moment, and what lies beside it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT

from .conftest import OpenPage, complaints_of
from .stage import PATIENCE_S, Stage

NAME = "en-rising"
ALIKE = """() => {
    const panel = document.querySelector(".panel").cloneNode(true);
    panel.querySelectorAll(".status, .sheet, .keys, .sizer").forEach((part) => part.remove());
    return panel.querySelector(".panel > *") && panel.innerHTML;
}"""


@pytest.fixture(scope="module")
def log(golden: Path) -> list[dict[str, Any]]:
    """A whole call's events."""
    lines = (golden / f"{NAME}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Shown:
    """A card of that call."""

    cue_id: str
    from_s: float
    to_s: float
    reason: str

    @property
    def mid_s(self) -> int:
        """A moment at which it is on the screen, with time left to play."""
        return int((self.from_s + self.to_s) / 2)


@pytest.fixture(scope="module")
def cards(log: list[dict[str, Any]]) -> list[Shown]:
    """Its cards, as the log tells them."""
    left = {e["cue_id"]: e for e in log if e["type"] == "cue_left"}
    found = [
        Shown(e["cue_id"], e["known_at_s"], end["known_at_s"], end["reason"])
        for e in log
        if e["type"] == "cue_shown" and (end := left[e["cue_id"]])
    ]
    assert len(found) >= 2
    return found


def clock(s: float) -> str:
    """A time as the pages write it."""
    return f"{int(s) // 60}:{int(s) % 60:02d}"


@pytest.fixture(scope="module")
def stored(stage: Stage, log: list[dict[str, Any]]) -> str:
    """That call, with its recording, as it lies in the store."""
    shutil.copy(ROOT / "samples" / f"{NAME}.wav", stage.recordings / f"{NAME}.wav")
    call = stage.call(NAME, "replayed", audio=f"{NAME}.wav", words=False)
    call.replayed(log)
    call.end()
    stage.writer.flush(PATIENCE_S)
    return NAME


@pytest.fixture(scope="module")
def shown(browser: Browser, stage: Stage, stored: str, cards: list[Shown]) -> Iterator[Page]:
    """Its replay."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints = complaints_of(page)
    page.goto(f"{stage.url}/replay/{stored}?at={cards[0].mid_s}&lang=en")
    page.wait_for_selector(".timeline .main-svg")
    first = page.locator(f".card[data-cue={cards[0].cue_id}]")
    expect(first).to_be_visible()  # where the address says
    yield page
    page.close()
    assert not complaints


@pytest.fixture
def replay(shown: Page, cards: list[Shown]) -> Page:
    """The replay when the first card is on the screen."""
    shown.locator("[name=position]").fill(str(cards[0].mid_s))
    return shown


def test_the_panel_is_what_the_agent_saw_at_that_moment(
    open_page: OpenPage,
    replay: Page,
    stage: Stage,
    log: list[dict[str, Any]],
    cards: list[Shown],
) -> None:
    live = open_page("/agent/witness?lang=en")
    call = stage.call("witnessed", "witness", words=False)
    for moment_s in (3, 30, cards[0].mid_s, int(cards[0].to_s) + 1, cards[-1].mid_s):
        call.replayed(log, moment_s)
        replay.locator("[name=position]").fill(str(moment_s))
        for page in (live, replay):
            expect(page.locator(".clock")).to_have_text(clock(moment_s))
            expect(page.locator(".card.leaving")).to_have_count(0)
        deadline = time.monotonic() + PATIENCE_S
        while (saw := live.evaluate(ALIKE)) != (now := replay.evaluate(ALIKE)):
            assert time.monotonic() < deadline, (saw, now)  # the live one may still be drawing
    call.end()


def test_it_goes_back_as_it_goes_forth(replay: Page, cards: list[Shown]) -> None:
    card = replay.locator(f".card[data-cue={cards[0].cue_id}]")
    expect(card).to_be_visible()
    slider = replay.locator("[name=position]")
    slider.fill("10")
    expect(card).to_have_count(0)
    expect(replay.locator(".note")).to_contain_text("Learning")
    slider.fill(str(cards[1].mid_s))
    expect(replay.locator(f".card[data-cue={cards[1].cue_id}]")).to_be_visible()
    slider.fill(str(cards[0].mid_s))
    expect(card).to_be_visible()


def test_it_plays_with_its_sound(replay: Page, cards: list[Shown]) -> None:
    assert replay.evaluate("document.querySelector('audio').duration") > 100
    replay.get_by_role("button", name="Play").click()
    expect(replay.locator(".clock")).to_have_text(clock(cards[0].mid_s + 1))
    apart_s = replay.evaluate(
        """() => {
            const at = (selector, name) => Number(document.querySelector(selector)[name]);
            return Math.abs(at("audio", "currentTime") - at("[name=position]", "value"));
        }"""
    )
    assert apart_s < 0.2
    replay.get_by_role("button", name="Pause", exact=True).click()
    expect(replay.get_by_role("button", name="Play")).to_be_visible()


def test_the_charts_hold_the_calls_own_figures(
    replay: Page, log: list[dict[str, Any]], cards: list[Shown]
) -> None:
    traces = replay.evaluate(
        """() => document.querySelector(".timeline").data.map((trace) =>
            ({ name: trace.name, x: [...trace.x], y: [...trace.y] }))"""
    )
    by_name = {trace["name"]: trace for trace in traces}
    told = [(e["at_s"], e["index"]) for e in log if e["type"] == "index_changed"]
    index = by_name["index"]
    assert [(x, y) for x, y in zip(index["x"], index["y"], strict=True) if y is not None] == told
    pitch = [
        driver["contribution"]
        for e in log
        if e["type"] == "index_changed"
        for driver in e["drivers"]
        if driver["name"] == "f0_median"
    ]
    assert [y for y in by_name["Pitch"]["y"] if y is not None] == pitch
    for role in ("caller", "agent"):
        ended = [e for e in log if e["type"] == "speech_ended" and e["role"] == role]
        assert by_name[role]["x"][:2] == [ended[0]["start_s"], ended[0]["at_s"]]
    assert by_name["card"]["x"][:2] == [cards[0].from_s, cards[0].to_s]
    lasted = f"shown {cards[0].to_s - cards[0].from_s:.0f} s"
    expect(replay.locator(".cue-list li").first).to_contain_text(lasted)
    replay.locator("[name=below]").select_option("f0_median")
    assert "own calm" in replay.evaluate(
        "document.querySelector('.timeline').data.map((t) => t.name)"
    )


def test_the_gauge_tells_the_index_of_that_moment(
    replay: Page, log: list[dict[str, Any]], cards: list[Shown]
) -> None:
    past = [e for e in log if e["type"] == "index_changed" and e["known_at_s"] <= cards[0].mid_s]
    expect(replay.locator(".gauge")).to_contain_text(str(past[-1]["index"]))


def test_a_click_in_the_story_goes_to_that_moment(replay: Page, cards: list[Shown]) -> None:
    replay.locator(".cue-list .moment").last.click()
    expect(replay.locator(".clock")).to_have_text(clock(cards[-1].from_s))
    replay.locator("h1").click()
    replay.keyboard.press("ArrowLeft")
    expect(replay.locator(".clock")).to_have_text(clock(cards[-1].from_s - 5))


def test_a_long_trace_is_thinned_and_keeps_its_peaks(browser: Browser, stage: Stage) -> None:
    page = browser.new_page()
    page.goto(f"{stage.url}/static/icon.svg")
    result = page.evaluate(
        """async () => {
            const { thin, broken, MOST_POINTS } = await import("/static/replay/points.js");
            const y = (x) => (x === 77777 ? 9 : Math.sin(x));
            const points = Array.from({ length: 100000 }, (_, x) => ({ x, y: y(x) }));
            const thinned = thin(points);
            const sorted = thinned.every((p, i) => i === 0 || p.x > thinned[i - 1].x);
            return [MOST_POINTS, thinned.length, sorted, thinned.some((p) => p.y === 9),
                broken([{ x: 0, y: 1 }, { x: 9, y: 2 }]).map((p) => p.y),
                thin(points.slice(0, 9)).length];
        }"""
    )
    page.close()
    most, length, in_order, peak, gap, short = result
    assert (most, in_order, peak, gap, short) == (5000, True, True, [1, None, 2], 9)
    assert most * 0.8 < length <= most


def test_a_call_that_is_not_there_is_said_so(open_page: OpenPage, forgive: list[str]) -> None:
    forgive.append("404")
    page = open_page("/replay/nobody?lang=en")
    expect(page.get_by_role("alert")).to_have_text("That did not work: there is no call nobody")
