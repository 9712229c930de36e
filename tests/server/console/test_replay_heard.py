"""What a replay tells of objections, stages and conduct, each with its moment."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from coaching.advice import ConductNoted, ObjectionHeard, StageChanged

from .conftest import OpenPage
from .stage import PATIENCE_S, PlayedCall, Stage

ATTACK = "<img src=x onerror=alert(1)> nobody called me back"


def told(call: PlayedCall) -> None:
    """A call in which something is heard."""
    call.start()
    call.tell(
        ObjectionHeard(
            at_s=61.0, known_at_s=62.0, subject="service", quote=ATTACK, times=2, start_s=58.0,
            track=0, role="caller", utterance_id="0-1",
        ),
        StageChanged(
            at_s=62.0, known_at_s=62.0, role="caller", stage="angry", since_s=62.0,
            reasons=("angry", "objection_service"),
        ),
        ConductNoted(
            at_s=64.0, known_at_s=64.0, role="agent", conduct="dismisses", good=False,
            utterance_id="1-1", quote="Please calm down", start_s=63.0,
        ),
        StageChanged(
            at_s=90.0, known_at_s=90.0, role="caller", stage="calm", since_s=90.0, reasons=()
        ),
    )  # fmt: skip


def test_what_was_heard_stands_in_the_replay_with_its_moment(
    open_page: OpenPage, stage: Stage
) -> None:
    call = stage.call("heard-of", "heard")
    told(call)
    stage.writer.flush(PATIENCE_S)
    page = open_page("/replay/heard-of?lang=en", width=1280, height=900)
    objection = page.locator(".objection-list li")
    expect(objection).to_contain_text("0:58")
    expect(objection).to_contain_text(f"service (2 ×){ATTACK}")
    stages = page.locator(".stage-list li")
    expect(stages).to_have_text(
        [
            "1:02angryangry words, objected to the service",
            "1:30calmas time went by",
        ]
    )
    later = page.locator(".conduct-list li")
    expect(later).to_have_text("Told when the call is over.")  # the agent may be reading it

    page.wait_for_selector(".timeline .main-svg")
    lanes = page.evaluate(
        """() => Object.fromEntries(document.querySelector(".timeline").data
            .filter((trace) => trace.yaxis === "y3").map(({ name, x, text }) =>
                [name, { x, text }]))"""
    )
    assert lanes["stage"]["x"] == [62, 90, None]
    assert lanes["objection"]["x"] == [58]
    assert "<img" not in lanes["objection"]["text"][0]
    assert page.locator("main img").count() == 0

    objection.get_by_role("button").click()
    expect(page.locator(".panel .clock")).to_have_text("0:58")
    call.end()
    stage.writer.flush(PATIENCE_S)
    page.goto("/replay/heard-of?lang=zh")
    expect(page.locator(".conduct-list li")).to_have_text(re.compile("轻视了对方的感受.*calm down"))
