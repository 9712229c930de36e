"""Withdrawal: turn-taking and words together, with a margin to how every call ends."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from coaching.thresholds import Thresholds
from coaching.withdrawal import WithdrawalDetector
from voice.events import TurnEnded

USUAL = [(6.0, 0.5), (5.0, 0.6), (7.0, 0.4), (6.0, 0.5), (5.5, 0.5)]


def turn(speech_s: float, response_s: float | None) -> TurnEnded:
    return TurnEnded(
        at_s=0.0, known_at_s=0.0, role="caller", start_s=0.0, speech_s=speech_s,
        response_s=response_s,
    )  # fmt: skip


def run(
    turns: Sequence[tuple[float, float | None]], *, gives_up: int = -1, declines: int = -1
) -> WithdrawalDetector:
    """Take turns 10 s apart; words come with the turn of that number."""
    detector = WithdrawalDetector(Thresholds())
    for place, (speech_s, response_s) in enumerate(turns):
        now_s = 10.0 * place
        detector.turn(now_s, turn(speech_s, response_s))
        detector.heard(now_s, gives_up=place == gives_up, declines=place == declines)
    return detector


def test_short_and_slow_answers() -> None:
    detector = run([*USUAL, (0.6, 1.6), (0.7, 2.0), (0.6, 2.3)])
    assert detector.on
    assert detector.reasons == ("short_turns", "slow_answers")


def test_words_of_giving_up_with_short_answers() -> None:
    detector = run([*USUAL, (0.6, 0.6), (0.7, 0.6), (0.6, 0.6)], gives_up=7)
    assert detector.on
    assert detector.reasons == ("short_turns", "words")


def test_declining_counts_with_slow_answers_only() -> None:
    assert run([*USUAL, (4.0, 1.8), (4.0, 2.0), (4.0, 2.3)], declines=7).on
    assert not run([*USUAL, (0.6, 0.6), (0.7, 0.6), (0.6, 0.6)], declines=7).on


@pytest.mark.parametrize(
    "closing",
    [
        [(1.0, 0.5), (0.8, 0.4), (0.5, 0.6)],  # "Yes." "Thank you." "Bye."
        [(1.0, 0.9), (0.8, 1.1), (0.5, 1.0)],
        [(4.0, 2.0), (5.0, 2.0), (4.0, 2.5)],  # looks something up
        [(0.8, None), (0.7, None), (0.5, None)],
    ],
)
def test_short_or_slow_alone_is_not_withdrawal(closing: list[tuple[float, float | None]]) -> None:
    assert not run([*USUAL, *closing]).on


def test_words_alone_are_not_withdrawal() -> None:
    assert not run([*USUAL, *USUAL], gives_up=8).on


def test_a_caller_is_compared_with_earlier_turns_or_not_at_all() -> None:
    assert not run([(6.0, 0.5), (0.6, 2.0), (0.6, 2.0), (0.6, 2.0)], gives_up=3).on


def test_a_terse_caller_is_not_judged_by_brevity() -> None:
    terse = [(0.9, 0.5)] * 5
    assert not run([*terse, (0.3, 2.0), (0.3, 2.0), (0.3, 2.0)]).on


def test_what_came_with_withdrawal_does_not_become_the_norm() -> None:
    detector = run([*USUAL, *[(0.6, 2.0)] * 30])
    assert detector.on


def test_a_caller_who_talks_again_has_come_back() -> None:
    flat: list[tuple[float, float | None]] = [(0.6, 2.0)] * 3
    assert run([*USUAL, *flat, (6.0, 0.5)]).on
    detector = run([*USUAL, *flat, (6.0, 0.5), (5.5, 0.5)])
    assert not detector.on
    assert detector.reasons == ()


def test_who_says_so_has_not_come_back() -> None:
    flat: list[tuple[float, float | None]] = [(0.6, 2.0)] * 3
    assert run([*USUAL, *flat, (6.0, 0.5), (5.5, 0.5)], gives_up=8).on


def test_words_are_forgotten() -> None:
    turns = [*USUAL, *[(6.0, 0.5)] * 4, *[(0.6, 0.5)] * 3]
    assert not run(turns, gives_up=5).on
    assert run(turns, gives_up=10).on
