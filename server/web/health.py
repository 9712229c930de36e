"""Is it alive, may calls be sent to it, and how is it doing: for those who run the server."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field

from ..store.errors import StoreError
from .plane import Here, Plane
from .shapes import Shape

if TYPE_CHECKING:
    from ..lane.state import LaneState
    from ..live.floor_state import FloorState

LATE_S = 2.0
"""A commit is due each 0.25 s; when nothing was stored for so long, something is wrong."""

router = APIRouter(tags=["operations"])


class Lane(Shape):
    """The transcription lane."""

    ready: int
    workers: int
    capacity: float | None = Field(description="Seconds of speech a second it can sustain.")
    calls: int | None = Field(description="Two-channel calls that keep it at half load.")
    delay_p95_s: float | None
    real_time_factor: float | None


class Ready(Shape):
    """Whether new calls are welcome."""

    ready: bool
    reasons: list[str] = Field(description="Why not.")
    notes: list[str] = Field(description="What is worth knowing all the same.")
    calls: int
    most_calls: int
    voice_workers: int
    lane: Lane | None = Field(description="null: voice only.")
    store_delay_s: float | None


@router.get("/healthz", summary="The process lives", response_class=PlainTextResponse)
async def healthz() -> str:
    """Answers from the event loop itself: no answer means that it hangs."""
    return "ok\n"


@router.get("/readyz", summary="Calls may be sent", responses={503: {"model": Ready}})
def readyz(here: Here, response: Response) -> Ready:
    """503, with the reasons, while this server should be given no new call."""
    told = readiness(here)
    if not told.ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return told


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=PlainTextResponse,
    responses={200: {"content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}}}},
)
def metrics(here: Here) -> Response:
    """Everything this server counts. Needs the token, where there is one."""
    return Response(generate_latest(here.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def readiness(here: Plane) -> Ready:
    """Ask all parts."""
    state = here.floor.state()
    reasons = [*_of_store(here), *_of_floor(state)]
    notes: list[str] = []
    if state.rules_refused is not None:
        notes.append(f"new calls keep the old rules: {state.rules_refused}")
    if state.lane is not None:
        found, noted = _of_lane(state.lane, state.calls)
        reasons += found
        notes += noted
    return Ready(
        ready=not reasons,
        reasons=reasons,
        notes=notes,
        calls=state.calls,
        most_calls=state.most_calls,
        voice_workers=state.workers_alive,
        lane=None if state.lane is None else Lane.model_validate(state.lane),
        store_delay_s=None if here.writer is None else round(here.writer.delay_s, 3),
    )


def _of_store(here: Plane) -> list[str]:
    reasons = []
    try:
        here.store.calls(limit=1)
    except StoreError as error:
        reasons.append(str(error))
    if here.writer is not None:
        if here.writer.failed is not None:
            reasons.append(f"nothing can be stored: {here.writer.failed}")
        elif here.writer.delay_s > LATE_S:
            reasons.append(f"nothing was stored for {here.writer.delay_s:.1f} s")
    return reasons


def _of_floor(state: FloorState) -> list[str]:
    reasons = []
    if state.draining:
        reasons.append("the server is going down")
    elif state.calls >= state.most_calls:
        reasons.append(f"there are {state.calls} calls already")
    if state.workers_alive < state.workers:
        reasons.append(f"{state.workers_alive} of {state.workers} voice workers are alive")
    return reasons


def _of_lane(lane: LaneState, calls: int) -> tuple[list[str], list[str]]:
    """Reasons, and notes: a call whose words come late is still coached by its voice."""
    if lane.ready == 0:
        return [f"none of {lane.workers} transcribers is ready"], []
    notes = []
    if lane.ready < lane.workers:
        notes.append(f"{lane.ready} of {lane.workers} transcribers are ready")
    if lane.calls is not None and calls > lane.calls:
        notes.append(f"words may come late: {calls} calls, the lane keeps up with {lane.calls}")
    return [], notes


def unavailable(detail: str) -> JSONResponse:
    """The answer while the store cannot be used."""
    return JSONResponse({"detail": detail}, HTTPStatus.SERVICE_UNAVAILABLE)
