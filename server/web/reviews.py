"""Reviews: of stored calls, and of recordings that are uploaded; and what people say of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, JSONResponse, Response

from coaching.review.scorecard import Answer
from voice.events import Language

from ..hearing import CallFiles
from ..review.agreed import Agreed, suggest_only
from ..review.assessment import Assessment
from ..review.audio import write_opus
from ..review.beeps import redacted, tellable
from ..review.blind import blinded
from ..review.report import as_json, for_page
from ..review.stored import OtherVersion, Reviewed, StoredReviews
from ..store.rows import Assessed, CallRow
from .calls import NO_CALL, recording, row_of
from .plane import Here
from .review_shapes import Acknowledgement, Dispute, Kept, Override, Person
from .shapes import CallId, Problem

REPORT = "As `calmline schema --report` describes it."
_JSON: dict[str, Any] = {"schema": {"type": "object", "description": REPORT}}
UNREADABLE: dict[int | str, dict[str, Any]] = {**NO_CALL, 409: {"model": Problem}}
WHO = Query(description="With `blind`: who asks, by the name under which they answer.")


def router(reviews: StoredReviews) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(prefix="/v1", tags=["reviews"])

    def asked(here: Here, call_id: str) -> tuple[CallRow, Reviewed]:
        row = row_of(here, call_id)
        try:
            return row, reviews.reviewed(row)
        except OtherVersion as error:
            raise HTTPException(HTTPStatus.CONFLICT, str(error)) from None

    def report_of(here: Here, call_id: str) -> tuple[CallRow, Reviewed, dict[str, Any]]:
        row, found = asked(here, call_id)
        doubtful = suggest_only(here.store.assessed(form=found.form.fingerprint), found.form)
        return row, found, as_json(reviews.report(row, doubtful))

    @routes.get(
        "/calls/{call_id}/review",
        summary="The review of a call",
        response_class=Response,
        responses={**UNREADABLE, 200: {"content": {"application/json": _JSON}}},
    )
    def review(
        here: Here,
        call_id: CallId,
        blind: Annotated[bool, Query(description="Leave out what `by` has not answered.")] = False,
        by: Annotated[Person | None, WHO] = None,
    ) -> Response:
        """The report of a call, from its log, as far as that is stored.

        Blind, the machine's answers are left out until the reviewer has given theirs.
        """
        _, _, report = report_of(here, call_id)
        if blind:
            if by is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "blind: say who asks, ?by=")
            report = blinded(report, by)
        return JSONResponse(json.loads(json.dumps(report)))

    @routes.get(
        "/calls/{call_id}/note",
        summary="The note of a call",
        response_class=Response,
        responses={
            **UNREADABLE,
            200: {"content": {"application/json": {"schema": {"type": "object"}}}},
        },
    )
    def note(here: Here, call_id: CallId) -> Response:
        """What was wanted, agreed and promised, and whether it is solved; at once after hang-up."""
        row = row_of(here, call_id)
        try:
            found = reviews.note(row)
        except OtherVersion as error:
            raise HTTPException(HTTPStatus.CONFLICT, str(error)) from None
        state = {"call_id": call_id, "over": row.state != "live"}
        return JSONResponse({**state, "note": asdict(found)})

    @routes.get(
        "/calls/{call_id}/report.html",
        summary="The review of a call, as a page",
        response_class=HTMLResponse,
        responses=UNREADABLE,
    )
    def page(
        here: Here,
        call_id: CallId,
        interface: Literal["en", "zh"] | None = None,
        download: Annotated[bool, Query(description="One file, with the sound in it.")] = False,
        redact_audio: Annotated[
            bool, Query(description="Of a download: beep over what was redacted.")
        ] = False,
        blind: bool = False,
        by: Annotated[Person | None, WHO] = None,
    ) -> Response:
        """The page of the report; its recording comes from this server, or lies in a download."""
        from ..review.page import POLICY, render

        row, found, report = report_of(here, call_id)
        if blind and by is not None:
            report = blinded(report, by)
        path = recording(here.settings.recordings, row.audio)
        told = not redact_audio or tellable(found.events)  # else nobody knows what to beep
        sound = _opus(path, found, redact_audio) if download and told and path else None
        text = render(
            for_page(report),
            audio=sound,
            audio_href=None if download or path is None else f"/v1/calls/{call_id}/audio",
            interface=interface or found.review.language or "en",
        )
        headers = {"Content-Security-Policy": POLICY}
        if download:
            name = call_id.replace(":", "_")
            headers["Content-Disposition"] = f'attachment; filename="{name}.report.html"'
        return HTMLResponse(text, headers=headers)

    @routes.get("/calls/{call_id}/assessment", summary="What people said", responses=NO_CALL)
    def assessment(here: Here, call_id: CallId) -> Assessment:
        """All answers of people to the criteria, and what the agent said to them, oldest first."""
        row_of(here, call_id)
        return reviews.assessment(call_id)

    @routes.post(
        "/calls/{call_id}/review/override",
        summary="Answer a criterion",
        status_code=HTTPStatus.CREATED,
        responses={**UNREADABLE, 422: {"model": Problem}},
    )
    def override(here: Here, call_id: CallId, said: Override) -> Kept:
        """A person's answer beside the machine's; both are kept, and earlier ones, too."""
        row, found = asked(here, call_id)
        answer = _criterion(found, said.criterion_id)
        if said.answer != answer.answer and not said.blind and not said.comment:
            raise HTTPException(
                HTTPStatus.UNPROCESSABLE_ENTITY, "an answer that differs needs a comment"
            )
        return keep(here, row, found, "override", said, answer=said.answer, machine=answer.answer)

    @routes.post(
        "/calls/{call_id}/review/acknowledge",
        summary="Acknowledge a review",
        status_code=HTTPStatus.CREATED,
        responses=UNREADABLE,
    )
    def acknowledge(here: Here, call_id: CallId, said: Acknowledgement) -> Kept:
        """The agent has read it."""
        row, found = asked(here, call_id)
        return keep(here, row, found, "acknowledge", said)

    @routes.post(
        "/calls/{call_id}/review/dispute",
        summary="Dispute a review",
        status_code=HTTPStatus.CREATED,
        responses={**UNREADABLE, 422: {"model": Problem}},
    )
    def dispute(here: Here, call_id: CallId, said: Dispute) -> Kept:
        """The agent does not agree with it, or with one criterion of it, and says why."""
        row, found = asked(here, call_id)
        if said.criterion_id is not None:
            _criterion(found, said.criterion_id)
        return keep(here, row, found, "dispute", said)

    @routes.get("/agreement", summary="Do machine and people agree")
    def agreement(
        here: Here,
        language: Annotated[Language, Query(description="Of the form.")] = "en",
        form: Annotated[
            str | None, Query(max_length=64, description="An older form's fingerprint.")
        ] = None,
    ) -> Agreed:
        """Cohen's kappa with its interval, criterion by criterion, of answers given blind.

        A criterion on which the machine agrees with people too little is a suggestion only: its
        answer enters no score until a person has given one.
        """
        current = reviews.rules.form(language)
        said = here.store.assessed(form=form or current.fingerprint)
        return Agreed.of(said, form or current.fingerprint, current)

    return routes


def keep(
    here: Here,
    row: CallRow,
    found: Reviewed,
    kind: Literal["override", "acknowledge", "dispute"],
    said: Override | Acknowledgement | Dispute,
    **answers: Any,
) -> Kept:
    """Store what a person said, as of now, with the versions of what it is said of."""
    if row.state == "live":
        raise HTTPException(HTTPStatus.CONFLICT, f"call {row.call_id} goes on")
    stored = here.store.add_assessed(
        Assessed(
            call_id=row.call_id,
            kind=kind,
            criterion_id=said.criterion_id,
            comment=said.comment,
            by=said.by,
            blind=said.blind if isinstance(said, Override) else False,
            at=datetime.now(UTC),
            form=found.form.fingerprint,
            versions=asdict(found.versions),
            **answers,
        )
    )
    return Kept.model_validate(stored)


def _criterion(found: Reviewed, criterion_id: str) -> Answer:
    answers: Sequence[Answer] = found.review.scorecard.answers
    for answer in answers:
        if answer.criterion_id == criterion_id:
            return answer
    raise HTTPException(HTTPStatus.NOT_FOUND, f"the form has no criterion {criterion_id}")


def _opus(path: Path, found: Reviewed, redact: bool) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "audio.opus"
        beeps = redacted(found.events) if redact else []
        write_opus(target, CallFiles(paths=(path,)), beeps)
        return target.read_bytes()
