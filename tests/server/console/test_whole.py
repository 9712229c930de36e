"""The whole: sound goes in, the engine listens, the agent sees a card and says it is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.live.opening import Consent, Opening
from server.serving import Server
from server.settings import RECORDINGS, ServeSettings
from tests.server.live.floors import feed, frames, reviewed

from .conftest import OpenPage
from .stage import CONTEXT, PATIENCE_S, eventually

SAMPLE = "en-rising"
FRAMES_PER_S = 50


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps what it records."""
    return tmp_path_factory.mktemp("whole") / RECORDINGS


@pytest.fixture(scope="module")
def server(recordings: Path) -> Iterator[Server]:
    """A whole server, by voice only."""
    settings = ServeSettings(
        media_port=0, web_port=0, data=recordings.parent, model=None, record=True
    )
    with Server(settings) as server:
        yield server


def test_a_card_of_the_engine_is_shown_called_wrong_and_replayed(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page(f"{server.web_url}/agent/7?lang=en")
    expect(page.locator(".note")).to_have_text("Your next call appears here by itself.")
    call = server.floor.open(
        Opening(
            call_id="whole",
            roles=("caller", "agent"),
            language="en",
            agent_id="7",
            context=CONTEXT,
            consent=Consent(basis="announcement", announced=True),
        )
    )
    # the same sound at once tells the same: so it is known when the first card comes
    told = next(e for e in map(json.loads, reviewed("whole", SAMPLE)) if e["type"] == "cue_shown")
    sound = frames(SAMPLE)
    feed(call, islice(sound, (int(told["known_at_s"]) + 1) * FRAMES_PER_S))
    card = page.locator(f".card[data-cue={told['cue_id']}]")
    expect(card.locator(".why-text")).to_have_text(told["why"])
    expect(card.locator(".say")).to_have_text(" ".join(told["say"].split()))
    expect(page.locator(".word")).to_have_text("tense")
    expect(page.locator(".context")).to_have_text("Ms Wang · order 8841 · called yesterday")

    page.keyboard.press("x")
    eventually(lambda: bool(server.store.feedback("whole")))
    feed(call, islice(sound, FRAMES_PER_S))  # a key is a fact of the next tick
    expect(card).to_have_count(0)
    kept = [(row.cue_id, row.verdict) for row in server.store.feedback("whole")]
    assert kept == [(told["cue_id"], "wrong")]

    feed(call, islice(sound, 5 * FRAMES_PER_S))
    call.end().result(PATIENCE_S)
    left = json.loads(server.store.events("whole", types=["cue_left"])[0].body)
    assert (left["cue_id"], left["reason"]) == (told["cue_id"], "wrong")
    expect(page.locator(".note")).to_have_text("Your next call appears here by itself.")
    replayed(page, server, left["cue_id"], left["known_at_s"])


def replayed(page: Page, server: Server, cue_id: str, left_s: float) -> None:
    """The same call from the store: the card is there until it was sent away."""
    page.goto(f"{server.web_url}/replay/whole?at={left_s - 0.5}&lang=en")
    card = page.locator(f".card[data-cue={cue_id}]")
    expect(card).to_be_visible()
    assert page.evaluate("document.querySelector('audio').error") is None
    page.locator("[name=position]").fill(str(left_s))
    expect(card).to_have_count(0)
    expect(page.locator(".cue-list")).to_contain_text("wrong")


def test_ones_own_voice_is_measured_and_nothing_is_kept(
    open_page: OpenPage, server: Server, recordings: Path
) -> None:
    page = open_page(f"{server.web_url}/try?lang=en", width=1280, height=800)
    page.get_by_role("button", name="Use the microphone").click()
    expect(page.locator(".prompt")).to_contain_text("Speak calmly")
    pitch = page.locator(".bars .values").first
    expect(pitch).to_contain_text("usually", timeout=PATIENCE_S * 1000)
    expect(page.locator(".bars")).to_contain_text("Pitch")
    expect(page.locator(".progress-text")).to_contain_text("of 20 s of your calm voice")
    assert [call.call_id[:4] for call in server.floor.live()] == ["try-"]
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".try-status")).to_have_text("Stopped. Nothing was kept.")
    eventually(lambda: not server.floor.live())
    assert [row.call_id for row in server.store.calls() if row.call_id.startswith("try-")] == []
    assert not list(recordings.glob("try-*"))


def test_without_a_microphone_it_says_so(open_page: OpenPage, server: Server) -> None:
    page = open_page("about:blank")
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('not found'))"
    )
    page.goto(f"{server.web_url}/try?lang=en")
    page.get_by_role("button", name="Use the microphone").click()
    expect(page.locator(".try-status")).to_have_text("The browser gave no microphone: not found")
    expect(page.get_by_role("button", name="Use the microphone")).to_be_enabled()
