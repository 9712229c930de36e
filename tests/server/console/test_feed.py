"""A broken connection neither loses nor repeats a card, and calls follow each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from .conftest import OpenPage
from .stage import PlayedCall, Stage

Cut = Callable[[], None]


@pytest.fixture
def line(open_page: OpenPage, agent: str, call: PlayedCall) -> tuple[Page, Cut, list[str]]:
    """The panel, a way to cut its connection, and the addresses it connected to."""
    page = open_page("about:blank")
    routes: list[WebSocketRoute] = []
    addresses: list[str] = []

    def pass_on(route: WebSocketRoute) -> None:
        routes.append(route)
        addresses.append(route.url)
        route.connect_to_server()

    page.route_web_socket("**/live*", pass_on)
    # every card that was ever drawn, in order
    page.add_init_script(
        """window.drawn = [];
        new MutationObserver((changes) => {
            for (const { addedNodes } of changes)
                for (const node of addedNodes)
                    if (node.dataset?.cue) window.drawn.push(node.dataset.cue);
        }).observe(document, { subtree: true, childList: true });"""
    )
    page.goto(f"/agent/{agent}?lang=en")
    page.wait_for_selector(".panel[data-status=live]")
    return page, lambda: routes[-1].close(code=1012), addresses


def test_a_break_mid_card_neither_loses_nor_repeats_it(
    line: tuple[Page, Cut, list[str]], call: PlayedCall
) -> None:
    page, cut, addresses = line
    call.show("cue-1", at_s=30.0)
    card = page.locator(".card[data-cue=cue-1]")
    expect(card).to_be_visible()
    cut()
    page.wait_for_selector(".panel[data-status=connecting]")
    expect(card).to_be_visible()  # the agent goes on reading
    call.take_away("cue-1", "timeout")
    call.show("cue-2", at_s=76.0)
    page.wait_for_selector(".panel[data-status=live]")
    expect(card).to_have_count(0)
    expect(page.locator(".card[data-cue=cue-2]")).to_be_visible()
    assert page.evaluate("window.drawn") == ["cue-1", "cue-2"]
    assert addresses[1].endswith(f"?call_id={call.call_id}&from=3")


def test_breaks_before_and_after_every_event_change_nothing(
    line: tuple[Page, Cut, list[str]], call: PlayedCall
) -> None:
    page, cut, _ = line
    for number in (1, 2):
        call.show(f"cue-{number}", at_s=30.0 * number)
        cut()
        page.wait_for_selector(f".card[data-cue=cue-{number}]")
        call.take_away(f"cue-{number}")
        cut()
        expect(page.locator(f".card[data-cue=cue-{number}]")).to_have_count(0)
    assert page.evaluate("window.drawn") == ["cue-1", "cue-2"]


def test_the_panel_goes_from_call_to_call_by_itself(
    open_page: OpenPage, agent: str, stage: Stage
) -> None:
    page = open_page(f"/agent/{agent}?lang=en")
    expect(page.locator(".note")).to_have_text("Your next call appears here by itself.")
    first = stage.call(f"first-of-{agent}", agent)
    first.start()
    first.show(at_s=30.0)
    expect(page.locator(".card[data-cue]")).to_be_visible()
    first.end()
    expect(page.locator(".note")).to_have_text("Your next call appears here by itself.")
    expect(page.locator(".card[data-cue]")).to_have_count(0)
    second = stage.call(f"second-of-{agent}", agent, context={"name": "Mr Li"})
    second.start()
    expect(page.locator(".context")).to_have_text("Mr Li")
    page.wait_for_selector(".panel[data-status=live]")
