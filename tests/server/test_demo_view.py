from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from coaching.playbook import bundled
from server.demo_view import DemoView
from tests import golden


def view(*, terminal: bool = False) -> tuple[DemoView, Console]:
    console = Console(file=io.StringIO(), width=90, force_terminal=terminal, highlight=False)
    return DemoView(console, bundled("en").drivers, 65.0), console


def text(console: Console) -> str:
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def event(**fields: Any) -> dict[str, Any]:
    return {"kind": "event", "event": fields}


def test_a_whole_call_is_told_card_by_card() -> None:
    shown, console = view()
    log = golden.read("en-rising")
    with shown:
        for one in log:
            shown.take({"kind": "event", "event": one})
    out = text(console)
    cards = [one for one in log if one["type"] == "cue_shown"]
    assert cards
    for card in cards:
        assert card["say"].split("\n")[0].strip()[:30] in out
    assert "the caller is tense" in out
    assert "Voice" in out  # why


def test_words_come_with_who_said_them() -> None:
    shown, console = view()
    shown.take(
        event(type="words_final", role="caller", start_s=62.0, words=[{}], text="Where is it?")
    )
    shown.take(event(type="words_final", role="agent", start_s=63.0, words=[], text=""))
    assert "1:02 caller  Where is it?" in text(console)
    assert "agent" not in text(console)


def test_a_card_that_another_call_has_replaced_does_not_leave_twice() -> None:
    shown, console = view()
    card = {
        "type": "cue_shown", "cue_id": "c1", "known_at_s": 5.0, "priority": "normal",
        "why": "Voice higher", "say": "I am on it.", "next": "Give a time",
    }  # fmt: skip
    shown.take(event(**card))
    for cue_id in ("c0", "c1"):
        shown.take(event(type="cue_left", cue_id=cue_id, known_at_s=9.0, reason="said"))
    assert text(console).count("the agent said it") == 1


def test_on_a_terminal_the_footer_follows_the_call() -> None:
    shown, console = view(terminal=True)
    with shown:
        shown.take({"kind": "clock", "media_s": 12.4, "speaking": [0]})
        shown.take({"kind": "partial", "role": "caller", "text": "my order never"})
        shown.take(event(type="state_changed", state="tense", since_s=10.0, known_at_s=12.0))
        shown._live.refresh()
    out = text(console)
    assert "0:12 of 1:05" in out
    assert "tense ↑" in out
    assert "since 0:10" in out
    assert "my order never" in out
