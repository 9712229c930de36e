"""Hysteresis and dwell."""

from __future__ import annotations

from collections.abc import Sequence

from coaching.state import TensionState
from coaching.thresholds import Thresholds

T = Thresholds(state_on=50, state_off=40, state_on_dwell_s=1.0, state_off_dwell_s=3.0)


def run(levels: Sequence[float], step_s: float = 0.5) -> list[tuple[float, str, float]]:
    state = TensionState(T)
    changes: list[tuple[float, str, float]] = []
    for place, level in enumerate(levels):
        at_s = place * step_s
        if state.update(at_s=at_s, speech_s=step_s, index=level):
            changes.append((at_s, state.state, state.since_s))
    return changes


def test_tense_after_the_dwell_since_the_crossing() -> None:
    assert run([20, 20, 60, 60, 60, 60]) == [(2.0, "tense", 1.0)]


def test_exactly_at_the_threshold_is_tense() -> None:
    assert run([50, 50, 50]) == [(1.0, "tense", 0.0)]
    assert run([49.9] * 9) == []


def test_a_shorter_crossing_does_not_count() -> None:
    assert run([60, 60, 20, 60, 60, 20]) == []


def test_between_the_thresholds_nothing_changes() -> None:
    assert run([60] * 3 + [45] * 50) == [(1.0, "tense", 0.0)]


def test_calm_again_after_its_own_dwell() -> None:
    changes = run([60] * 3 + [30] * 7)
    assert changes == [(1.0, "tense", 0.0), (4.5, "calm", 1.5)]


def test_the_dwell_counts_speech_not_silence() -> None:
    state = TensionState(T)
    assert not state.update(at_s=10.0, speech_s=0.5, index=60)
    assert not state.update(at_s=40.0, speech_s=0.5, index=60)
    assert state.update(at_s=40.5, speech_s=0.5, index=60)
    assert state.since_s == 10.0
