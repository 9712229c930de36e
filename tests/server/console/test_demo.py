"""The demo's page: the recording in step with the call, and a mark for each card."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from server.console.router import DemoCall
from voice.events import Role, SpeechEnded, SpeechStarted

from .conftest import OpenPage, until
from .stage import PlayedCall, Stage

APART_S = 0.15
"""The recording may be so far from the media clock (design of the demo)."""


@pytest.fixture
def played(stage: Stage, agent: str, call: PlayedCall) -> Iterator[PlayedCall]:
    """A call that is streamed as the demo streams one."""
    stage.demo = DemoCall(call_id=call.call_id, agent_id=agent, sample="en-rising")
    yield call
    stage.demo = None


def test_each_card_is_marked_and_every_word_of_both_told(
    open_page: OpenPage, played: PlayedCall
) -> None:
    page = open_page("/demo?lang=en", width=1280, height=900)
    until(page, "document.querySelector('audio').duration > 100")
    speakers: list[tuple[Role, int, float]] = [("agent", 1, 1.0), ("caller", 0, 6.0)]
    for role, track, start_s in speakers:
        played.tell(SpeechStarted(at_s=start_s, known_at_s=start_s + 0.4, track=track, role=role))
        end_s = start_s + 4
        played.tell(
            SpeechEnded(at_s=end_s, known_at_s=end_s + 0.9, start_s=start_s, track=track, role=role)
        )
        played.hear(f"Words of the {role}.", f"{track}-1", role)
    for number in (1, 2):
        played.show(f"cue-{number}", at_s=50.0 * number)
        expect(page.locator(f".frame .card[data-cue=cue-{number}]")).to_be_visible()
        expect(page.locator(".strip .mark")).to_have_count(number)
        played.take_away(f"cue-{number}")
    expect(page.locator(".strip .mark text").last).to_have_text("2")
    expect(page.locator(".card-list li")).to_have_count(2)
    length_s = page.evaluate("document.querySelector('audio').duration")
    for role, _, _ in speakers:
        width = page.locator(f".strip .{role}").get_attribute("width")
        assert float(width or 0) == pytest.approx(4 / length_s * 1000, rel=1e-3)
        expect(page.locator(".transcript")).to_contain_text(f"Words of the {role}.")
    played.end()
    expect(page.get_by_role("link", name="Open its replay")).to_have_attribute(
        "href", f"/replay/{played.call_id}"
    )


def test_the_recording_sounds_where_the_call_is(open_page: OpenPage, played: PlayedCall) -> None:
    page = open_page("/demo?lang=en", width=1280, height=900)
    until(page, "document.querySelector('audio').readyState >= 3")
    played.outlet.clock(40.0, [0])
    expect(page.locator(".clock")).to_have_text("0:40")
    page.get_by_role("button", name="Listen along").click()
    until(page, "document.querySelector('audio').currentTime > 40.2")
    heard_s = page.evaluate("document.querySelector('audio').currentTime")
    assert heard_s < 45
    played.outlet.clock(60.0, [0])  # the call is ahead: the sound jumps after it
    until(page, "document.querySelector('audio').currentTime > 60")
    page.get_by_role("button", name="Mute").click()
    assert page.evaluate("document.querySelector('audio').paused")


def test_without_a_call_it_says_how_to_start_one_and_then_goes_along(
    open_page: OpenPage, stage: Stage, agent: str, forgive: list[str]
) -> None:
    forgive.append("404")
    page = open_page("/demo?lang=en", width=1280)
    expect(page.locator(".nothing")).to_contain_text("calmline demo")
    call = stage.call(f"later-{agent}", agent)
    stage.demo = DemoCall(call_id=call.call_id, agent_id=agent, sample="en-rising")
    call.start()
    call.show(at_s=30.0)
    expect(page.locator(".frame .card[data-cue]")).to_be_visible()
    expect(page.locator(".nothing")).to_be_hidden()
    stage.demo = None


@pytest.fixture(scope="module")
def bare(browser: Browser, stage: Stage) -> Iterator[Page]:
    """A page that shows nothing."""
    page = browser.new_page()
    page.goto(f"{stage.url}/static/icon.svg")
    yield page
    page.close()


def test_a_late_tick_of_the_clock_moves_nothing(bare: Page) -> None:
    at = bare.evaluate(
        """async () => {
            const { MediaClock } = await import("/static/demo/sync.js");
            const clock = new MediaClock();
            const before = clock.at(5);
            clock.tick(1, 101.0);
            clock.tick(2, 102.4);  // 0.4 s late
            clock.tick(3, 103.1);
            const fast = new MediaClock(4);
            fast.tick(8, 10);
            return [before, clock.at(104), fast.at(11)];
        }"""
    )
    assert at == [None, pytest.approx(4.0), pytest.approx(12.0)]


def test_only_a_recording_that_is_off_is_moved(bare: Page) -> None:
    apart, moved = bare.evaluate(
        """async () => {
            const { follow, MOST_APART_S } = await import("/static/demo/sync.js");
            return [MOST_APART_S, [10.14, 9.86, 10.16, 9.84].map((currentTime) => {
                const audio = { currentTime };
                return [follow(audio, 10), audio.currentTime];
            })];
        }"""
    )
    assert apart == APART_S
    assert moved == [[False, 10.14], [False, 9.86], [True, 10], [True, 10]]
