"""The scorecard: each criterion answered from evidence with its moment, or not at all.

What cannot be assessed leaves the denominator. Nothing here is about how the agent felt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .values import Line

Reply = Literal["yes", "partly", "no"]
NotAssessable = Literal[
    "cut_log", "no_speech", "mono", "identical_channels", "unknown_role", "swapped_channels",
    "voice_only", "demo_words", "missing_words", "unsure_words", "opted_out", "danger",
    "too_short", "no_occasion", "not_in_playbook", "other_language",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A criterion's answer.

    Attributes
    ----------
    criterion_id, title, question, weight
        As in the form.
    answer
        ``None`` if it could not be assessed.
    not_assessable
        Why not.
    evidence
        What the answer rests on. A criterion of things left undone has none when all is well.
    auto_fail_proposed
        Whether a person should look at it as a reason to fail the call; a proposal only.
    """

    criterion_id: str
    title: str
    question: str
    weight: float
    answer: Reply | None
    not_assessable: NotAssessable | None
    evidence: tuple[Line, ...]
    auto_fail_proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """All answers.

    Attributes
    ----------
    form, form_title
        Fingerprint and title of the form.
    score
        0 to 100 over what could be assessed; ``None`` if nothing could.
    assessed_share
        Share of the form's weight that could be assessed, 0 to 1.
    answers
        In the form's order.
    """

    form: str
    form_title: str
    score: float | None
    assessed_share: float
    answers: tuple[Answer, ...]
