"""What people do with a card: keys while the call goes on, opinions at any time."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, HTTPException

from ..store.rows import Feedback as FeedbackRow
from . import cues
from .calls import row_of
from .plane import Here, Plane
from .shapes import CallId, Feedback, Key, Opinion, Problem, Verdict

OVER: dict[int | str, dict[str, Any]] = {404: {"model": Problem}, 409: {"model": Problem}}

router = APIRouter(prefix="/v1/calls/{call_id}", tags=["cards"])


class CallIsOver(Exception):
    """Nobody can press a key in a call that is over."""


@router.post("/keys", summary="Press a key", status_code=HTTPStatus.ACCEPTED, responses=OVER)
def press_key(here: Here, call_id: CallId, key: Key) -> Key:
    """As if the agent had pressed it on the console. `wrong` is kept as an opinion, too."""
    try:
        press(here, call_id, key)
    except CallIsOver:
        row_of(here, call_id)
        raise HTTPException(HTTPStatus.CONFLICT, f"call {call_id} is over") from None
    return key


@router.get("/feedback", summary="Opinions of a call's cards", responses={404: OVER[404]})
def feedback(here: Here, call_id: CallId) -> list[Feedback]:
    """All of them, oldest first."""
    row_of(here, call_id)
    return [Feedback.model_validate(row) for row in here.store.feedback(call_id)]


@router.post(
    "/feedback",
    summary="Say what a card was worth",
    status_code=HTTPStatus.CREATED,
    responses={404: OVER[404]},
)
def opine(here: Here, call_id: CallId, opinion: Opinion) -> Feedback:
    """Keep an opinion of a card; earlier ones are kept, too."""
    row_of(here, call_id)
    told = here.store.events(call_id, types=("cue_raised",))
    if all(cue.cue_id != opinion.cue_id for cue in cues.lives(told)):
        raise HTTPException(HTTPStatus.NOT_FOUND, f"call {call_id} has no card {opinion.cue_id}")
    return keep(here, call_id, opinion.cue_id, opinion.verdict, opinion.comment)


def press(here: Plane, call_id: str, key: Key) -> None:
    """Pass a key on to its call, and keep ``wrong`` as an opinion. May write to the database.

    Raises
    ------
    CallIsOver
        If the call does not go on.
    """
    call = here.floor.find(call_id)
    if call is None:
        raise CallIsOver
    wrong = key.key == "wrong"
    cue_id = key.cue_id
    if wrong and cue_id is None:
        cue_id = cues.on_screen(here.store, call_id)  # before the key takes it away
    call.press(key.key, key.cue_id)
    if wrong and cue_id is not None and here.store.call(call_id) is not None:
        keep(here, call_id, cue_id, "wrong")


def keep(
    here: Plane, call_id: str, cue_id: str, verdict: Verdict, comment: str | None = None
) -> Feedback:
    """Store an opinion, as of now."""
    row = FeedbackRow(
        call_id=call_id, cue_id=cue_id, verdict=verdict, comment=comment, at=datetime.now(UTC)
    )
    return Feedback.model_validate(here.store.add_feedback(row))
