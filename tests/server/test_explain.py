from __future__ import annotations

from pathlib import Path

import pytest

from coaching.profiles import Profiles
from coaching.session import Logged
from server.call_log import read_call
from server.errors import Refused
from server.explain import explain, lines
from server.wire import to_line
from tests.coaching.script import Script
from voice.events import Fact


def said(script: Script, at_s: float) -> str:
    return "\n".join(lines(script.all_facts(200), at_s, None, Profiles(), "call"))


def test_a_rule_that_fired_and_what_it_rests_on() -> None:
    text = said(Script().words(30, "That is too expensive"), 33.0)
    assert 'words_final (caller): "That is too expensive"' in text
    assert "words of the caller: objection_price" in text
    assert "price  since 0:30" in text
    assert "because heard: objection_price" in text
    assert "cue_shown price" in text


def test_a_rule_that_was_held_back_and_why() -> None:
    script = Script().agent(20, 24, "The price includes delivery and it lasts for years.")
    text = said(script.words(30, "That is too expensive"), 33.0)
    assert "held back: the agent has tried this way" in text
    assert "cue_shown price-split" in text


def test_before_the_dwell_a_rule_waits() -> None:
    text = said(Script().words(30, "That is too expensive"), 31.0)
    assert "waits for more evidence, or to last" in text
    assert "cue_shown" not in text


def test_nothing_of_what_comes_later_is_told() -> None:
    text = said(Script().words(30, "too expensive").words(40, "your manager"), 32.0)
    assert "manager" not in text
    assert "authority" not in text


def test_a_log_is_read_from_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts: list[Fact] = Script().words(30, "too expensive").all_facts(60)
    log = tmp_path / "call.events.jsonl"
    rows = [to_line("call", Logged(seq, fact)) for seq, fact in enumerate(facts, 1)]
    log.write_text("\n".join(rows) + "\n", "utf-8")
    explain(read_call(str(log)), 33.0)
    assert "cue_shown price" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "nonsense\n", ""])
def test_what_is_no_log_is_refused(tmp_path: Path, text: str | None) -> None:
    log = tmp_path / "call.events.jsonl"
    if text is not None:
        log.write_text(text, "utf-8")
    with pytest.raises(Refused):
        explain(read_call(str(log)), 1.0)
