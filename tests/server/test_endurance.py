"""Guests of all kinds come and go: the server stays as it was and keeps its promises."""

from __future__ import annotations

from tests.benchmarks.live_endurance import endure


def test_a_server_outlives_its_guests() -> None:
    outcome = endure(10.0, places=12, seed=4, call_s=(2.0, 6.0), look_s=60.0)
    assert outcome.wrong == []
    assert len(outcome.told.owed) >= 5
    assert len(outcome.told.guests) >= 6
    assert any(outcome.told.seen.values())
