"""How the benchmark of the live server shares its CPU out to parts."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.benchmarks.live_parts import ENTRIES, Account, Clock, Thread, accounts, found, split


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.at


def test_a_part_costs_what_it_spends_itself(tmp_path: Path) -> None:
    hand = Hand()
    clock = Clock(tmp_path, hand)

    def work(seconds: float) -> None:
        hand.at += seconds

    vad = clock.wrapped("vad", work)

    def feed(depth: int) -> None:
        work(1.0)
        vad(2.0)
        if depth:
            voice(depth - 1)  # the same part again counts once

    voice = clock.wrapped("voice", feed)
    work(64.0)  # outside all parts
    voice(1)
    vad(8.0)

    account = accounts(tmp_path)[threading.get_native_id()]
    assert {part: s for part, s in account.spent_s.items() if s} == {"voice": 2.0, "vad": 12.0}
    assert account.entered["voice"] == 2
    assert account.entered["vad"] == 3
    assert {caller: n for caller, n in account.called.items() if n} == {None: 2, "voice": 3}


def test_what_fails_is_timed_and_fails(tmp_path: Path) -> None:
    hand = Hand()
    clock = Clock(tmp_path, hand)

    def fail() -> None:
        hand.at += 1.0
        raise ValueError("it cannot be done")

    with pytest.raises(ValueError, match="cannot be done"):
        clock.wrapped("coach", clock.wrapped("vad", fail))()
    clock.wrapped("store", lambda: None)()
    account = accounts(tmp_path)[threading.get_native_id()]
    assert account.spent_s["vad"] == 1.0
    assert account.spent_s["coach"] == 0.0
    assert account.called[None] == 2


def test_the_price_of_the_clock_is_measured(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    clock.weigh(rounds=3, calls=50)
    clock.wrapped("vad", lambda: None)()
    account = accounts(tmp_path)[threading.get_native_id()]
    assert 0 < account.within_s < 0.001
    assert 0 <= account.around_s < 0.001
    assert account.entered["vad"] == 1  # the weighing itself is on no account


def test_parts_add_up_to_the_threads() -> None:
    threads = {
        1: Thread("media", 10.0),
        2: Thread("calmline-voice", 20.0),
        3: Thread("kworker", 0.5),
    }
    clocks = {
        1: Account({"aligner": 2.0, "pipe": 1.0}, {"aligner": 4, "pipe": 4}, {None: 8}, 0.1, 0.05),
        2: Account({"call": 3.0, "vad": 9.0}, {"call": 5, "vad": 5}, {None: 5, "call": 5}, 0.1, 0),
        9: Account({"vad": 99.0}, {"vad": 1}, {None: 1}, 0.1, 0.1),  # of a thread that is gone
    }
    parts = split(threads, clocks)
    assert sum(parts.values()) == pytest.approx(30.5)
    assert parts == pytest.approx(
        {
            "socket": 10.0 - 3.0 - 8 * 0.05,
            "aligner": 2.0 - 0.4,
            "pipe": 1.0 - 0.4 + 8.0,  # and what the voice process does outside its parts
            "call": 3.0 - 0.5,
            "vad": 9.0 - 0.5,
            "rest": 0.5,
            "clock": 0.8 + 0.4 + 1.0,
        }
    )


@pytest.mark.parametrize("entry", [entry for entries in ENTRIES.values() for entry in entries])
def test_every_part_can_still_be_entered(entry: str) -> None:
    owner, name = found(entry)
    assert callable(getattr(owner, name))
