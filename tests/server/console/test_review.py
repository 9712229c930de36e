"""A recording goes up and comes back as a review; people answer, and the agent has a say."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.voice.sound import sample
from voice.clock import RATE

from .conftest import OpenPage
from .stage import PATIENCE_S, Stage

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def reviewed(stage: Stage, golden: Path) -> str:
    """A call that is over, with conduct in its log."""
    lines = (golden / "en-rising.jsonl").read_text("utf-8").splitlines()
    call = stage.call("reviewed", "7", words=False)
    call.replayed([json.loads(line) for line in lines])
    call.end()
    stage.writer.flush(PATIENCE_S)
    return call.call_id


def opened(open_page: OpenPage, call_id: str) -> Page:
    """The scorecard with the whole report beside it, which takes a slow machine its time."""
    page = open_page(f"/review/{call_id}?lang=en", width=1280, height=900)
    drawn = page.frame_locator(".report").locator(".plot .main-svg").first
    drawn.wait_for(timeout=3 * PATIENCE_S * 1000)
    return page


def criterion(page: Page, name: str) -> Any:
    """The form of a criterion."""
    return page.locator(f"[data-criterion={name}]")


def test_a_recording_is_uploaded_heard_and_opened_as_a_report(
    open_page: OpenPage, tmp_path: Path
) -> None:
    path = tmp_path / f"a {ATTACK.replace('/', '')}.wav"
    call, _ = sample("en-calm")
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes((call[:, : 15 * RATE].T * 32767).astype("<i2").tobytes())
    page = open_page("/?lang=en", width=1200, height=900)
    page.locator("[name=file]").set_input_files(path)
    page.locator("[name=caller]").select_option("left")
    page.get_by_role("button", name="Upload and review").click()
    job = page.locator(".jobs li")
    expect(job).to_contain_text(path.name)
    expect(job.locator(".job-state")).to_have_text("done", timeout=3 * PATIENCE_S * 1000)
    expect(page.get_by_role("row").filter(has_text="a-img-src")).to_have_count(1)  # in the list
    job.get_by_role("link", name="report").click()
    expect(page.locator("h1")).to_have_text(path.name)
    expect(page.locator(".five > dt")).to_have_count(5)
    page.keyboard.press(" ")
    expect(page.locator(".play")).to_have_text("Pause")  # its sound comes from the server
    assert page.locator("audio").evaluate("(audio) => audio.duration") == pytest.approx(15, abs=0.5)


def test_an_upload_that_is_refused_says_why(open_page: OpenPage, forgive: list[str]) -> None:
    forgive.append("422")
    page = open_page("/?lang=en", width=1200, height=900)
    page.locator("[name=file]").set_input_files(
        {"name": "empty.wav", "mimeType": "audio/wav", "buffer": b""}
    )
    page.get_by_role("button", name="Upload and review").click()
    expect(page.locator(".jobs")).to_contain_text("not taken: empty.wav: it is empty")


def test_each_upload_says_how_it_stands(open_page: OpenPage) -> None:
    page = open_page("/try")
    told = [
        ("waiting", 0.0, None, "w.wav waits"),
        ("working", 0.4, None, "x.wav is heard"),
        ("working", None, None, "y.wav is heard"),
        ("failed", None, f"z.wav: no audio {ATTACK}", f"z.wav failed z.wav: no audio {ATTACK}"),
    ]
    uploads = [
        {"call_id": "c", "file": line[:5], "state": state, "done_share": share, "detail": detail}
        for state, share, detail, line in told
    ]
    page.route("**/v1/reviews", lambda route: route.fulfill(json={"uploads": uploads}))
    page.goto("/?lang=en")
    rows = page.locator(".jobs li")
    expect(rows).to_have_count(4)
    shown = [" ".join(text.split()) for text in rows.all_inner_texts()]
    assert shown == [line for *_, line in told]
    assert page.locator("progress[value='0.4']").count() == 1
    assert page.locator("main img").count() == 0


def test_a_person_answers_beside_the_machine(
    open_page: OpenPage, reviewed: str, stage: Stage
) -> None:
    page = opened(open_page, reviewed)
    lets_finish = criterion(page, "lets_finish")
    lets_finish.get_by_label("yes").check()
    lets_finish.get_by_role("button", name="Save").click()
    expect(page.locator(".told")).to_have_text("It stands beside what you say.")  # who says it?
    page.get_by_label("Your name").fill("Ada")
    page.keyboard.press("Tab")
    lets_finish.get_by_label("yes").check()
    lets_finish.get_by_label("Comment").fill(f"It was {ATTACK}")
    lets_finish.get_by_role("button", name="Save").click()
    expect(lets_finish).to_contain_text(f"Ada yes It was {ATTACK}")
    kept = stage.store.assessed(reviewed)
    assert [(said.criterion_id, said.answer, said.by) for said in kept] == [
        ("lets_finish", "yes", "Ada")
    ]
    report = page.frame_locator(".report")
    lets_finish.locator(".moment").first.click()
    at = lets_finish.locator(".moment").first.inner_text()
    expect(report.locator(".moment-now")).to_contain_text(at)
    page.reload()
    expect(report.locator("[data-criterion=lets_finish]")).to_contain_text("Ada")
    assert page.locator("main img").count() == 0


@pytest.fixture
def beside(open_page: OpenPage, reviewed: str) -> Page:
    """The scorecard with something light in the place of the report."""
    page = open_page("/try", width=1280, height=900)
    page.route("**/report.html?*", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(f"/review/{reviewed}?lang=en")
    return page


def test_an_answer_that_differs_needs_a_comment(beside: Page, forgive: list[str]) -> None:
    forgive.append("422")
    page = beside
    page.get_by_label("Your name").fill("Bo")
    page.keyboard.press("Tab")
    pace = criterion(page, "pace")
    pace.get_by_label("partly").check()
    pace.get_by_role("button", name="Save").click()
    expect(pace.get_by_role("alert")).to_contain_text("an answer that differs needs a comment")


def test_blind_the_machines_answers_come_after_the_own_ones(
    open_page: OpenPage, reviewed: str
) -> None:
    page = opened(open_page, reviewed)
    expect(page.get_by_label("Answer first")).to_be_disabled()
    page.get_by_label("Your name").fill("Cleo")
    page.keyboard.press("Tab")
    page.get_by_label("Answer first").check()
    hidden = page.locator("form[data-hidden=true]")
    expect(hidden.first).to_contain_text("hidden until yours is in")
    count = hidden.count()
    assert count > 5
    report = page.frame_locator(".report")
    expect(report.locator(".five-score")).to_have_text("Hidden until yours is in.")
    share = criterion(page, "share_of_talk")
    share.get_by_label("no", exact=True).check()
    share.get_by_role("button", name="Save").click()
    expect(hidden).to_have_count(count - 1)
    expect(share).not_to_contain_text("hidden until")
    expect(page.locator(".told")).to_contain_text(f"{count - 1} of {count} to answer")


def test_the_agent_says_what_they_see(beside: Page) -> None:
    page = beside
    page.get_by_label("Your name").fill("agent 7")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="I have read it").click()
    said = page.locator(".responses li")
    expect(said).to_contain_text(["Acknowledged by the agent. agent 7"])
    page.get_by_label("About").select_option("lets_finish")
    page.locator(".response [name=comment]").fill(f"She had stopped {ATTACK}")
    page.get_by_role("button", name="I see it differently").click()
    expect(said).to_have_count(2)
    expect(said.last).to_contain_text(f"She had stopped {ATTACK} agent 7")
    expect(page.locator(".response [name=comment]")).to_have_value("")
