"""The scorecard: each criterion answered from evidence with its moment, or not at all.

What cannot be assessed leaves the denominator. Nothing here is about how the agent felt.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Literal

from ..playbook import Playbook
from .evidence import Heard
from .form import Criterion, Form
from .log import CallLog
from .values import Coverage, Limit, Line

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
        0 to 100 over what could be assessed; ``None`` if that is less than a third of the form.
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


WORTH: dict[Reply, float] = {"yes": 1.0, "partly": 0.5, "no": 0.0}
MOST_EVIDENCE = 8
"""Lines given with an answer."""
LEAST_ASSESSED = 1 / 3
"""Share of the weight below which there is no score: it would speak for too little of the form."""
SHORT_S = 15.0
"""Less speech in all is too little to miss something in."""
OCCASIONS_IN_WORDS = frozenset({"objection", "promise", "problem", "outbound"})
_WHOLE: tuple[NotAssessable, ...] = (
    "cut_log", "no_speech", "opted_out", "mono", "identical_channels", "unknown_role",
    "swapped_channels", "demo_words",
)  # fmt: skip
_WORDS: tuple[NotAssessable, ...] = ("voice_only", "missing_words", "unsure_words")


def scorecard_of(
    log: CallLog,
    form: Form,
    playbook: Playbook,
    coverage: Coverage,
    limits: Sequence[Limit],
) -> Scorecard:
    """Answer a form's criteria."""
    kinds = frozenset(limit.kind for limit in limits)
    heard = Heard(log, form, playbook)
    against = _against_all(log, form, heard, kinds)
    short = sum(coverage.speech_s.values()) < SHORT_S
    answers = [
        _answer(criterion, heard, kinds, against, short=short) for criterion in form.criteria
    ]
    weights = sum(criterion.weight for criterion in form.criteria)
    assessed = [(a.weight, WORTH[a.answer]) for a in answers if a.answer is not None]
    whole = sum(weight for weight, _ in assessed)
    got = sum(weight * worth for weight, worth in assessed)
    return Scorecard(
        form=form.fingerprint,
        form_title=form.title,
        score=round(100.0 * got / whole, 1) if whole >= LEAST_ASSESSED * weights else None,
        assessed_share=round(whole / weights, 3),
        answers=tuple(answers),
    )


def _against_all(log: CallLog, form: Form, heard: Heard, kinds: Set[str]) -> NotAssessable | None:
    """Tell why nothing can be assessed, if so."""
    for kind in _WHOLE:
        if kind in kinds:
            return kind
    if heard.danger:
        return "danger"
    if not heard.agent_spoke:
        return "no_speech"
    spoken = log.started.language if log.started is not None else None
    return "other_language" if spoken is not None and spoken != form.language else None


def _answer(
    criterion: Criterion,
    heard: Heard,
    kinds: Set[str],
    against: NotAssessable | None,
    *,
    short: bool,
) -> Answer:
    reply: Reply | None = None
    evidence: tuple[Line, ...] = ()
    if against is None:
        reply, against, evidence = _judged(criterion, heard, kinds, short=short)
    return Answer(
        criterion_id=criterion.id,
        title=criterion.title,
        question=criterion.question,
        weight=criterion.weight,
        answer=reply,
        not_assessable=against,
        evidence=evidence[:MOST_EVIDENCE],
        auto_fail_proposed=criterion.auto_fail and reply == "no",
    )


def _judged(
    criterion: Criterion, heard: Heard, kinds: Set[str], *, short: bool
) -> tuple[Reply | None, NotAssessable | None, tuple[Line, ...]]:
    """Give the answer or why there is none, and what either rests on."""
    asked = criterion.evidence
    if heard.unknown(criterion):
        return None, "not_in_playbook", ()
    if heard.needs_words(criterion) and "voice_only" in kinds:
        return None, "voice_only", ()
    since_s = heard.occasion_s(criterion.when)
    missing = next((kind for kind in _WORDS if kind in kinds), None)
    if since_s is None:
        unheard = missing is not None and criterion.when in OCCASIONS_IN_WORDS
        return None, missing if unheard else "no_occasion", ()
    found = heard.evidence(criterion, since_s)
    sure = tuple(line for line in found if line.sure)
    if asked.dated:
        dated, undated = heard.promises()
        if dated and undated:
            return "partly", None, (*undated, *dated)
        return ("yes", None, dated) if dated else ("no", None, undated)
    if sure and asked.shows:
        return "yes", None, sure
    if sure:
        return ("partly" if len(sure) <= asked.tolerates else "no"), None, sure
    if found:
        return None, "unsure_words", found  # perhaps it was said, perhaps not
    # nothing was heard: that says something only where it would have been heard
    if heard.needs_words(criterion) and missing is not None:
        return None, missing, ()
    if short:
        return None, "too_short", ()
    return ("no" if asked.shows else "yes"), None, ()
