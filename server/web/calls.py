"""Reading calls: their rows, their logs, their cards, their sound."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, Response, StreamingResponse
from pydantic import AwareDatetime

from ..live.rows import iso
from ..store.rows import CallRow, StoredEvent
from ..wire import KINDS
from . import cues
from .plane import Here, Plane
from .shapes import LAST, NAME, Call, CallId, Calls, Cue, Events, Problem, State

LOG = "application/jsonlines"
BATCH = 1000
"""Events that are read at a time."""
NO_CALL: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}

router = APIRouter(prefix="/v1/calls", tags=["calls"])


@router.get("", summary="List calls")
def calls(
    here: Here,
    state: State | None = None,
    agent_id: Annotated[str | None, Query(pattern=NAME)] = None,
    before: Annotated[AwareDatetime | None, Query(description="Started before then.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Calls:
    """Calls that were stored, newest first; `next_before` leads to the next page."""
    rows = here.store.calls(state=state, agent_id=agent_id, before=before, limit=limit)
    return Calls(
        calls=[Call.model_validate(row) for row in rows],
        next_before=rows[-1].started_at if len(rows) == limit else None,
    )


@router.get("/{call_id}", summary="One call", responses=NO_CALL)
def call(here: Here, call_id: CallId) -> Call:
    """The row of a call."""
    return Call.model_validate(row_of(here, call_id))


@router.get(
    "/{call_id}/events",
    summary="The log of a call, by page",
    response_class=Response,
    responses={**NO_CALL, 200: {"model": Events}, 422: {"model": Problem}},
)
def events(
    here: Here,
    call_id: CallId,
    from_seq: Annotated[
        int, Query(alias="from", ge=1, le=LAST, description="First seq wanted.")
    ] = 1,
    limit: Annotated[int, Query(ge=1, le=5000)] = BATCH,
    types: Annotated[
        list[str] | None, Query(alias="type", description="Only these; may be repeated.")
    ] = None,
) -> Response:
    """Events as far as they are stored: at most 250 ms behind a call that goes on."""
    unknown = sorted(set(types or ()) - KINDS.keys())
    if unknown:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"there is no event of type {', '.join(map(repr, unknown))}: see `calmline schema`",
        )
    row_of(here, call_id)
    page = here.store.events(call_id, from_seq=from_seq, limit=limit, types=types)
    next_from = str(page[-1].seq + 1) if len(page) == limit else "null"
    # the events are JSON already
    body = f'{{"events":[{",".join(map(_stamped, page))}],"next_from":{next_from}}}'
    return Response(body, media_type="application/json")


@router.get("/{call_id}/cues", summary="The cards of a call", responses=NO_CALL)
def cards(here: Here, call_id: CallId) -> list[Cue]:
    """The life of each card: raised, held, shown, left and why, and what was said of it."""
    row_of(here, call_id)
    told = here.store.events(call_id, types=cues.TYPES)
    return cues.lives(told, here.store.feedback(call_id))


@router.get(
    "/{call_id}/log",
    summary="The log of a call, as a file",
    response_class=StreamingResponse,
    responses={**NO_CALL, 200: {"content": {LOG: {"schema": {"type": "string"}}}}},
)
def log(here: Here, call_id: CallId) -> StreamingResponse:
    """Everything that is stored, one event a line; `calmline schema` describes them."""
    row_of(here, call_id)
    name = call_id.replace(":", "_")  # which Windows allows in no file name
    return StreamingResponse(
        _lines(here, call_id, here.store.last_seq(call_id)),
        media_type=LOG,
        headers={"Content-Disposition": f'attachment; filename="{name}.events.jsonl"'},
    )


@router.get(
    "/{call_id}/audio",
    summary="The recording of a call",
    response_class=FileResponse,
    responses={**NO_CALL, 206: {"description": "The bytes asked for by `Range`."}},
)
def audio(here: Here, call_id: CallId) -> FileResponse:
    """The call's sound as the engine heard it, if recordings are kept; in parts, if asked."""
    path = recording(here.settings.recordings, row_of(here, call_id).audio)
    if path is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no recording of call {call_id}")
    return FileResponse(path, content_disposition_type="inline")


def row_of(here: Plane, call_id: str) -> CallRow:
    """The row of a call, or an answer that there is none."""
    row = here.store.call(call_id)
    if row is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no call {call_id}")
    return row


def recording(folder: Path | None, name: str | None) -> Path | None:
    """Where a recording lies; ``None`` if it is not there, or would lie outside its folder."""
    if folder is None or not name:
        return None
    path = (folder / name).resolve()
    return path if path.parent == folder.resolve() and path.is_file() else None


def _stamped(event: StoredEvent) -> str:
    return f'{{"stamped_at":"{iso(event.stamped_at)}","event":{event.body}}}'


def _lines(here: Plane, call_id: str, last: int) -> Iterator[str]:
    next_seq = 1
    while next_seq <= last:
        page = here.store.events(call_id, from_seq=next_seq, limit=min(BATCH, last - next_seq + 1))
        if not page:
            return
        yield "".join(event.body + "\n" for event in page)
        next_seq = page[-1].seq + 1
