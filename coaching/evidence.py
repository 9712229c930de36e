"""What adds to the anxiety index beside the voice: words and turn-taking.

Each time something is heard (angry or worried words, a question asked again, an interruption, a
slow answer) it adds its documented weight to the score, which then fades. All of it together adds
at most ``evidence_most``, which is less than what makes a calm voice tense: words make an uncertain
voice certain, they never make a calm one tense. Without words there is simply less to add.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Literal

from voice.events import Language

from .advice import Driver
from .phrases import content, tokens
from .thresholds import Thresholds

Name = Literal["angry_words", "worried_words", "asked_again", "interruptions", "slow_answers"]

PLAIN: dict[Language, dict[str, str]] = {
    "en": {
        "angry_words": "Angry words",
        "worried_words": "Worried words",
        "asked_again": "Asks the same again",
        "interruptions": "Comes in before you finish",
        "slow_answers": "Answers late",
    },
    "zh": {
        "angry_words": "话里有怒气",
        "worried_words": "话里有担心",
        "asked_again": "重复同一个问题",
        "interruptions": "多次插话",
        "slow_answers": "回答变慢",
    },
}
"""Each in plain words, for the reasons of a card."""

_UNITS: dict[Name, str] = {
    "angry_words": "phrases",
    "worried_words": "phrases",
    "asked_again": "questions",
    "interruptions": "times",
    "slow_answers": "answers",
}
_MARKS = frozenset("?？吗呢")
_ASKING = frozenset(
    "what when where which who why how can could will would is are do does did"
    " 什么 多少 怎么 哪里 哪个 几点 为什么 什么时候 谁".split()
)


class Evidence:
    """What was heard of one caller, fading.

    Parameters
    ----------
    thresholds
        The settings that begin with ``evidence_``.
    """

    def __init__(self, thresholds: Thresholds) -> None:
        self._t = thresholds
        self._weight: dict[Name, float] = {
            "angry_words": thresholds.evidence_angry_words,
            "worried_words": thresholds.evidence_worried_words,
            "asked_again": thresholds.evidence_asked_again,
            "interruptions": thresholds.evidence_interruptions,
            "slow_answers": thresholds.evidence_slow_answers,
        }
        self.reset()

    def reset(self) -> None:
        """Forget the caller: somebody else speaks now."""
        self._heard_s: dict[Name, list[float]] = {name: [] for name in self._weight}
        self._questions: list[tuple[float, frozenset[str]]] = []

    def words(self, text: str, lists: frozenset[str], now_s: float) -> None:
        """Take final words of the caller and the lists of phrases that they touch."""
        for listed, name in _LISTED:
            if listed in lists:
                self._heard_s[name].append(now_s)
        if asks(text):
            asked = content(tokens(text))
            since_s = now_s - self._t.evidence_question_s
            self._questions = [one for one in self._questions if one[0] >= since_s]
            if any(_alike(asked, earlier) for _, earlier in self._questions):
                self._heard_s["asked_again"].append(now_s)
            self._questions.append((now_s, asked))

    def interruption(self, now_s: float) -> None:
        """The caller took the floor while the agent spoke."""
        self._heard_s["interruptions"].append(now_s)

    def answer(self, response_s: float | None, now_s: float) -> None:
        """The caller answered so long after the agent's turn; ``None`` if it was no answer."""
        if response_s is not None and response_s >= self._t.evidence_slow_answer_s:
            self._heard_s["slow_answers"].append(now_s)

    def drivers(self, now_s: float) -> Sequence[Driver]:
        """What each adds to the score now; the voice's own scale, nothing that adds nothing."""
        window_s = 6 * self._t.evidence_fade_s
        found: list[tuple[Name, float, int]] = []
        for name, times_s in self._heard_s.items():
            if not times_s:
                continue
            while times_s and times_s[0] < now_s - window_s:
                times_s.pop(0)
            fading = sum(exp((at_s - now_s) / self._t.evidence_fade_s) for at_s in times_s)
            if times_s:
                found.append((name, self._weight[name] * fading, len(times_s)))
        total = sum(part for _, part, _ in found)
        share = min(1.0, self._t.evidence_most / total) if total > 0 else 0.0
        return [
            Driver(
                name=name,
                contribution=round(share * part, 4),
                value=float(count),
                baseline=0.0,
                unit=_UNITS[name],
            )
            for name, part, count in found
        ]


_LISTED: tuple[tuple[str, Name], ...] = (("angry", "angry_words"), ("worried", "worried_words"))


def asks(text: str) -> bool:
    """Tell whether a text asks something: by its mark, or by a question word at a beginning."""
    if _MARKS & set(text):
        return True
    first = tokens(text)[:1]
    return bool(first and first[0] in _ASKING) or any(
        word in text for word in _ASKING if not word.isascii()
    )


def _alike(asked: frozenset[str], earlier: frozenset[str]) -> bool:
    """Whether two questions have half of their content in common."""
    least = min(len(asked), len(earlier))
    return least >= 2 and len(asked & earlier) >= 0.5 * least
