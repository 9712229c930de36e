"""After hang-up the call note is there: completed, copied without the mouse, and nothing moves."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from coaching.advice import FactHeard, PromiseMade

from .conftest import OpenPage
from .stage import PATIENCE_S, PlayedCall, Stage

WANTED = "I am calling about the laptop I ordered two weeks ago"
PROMISE = "I will send <b>a new laptop</b> today"
BOXES = """() => [...document.querySelectorAll(".panel > *:not(.sheet)")].map((part) => {
    const { top, height } = part.getBoundingClientRect();
    return [part.className, top, height];
})"""


def talk(call: PlayedCall) -> None:
    """Words of which a note can be made."""
    call.now_s = 10.0
    call.hear(WANTED)
    call.tell(
        FactHeard(
            at_s=10.0, known_at_s=11.0, track=0, role="caller", utterance_id="0-1", kind="what",
            quote=WANTED, start_s=8.0,
        )
    )  # fmt: skip
    call.now_s = 40.0
    call.hear(PROMISE, "1-1", "agent")
    call.tell(
        PromiseMade(
            at_s=40.0, known_at_s=41.0, track=1, role="agent", utterance_id="1-1", quote=PROMISE,
            due="today", start_s=38.0,
        )
    )  # fmt: skip


def test_at_hang_up_the_note_is_there_and_nothing_moves(
    open_page: OpenPage, call: PlayedCall, agent: str, stage: Stage
) -> None:
    page = open_page(f"/agent/{agent}?lang=en", permissions=["clipboard-read", "clipboard-write"])
    page.wait_for_selector(".panel[data-status=live]")
    talk(call)
    expect(page.locator(".promise-rows")).to_contain_text("a new laptop")
    before = page.evaluate(BOXES)
    call.end()
    sheet = page.locator(".sheet")
    expect(sheet).to_contain_text("Call note")
    expect(sheet).to_contain_text(WANTED)
    expect(sheet).to_contain_text(PROMISE)
    assert page.evaluate(BOXES) == before
    assert page.evaluate("document.activeElement === document.body"), "no keyboard is taken"

    page.keyboard.press("2")
    expect(page.get_by_role("button", name="next step agreed")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("c")
    expect(sheet.get_by_role("status")).to_have_text("The note is on the clipboard.")
    lines = page.evaluate("navigator.clipboard.readText()").replace("\r", "").split("\n")
    assert lines[0].startswith(f"Request: {WANTED}")
    assert f"- {PROMISE} [today] (0:38)" in lines
    assert lines[-1] == "Outcome: next step agreed"

    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("n")
    expect(sheet).to_be_visible()
    following = stage.call(f"next-{agent}", agent)
    following.start()
    expect(sheet).to_be_hidden()  # the next caller is what counts now
    page.keyboard.press("n")
    expect(sheet).to_be_hidden()
    following.end()


def test_a_call_of_which_nothing_was_heard_has_no_note(
    own_panel: Page, call: PlayedCall, stage: Stage
) -> None:
    with own_panel.expect_response(lambda answer: answer.url.endswith("/note")) as asked:
        call.end()
    assert asked.value.ok
    stage.writer.flush(PATIENCE_S)
    own_panel.keyboard.press("n")
    expect(own_panel.locator(".sheet")).to_be_hidden()
