"""The report of a call: the review with what it is of, under which versions, and who said what.

``report.json`` is this as JSON, ``calmline schema --report`` its JSON Schema; the page is drawn
from it and from nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from typing import Any, Literal

from coaching.review.form import Form
from coaching.review.review import Review
from coaching.review.scorecard import LEAST_ASSESSED, WORTH, Reply
from coaching.session import Logged
from voice.events import Language, Role, WordsFinal

from .assessment import Assessment
from .polish import Polished
from .transcript import Utterance, transcript_of

SCHEMA: Literal[1] = 1
MOST_POINTS = 5000
"""Points of one series that a page draws; the report has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """A recording, as it is on disk; ``duration_s`` is what its header says."""

    name: str
    sha256: str
    duration_s: float | None
    rate: int
    channels: int
    codec: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInfo:
    """What a report is of.

    Attributes
    ----------
    files
        Recordings; none where the call was heard live.
    duration_s
        Of what was heard.
    made_at
        When the report was made, or, of a call on a server, when the call began (ISO 8601, UTC).
    """

    id: str
    name: str
    files: tuple[FileInfo, ...]
    duration_s: float
    language: Language | None
    roles: tuple[Role, ...]
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What the result can be traced to.

    Attributes
    ----------
    engine, playbook, thresholds
        Under which the call was heard and advised.
    review_playbook
        Under which it was reviewed: another one if the playbook has changed since.
    form
        Fingerprint of the scorecard's form.
    model
        Which wrote down the words; ``None`` for voice only.
    """

    calmline: str
    engine: str
    playbook: str
    review_playbook: str
    thresholds: str
    form: str
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """The score with people's answers in the place of the machine's.

    Attributes
    ----------
    score, assessed_share
        As of the scorecard.
    by_people
        Criteria that a person answered.
    suggest_only
        Criteria on which machine and people were found not to agree well enough: the machine's
        answer to them counts for nothing here.
    """

    score: float | None
    assessed_share: float
    by_people: int
    suggest_only: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Review):
    """All of a report, as its schema describes it.

    Attributes
    ----------
    f0_by
        What measured the caller's pitch in ``voice``: the engine, or ``librosa.pyin``.
    transcript
        Who said what, after redaction.
    assessment
        What people said of the review.
    effective
        The score as people have corrected it.
    polished
        The note in a language model's words, where one was asked for.
    """

    schema: Literal[1]
    call: CallInfo
    versions: Versions
    f0_by: Literal["calmline", "pyin"]
    transcript: tuple[Utterance, ...]
    assessment: Assessment
    effective: Effective
    polished: Polished | None


_FIRST = ("schema", "call", "versions")


def report_of(
    review: Review,
    events: Sequence[Logged],
    *,
    call: CallInfo,
    versions: Versions,
    assessment: Assessment | None = None,
    suggest_only: Sequence[str] = (),
    f0_by: Literal["calmline", "pyin"] = "calmline",
    polished: Polished | None = None,
) -> Report:
    """Put a report together."""
    said = assessment or Assessment()
    return Report(
        **{field.name: getattr(review, field.name) for field in fields(Review)},
        schema=SCHEMA,
        call=call,
        versions=versions,
        f0_by=f0_by,
        transcript=transcript_of(events),
        assessment=said,
        effective=effective(review, said, suggest_only),
        polished=polished,
    )


def versions_of(
    events: Sequence[Logged],
    *,
    engine: str,
    playbook: str,
    review_playbook: str,
    thresholds: str,
    form: Form,
) -> Versions:
    """Give what a result can be traced to; the model is the one that the log names."""
    models = (e.event.engine for e in events if isinstance(e.event, WordsFinal))
    return Versions(
        calmline=version("calmline"),
        engine=engine,
        playbook=playbook,
        review_playbook=review_playbook,
        thresholds=thresholds,
        form=form.fingerprint,
        model=next(models, None),
    )


def effective(
    review: Review, assessment: Assessment, suggest_only: Sequence[str] = ()
) -> Effective:
    """Score a card again with people's last answers in the place of the machine's."""
    latest = assessment.latest(review.scorecard.form)
    answers = []
    for answer in review.scorecard.answers:
        if answer.criterion_id in latest:
            answers.append((latest[answer.criterion_id].answer, answer.weight))
        elif answer.criterion_id in suggest_only:
            answers.append((None, answer.weight))
        else:
            answers.append((answer.answer, answer.weight))
    score, share = _score(answers)
    return Effective(
        score=score,
        assessed_share=share,
        by_people=len(latest),
        suggest_only=tuple(suggest_only),
    )


def _score(answers: Sequence[tuple[Reply | None, float]]) -> tuple[float | None, float]:
    """Score of answers with their weights, as of the scorecard, and the share they assess."""
    weights = sum(weight for _, weight in answers)
    assessed = [(WORTH[answer], weight) for answer, weight in answers if answer is not None]
    whole = sum(weight for _, weight in assessed)
    got = sum(worth * weight for worth, weight in assessed)
    score = round(100 * got / whole, 1) if whole >= LEAST_ASSESSED * weights else None
    return score, round(whole / weights, 3)


def as_json(report: Report) -> dict[str, Any]:
    """Give a report as JSON wants it, what it is of first."""
    found = asdict(report)
    return {name: found.pop(name) for name in _FIRST} | found


def for_page(report: Mapping[str, Any]) -> dict[str, Any]:
    """Give a report with series thinned to what a page can draw.

    Of the index the highest point of each stretch stays, and every point without an index, so that
    no peak and no gap is lost; of the voice every n-th.
    """
    return {
        **report,
        "index": _peaks(report["index"]),
        "voice": report["voice"][:: -(-len(report["voice"]) // MOST_POINTS) or 1],
    }


def _peaks(points: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    step = -(-len(points) // (MOST_POINTS // 2))
    if len(points) <= MOST_POINTS:
        return points
    kept: list[Mapping[str, Any]] = []
    for at in range(0, len(points), step):
        some = points[at : at + step]
        best = max(some, key=lambda point: -1 if point["index"] is None else point["index"])
        gap = next((point for point in some if point["index"] is None), None)
        ends = [best] if gap is None or gap is best else [best, gap]
        kept += sorted(ends, key=lambda point: float(point["at_s"]))
    return kept


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of ``report.json``."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Report).json_schema(mode="serialization")
    schema["required"] = sorted(schema["properties"])  # what is written is always complete
    schema["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Calmline report",
    }
