"""The hint to ask what else matters: two signs, and never a feature of the voice."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching import what_else
from coaching.advice import AskWhatElse
from coaching.coach import replay
from coaching.playbook import bundled
from coaching.thresholds import Thresholds
from tests.scenarios.play import facts, scenarios
from voice.events import Fact, ProsodyWindow

from .script import ROLES, of

CALLS = [
    facts(language, scenario["call"])[0]
    for _, language, scenario in scenarios()
    if language == "en" and scenario["expect"].get("what_else") == 1
]


def hints(call: list[Fact]) -> list[AskWhatElse]:
    return of(AskWhatElse, replay(call, ROLES, "en", bundled("en"), Thresholds(), call_id="call"))


voices = st.fixed_dictionaries(
    {
        "f0_median_st": st.floats(-20, 40),
        "f0_spread_st": st.floats(0, 24),
        "articulation_rate_hz": st.floats(0, 12),
        "pause_ratio": st.floats(0, 1),
        "level_db": st.floats(-80, 0),
        "tilt_db": st.floats(-20, 40),
        "speech_s": st.floats(2, 5),
    }
)


@given(voices)
@settings(max_examples=25, deadline=None)
def test_no_feature_of_the_voice_changes_it(voice: dict[str, Any]) -> None:
    assert CALLS
    for call in CALLS:
        other = [replace(f, **voice) if isinstance(f, ProsodyWindow) else f for f in call]
        silent = [f for f in call if not isinstance(f, ProsodyWindow)]
        told = hints(call)
        assert told
        assert hints(other) == told
        assert hints(silent) == told


def test_nothing_of_the_voice_is_even_imported() -> None:
    tree = ast.parse(inspect.getsource(what_else))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert names == {
        "annotations", "median", "TurnEnded", "AskWhatElse", "Hesitation", "Thresholds",
        "Understood",
    }  # fmt: skip
