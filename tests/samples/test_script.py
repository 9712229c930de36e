"""The six texts are calls of the promised kinds, and what cannot be spoken is refused."""

import re
from pathlib import Path

import pytest

from samples import script


def test_three_kinds_of_call_in_each_language() -> None:
    calls = [script.load(name) for name in script.names()]

    assert sorted((call.language, call.kind) for call in calls) == sorted(
        (language, kind) for language in ("en", "zh") for kind in ("calm", "rising", "gives_up")
    )


@pytest.mark.parametrize("name", script.names())
def test_sentences_are_short_and_the_parties_differ(name: str) -> None:
    call = script.load(name)

    for turn in call.turns:
        for sentence in turn.sentences:
            hanzi = len(re.findall(r"[\u4e00-\u9fff]", sentence))
            assert (hanzi <= 16) if call.language == "zh" else (len(sentence.split()) <= 12)
    assert call.voices["caller"] != call.voices["agent"]
    assert {turn.style for turn in call.turns if turn.role == "agent"} == {"calm"}


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ("{role: caller, gap_s: 1, style: calm, text: I paid 50 dollars.}", "spoken"),
        ("{role: caller, gap_s: 1, style: calm, text: no mark at the end}", "spoken"),
        ("{role: caller, gap_s: 9, style: calm, text: Hello.}", "gap"),
        ("{role: customer, gap_s: 1, style: calm, text: Hello.}", "customer"),
        ("{role: caller, gap_s: 1, style: furious, text: Hello.}", "furious"),
    ],
)
def test_a_bad_turn_is_named(
    turn: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.yaml").write_text(
        "language: en\ntitle: Bad\nkind: calm\nvoices: {caller: slt, agent: rms}\nexpect: {}\n"
        f"turns:\n  - {{role: agent, gap_s: 1, style: calm, text: Hello.}}\n  - {turn}\n"
    )
    monkeypatch.setattr(script, "TEXTS", tmp_path)

    with pytest.raises(ValueError, match=rf"bad, turn 1.*{said}"):
        script.load("bad")
