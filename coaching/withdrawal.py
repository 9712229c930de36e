"""Withdrawal: the caller has stopped asking. A signal of its own, never a success.

Heard in turn-taking (turns much shorter and answers slower than this caller's own earlier ones)
and in words ("forget it"). Short answers alone are how every call ends; they mean withdrawal only
together with slow answers or with words of giving up.
"""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from voice.events import TurnEnded

from .advice import WithdrawalReason
from .thresholds import Thresholds


class _Turn(NamedTuple):
    speech_s: float
    response_s: float | None


class WithdrawalDetector:
    """Compares the caller's last turns with the caller's own earlier ones.

    Parameters
    ----------
    thresholds
        The settings that begin with ``withdrawal_``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self.reset()

    def reset(self) -> None:
        """Forget the caller: somebody else speaks now."""
        self.on = False
        self.reasons: tuple[WithdrawalReason, ...] = ()
        self._earlier: list[_Turn] = []
        self._last: list[_Turn] = []
        self._gave_up_s = self._declined_s = float("-inf")

    def heard(self, now_s: float, *, gives_up: bool, declines: bool) -> bool:
        """Take words of the caller; tell whether :attr:`on` changed.

        Parameters
        ----------
        now_s
            Media time at which the words are known.
        gives_up
            Whether they say so ("forget it").
        declines
            Whether they turn something down ("no thanks"), which is also how calls end well.
        """
        if gives_up:
            self._gave_up_s = now_s
        if declines:
            self._declined_s = now_s
        return (gives_up or declines) and self._judge(now_s)

    def turn(self, now_s: float, turn: TurnEnded) -> bool:
        """Take a turn of the caller; tell whether :attr:`on` changed."""
        self._last.append(_Turn(turn.speech_s, turn.response_s))
        if len(self._last) > self._t.withdrawal_turns:
            oldest = self._last.pop(0)
            if not self.on:  # what came before is the norm, not what came with the withdrawal
                self._earlier.append(oldest)
        return self._judge(now_s)

    def _judge(self, now_s: float) -> bool:
        if (
            len(self._last) < self._t.withdrawal_turns
            or len(self._earlier) < self._t.withdrawal_earlier_turns
        ):
            return False
        usual_s = median(turn.speech_s for turn in self._earlier)
        share = median(t.speech_s for t in self._last) / usual_s if usual_s else 1.0
        if usual_s < self._t.withdrawal_earlier_speech_s:
            share = 1.0
        later_s = self._later_s()
        gave_up = now_s - self._gave_up_s < self._t.withdrawal_words_s
        declined = now_s - self._declined_s < self._t.withdrawal_words_s
        if self.on:
            back = share >= self._t.withdrawal_back and later_s < self._t.withdrawal_slow_s
            if not back or gave_up:
                return False
            self.on, self.reasons = False, ()
            return True
        short = share <= self._t.withdrawal_short
        slow = later_s >= self._t.withdrawal_slow_s
        words = gave_up or declined
        if not ((slow and (short or words)) or (gave_up and short)):
            return False
        found = {"short_turns": short, "slow_answers": slow, "words": words}
        names: tuple[WithdrawalReason, ...] = ("short_turns", "slow_answers", "words")
        self.on, self.reasons = True, tuple(name for name in names if found[name])
        return True

    def _later_s(self) -> float:
        """Give how much later the last answers came than the earlier ones, in seconds."""
        earlier = [t.response_s for t in self._earlier if t.response_s is not None]
        last = [t.response_s for t in self._last if t.response_s is not None]
        if len(earlier) < self._t.withdrawal_turns or len(last) < 2:
            return 0.0
        return median(last) - median(earlier)
