"""Everything can be done by keyboard, and what an agent presses reaches the call."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from coaching.advice import Driver, HelpWanted, IndexChanged
from voice.events import Paused

from .conftest import OpenPage
from .stage import PlayedCall, Stage, eventually

ACTIVE = "document.activeElement.dataset.do ?? document.activeElement.className"


@pytest.mark.parametrize(("key", "name"), [("Escape", "not_now"), ("x", "wrong")])
def test_a_card_is_sent_away(
    panel: Page, call: PlayedCall, stage: Stage, key: str, name: str
) -> None:
    call.show("cue-1", at_s=30.0)
    card = panel.locator(".card[data-cue]")
    expect(card).to_be_visible()
    panel.keyboard.press(key)
    expect(card).to_have_count(0)
    assert call.pressed == [(name, "cue-1")]
    panel.keyboard.press(key)  # there is no card now
    panel.keyboard.press("h")
    eventually(lambda: ("help", None) in call.pressed)
    assert len(call.pressed) == 2
    kept = [(row.cue_id, row.verdict) for row in stage.store.feedback(call.call_id)]
    assert kept == ([("cue-1", "wrong")] if name == "wrong" else [])


def test_by_mouse_it_is_the_same(panel: Page, call: PlayedCall, stage: Stage) -> None:
    call.show("cue-1", at_s=30.0)
    panel.get_by_role("button", name="wrong").click()
    expect(panel.locator(".card[data-cue]")).to_have_count(0)
    assert call.pressed == [("wrong", "cue-1")]


def test_why_gives_the_numbers_of_what_stands_out(panel: Page, call: PlayedCall) -> None:
    drivers = [
        Driver(name="f0_median", contribution=0.9, value=12.0, baseline=0.0, unit="st"),
        Driver(name="articulation_rate", contribution=0.3, value=6.12, baseline=4.5, unit="syl/s"),
        Driver(name="tilt", contribution=-0.1, value=20.0, baseline=22.0, unit="dB"),
    ]
    call.tell(
        IndexChanged(
            at_s=30.0, known_at_s=30.0, track=0, role="caller", index=90, score=1.2,
            drivers=tuple(drivers), baseline_s=20.0,
        )
    )  # fmt: skip
    expect(panel.locator(".word")).to_have_text("calm")
    panel.keyboard.press("w")
    sheet = panel.get_by_role("dialog", name="What stands out")
    expect(sheet).to_contain_text("Pitch200 Hz usually 100 Hz")
    expect(sheet).to_contain_text("Speed6.1 syllables/s usually 4.5 syllables/s")
    expect(sheet).not_to_contain_text("Softness")
    expect(sheet).to_be_focused()
    panel.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_opting_out_takes_two_keys(panel: Page, call: PlayedCall, stage: Stage) -> None:
    panel.keyboard.press("o")
    sheet = panel.get_by_role("dialog", name="The caller wants no analysis?")
    expect(sheet).to_be_visible()
    panel.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    panel.keyboard.press("h")
    eventually(lambda: bool(call.pressed))
    assert call.pressed == [("help", None)]
    panel.keyboard.press("o")
    panel.keyboard.press("o")
    eventually(lambda: call.pressed[-1] == ("opted_out", None))


def test_help_and_pause_are_said_as_soon_as_they_are_so(panel: Page, call: PlayedCall) -> None:
    call.tell(HelpWanted(at_s=72.0, known_at_s=72.0, reason="pressed"))
    expect(panel.locator(".note")).to_have_text("You asked for help at 1:12.")
    call.tell(HelpWanted(at_s=75.0, known_at_s=75.0, reason="danger"))
    expect(panel.locator(".note")).to_have_text("Help was called by itself at 1:15.")
    pause = panel.locator(".keys [data-do=pause]")
    expect(pause).to_have_text("P pause")
    call.tell(Paused(at_s=80.0, known_at_s=80.0, on=True))
    expect(pause).to_have_text("P go on")


def test_a_key_that_reaches_nobody_says_so(
    own_panel: Page, call: PlayedCall, forgive: list[str]
) -> None:
    forgive.append("409")
    own_panel.route("**/keys", lambda route: route.fulfill(status=409, json={"detail": "over"}))
    call.show("cue-1", at_s=30.0)
    expect(own_panel.locator(".card[data-cue]")).to_be_visible()
    own_panel.keyboard.press("x")
    expect(own_panel.get_by_role("dialog")).to_contain_text("Not sent")
    expect(own_panel.locator(".card[data-cue]")).to_be_visible()


def test_every_choice_can_be_made_by_keyboard_and_is_remembered(own_panel: Page) -> None:
    own_panel.keyboard.press("?")
    sheet = own_panel.get_by_role("dialog", name="Keys and settings")
    expect(sheet).to_be_visible()
    own_panel.keyboard.press("l")
    sheet = own_panel.get_by_role("dialog", name="按键与设置")
    expect(sheet).to_be_visible()
    own_panel.keyboard.press("d")
    expect(sheet).to_contain_text("浅色")
    own_panel.keyboard.press("m")
    expect(sheet).to_contain_text("仅情绪")
    for _ in range(3):
        own_panel.keyboard.press("Tab")
    expect(sheet.locator("[data-do=theme]")).to_be_focused()
    own_panel.keyboard.press("Enter")
    root = own_panel.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(sheet.locator("[data-do=theme]")).to_be_focused()
    own_panel.goto(own_panel.url.split("?")[0])
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("lang", "zh-Hans")
    expect(own_panel.locator(".panel")).to_have_attribute("data-mode", "tension")


def test_tab_goes_through_the_panel_from_top_to_bottom(own_panel: Page, call: PlayedCall) -> None:
    call.show("cue-1", at_s=30.0)
    expect(own_panel.locator(".card[data-cue]")).to_be_visible()
    reached = []
    for _ in range(9):
        own_panel.keyboard.press("Tab")
        reached.append(own_panel.evaluate(ACTIVE))
    assert reached == [
        "more", "not_now", "wrong", "why", "told", "help", "pause", "opted_out", "words"
    ]  # fmt: skip


def test_words_can_be_hidden(own_panel: Page, call: PlayedCall, stage: Stage) -> None:
    call.partial("0-1", "my card number is")
    line = own_panel.locator(".said .partial")
    expect(line).to_be_visible()
    own_panel.keyboard.press("t")
    expect(line).not_to_be_visible()
    expect(own_panel.locator(".keys [data-do=words]")).to_have_attribute("aria-pressed", "false")
    eventually(lambda: call.pressed == [("words", None)])


@pytest.mark.parametrize("pinned", [True, False])
def test_the_panel_goes_into_a_window_of_its_own_and_comes_back(
    open_page: OpenPage, agent: str, call: PlayedCall, pinned: bool
) -> None:
    page = open_page("about:blank")
    # a browser without a screen pins nothing: a plain window stands in for the pinned one
    has = "{ requestWindow: async (size) => (window.asked = size, window.open('', 'p', 'popup')) }"
    page.add_init_script(
        "Object.defineProperty(window, 'documentPictureInPicture', { value: " + has + "})"
        if pinned
        else "delete window.documentPictureInPicture"
    )
    page.goto(f"/agent/{agent}?lang=en")
    page.wait_for_selector(".panel[data-status=live]")
    with page.expect_popup() as opened:
        page.keyboard.press("f")
    own = opened.value
    inside = own.frame_locator("iframe") if pinned else own
    expect(inside.locator(".context")).to_have_text("Ms Wang · order 8841 · called yesterday")
    expect(page.locator(".rest")).to_contain_text("The panel is in its own window.")
    expect(page.locator(".panel")).not_to_be_visible()
    if pinned:
        assert page.evaluate("window.asked") == {"width": 360, "height": 640}
    call.show("cue-1", at_s=30.0)
    expect(inside.locator(".card[data-cue=cue-1]")).to_be_visible()
    own.close()
    expect(page.locator(".card[data-cue=cue-1]")).to_be_visible()


def test_a_quiet_console_tells_the_call(own_panel: Page, call: PlayedCall) -> None:
    for _ in range(2):
        own_panel.keyboard.press("m")
    eventually(lambda: ("quiet_on", None) in call.pressed)
    own_panel.keyboard.press("m")
    eventually(lambda: ("quiet_off", None) in call.pressed)
    assert len(call.pressed) == 2
