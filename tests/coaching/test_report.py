"""The account of a call, and above all how it ended."""

from __future__ import annotations

from typing import Any

import pytest

from coaching.coach import replay
from coaching.playbook import bundled
from coaching.report import CallReport
from coaching.thresholds import Thresholds
from voice.events import BaselineReset, Degraded, SpeechEnded

from .script import Script
from .test_coach import calm, gives_up, rising


def report(script: Script, end_s: float = 140.0) -> CallReport:
    facts = script.all_facts(end_s)
    return CallReport.of(
        facts, replay(facts, script.roles, "en", bundled("en"), Thresholds(), call_id="call")
    )


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (calm("en"), "calm throughout"),
        (rising("en"), "soothed"),
        (gives_up("en"), "withdrew"),
        (Script().voice(5, 25).voice(30, 60, 1.0), "stayed tense"),
        (Script(), "not assessable"),
        (Script(roles=("unknown", "unknown")).voice(5, 60, 1.0, role="unknown"), "not assessable"),
    ],
)
def test_outcome(script: Script, outcome: str) -> None:
    assert report(script).outcome == outcome


def test_falling_tension_with_withdrawal_is_never_soothed() -> None:
    script = rising("en")
    for place in range(4):
        script.turn(115 + 6 * place, 0.5, 2.5)
    assert report(script).outcome == "withdrew"


def test_tension_that_somebody_else_took_over_was_not_soothed() -> None:
    script = Script().voice(5, 25).voice(30, 45, 1.0)
    reset = BaselineReset(at_s=46.0, known_at_s=46.0, track=0, role="caller", reason="register")
    script.add(reset).voice(50, 80)
    assert report(script).outcome == "not assessable"


def test_a_voice_that_turned_out_to_be_so_was_neither_tense_nor_soothed() -> None:
    own = {"f0_median_st": 18.0, "articulation_rate_hz": 7.5, "spectral_flux_pct": 5.5}
    told = report(Script().voice(2, 120, **own))
    assert told.outcome == "not assessable"
    assert told.tense_s == 0.0


def test_why_there_is_no_index() -> None:
    script = calm("en").add(Degraded(at_s=50.0, known_at_s=50.0, reason="identical_channels"))
    told = report(script)
    assert (told.outcome, told.no_index) == ("not assessable", "identical_channels")


def test_figures_of_the_conversation() -> None:
    script = calm("en").agent(0, 4).agent(12, 16).barge_in(30).silence(60, 64.5)
    script.add(SpeechEnded(at_s=11.0, known_at_s=11.5, track=0, role="caller", start_s=9.0))
    told = report(script)
    assert told.duration_s == 140.0
    assert told.talk_share == {"agent": pytest.approx(0.8), "caller": pytest.approx(0.2)}
    assert told.longest_silence_s == 4.5
    assert (told.overlaps, told.overlap_s) == (1, 0.5)


def test_tension_and_cues() -> None:
    told = report(rising("en"))
    assert told.peak_index is not None
    assert told.peak_index >= 75
    assert 30 <= told.tense_s <= 50
    assert [(cue.card_id, cue.left) for cue in told.cues] == [
        ("tension-rises", "timeout"),
        ("closing", "timeout"),
    ]


def test_a_call_that_ends_tense_is_tense_to_its_end() -> None:
    told = report(Script().voice(5, 25).voice(30, 60, 1.0), end_s=100.0)
    assert told.tense_s == pytest.approx(70.0, abs=1.5)


def test_nothing_is_said_of_how_the_agent_felt_or_did() -> None:
    names: Any = CallReport.__dataclass_fields__
    assert not [n for n in names if "score" in n or "emotion" in n or n.startswith("agent")]
