"""Recordings that are uploaded to be reviewed: streamed to disk, heard in the background."""

from __future__ import annotations

import re
import shutil
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from voice.events import Language

from ..review.jobs import Busy, Job, Jobs
from ..review.jobs import Upload as Arrived
from ..sources import Side
from ..store.rows import Json
from .review_shapes import Upload, Uploads
from .shapes import CallId, Problem

MOST_BYTES = 1_000_000_000
"""Of an upload: two channels of 16-bit PCM at 48 kHz last 87 minutes in that."""
REFUSED: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem} for code in (403, 413, 422, 429, 507)
}


def router(jobs: Jobs, *, consent_required: bool, most_bytes: int = MOST_BYTES) -> APIRouter:
    """Give the routes.

    Parameters
    ----------
    jobs
        Hears what arrives.
    consent_required
        Whether it has to be said that the caller was told of the analysis.
    most_bytes
        Of one recording.
    """
    routes = APIRouter(prefix="/v1/reviews", tags=["reviews"])

    @routes.post(
        "",
        summary="Upload a recording",
        status_code=HTTPStatus.ACCEPTED,
        responses=REFUSED,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string"}}},
            }
        },
    )
    async def upload(
        request: Request,
        name: Annotated[str, Query(min_length=1, max_length=200, description="Of the file.")],
        caller: Annotated[Side | None, Query(description="Channel of the caller.")] = None,
        language: Annotated[Language | None, Query(description="null: as heard.")] = None,
        announced: Annotated[
            bool, Query(description="The caller was told of the analysis.")
        ] = False,
    ) -> Upload:
        """The body is the file, of any format that FFmpeg reads. It is heard in the background.

        Ask `GET /v1/reviews/{call_id}` how it stands; once it is done, the call of that id is in
        the store, and the file is gone.
        """
        if consent_required and not announced:
            raise HTTPException(
                HTTPStatus.FORBIDDEN, "say that the caller was told of the analysis: announced=true"
            )
        told = request.headers.get("content-length", "")
        if told.isdigit() and int(told) > most_bytes:
            raise _too_big(most_bytes)
        try:
            folder = await run_in_threadpool(jobs.folder)
        except Busy as error:
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, str(error)) from None
        except OSError as error:
            raise _no_room(error) from None
        path = folder / _file_name(name)
        try:
            await _receive(request, path, most_bytes)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise _no_room(error) from None
            if isinstance(error, ClientDisconnect):
                raise HTTPException(HTTPStatus.BAD_REQUEST, "the upload broke off") from None
            raise
        consent: dict[str, Json] | None = (
            {"basis": "announcement", "announced": True} if announced else None
        )
        arrived = Arrived(path=path, caller=caller, language=language, consent=consent)
        return _told(jobs.add(arrived))

    @routes.get("", summary="Uploads")
    def uploads() -> Uploads:
        """Those of this server since it started, newest first; the last 200."""
        return Uploads(uploads=[_told(job) for job in jobs.jobs()])

    @routes.get("/{call_id}", summary="How an upload stands", responses={404: {"model": Problem}})
    def status(call_id: CallId) -> Upload:
        """Waiting, working, done or failed, and why."""
        job = jobs.job(call_id)
        if job is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no upload {call_id}")
        return _told(job)

    return routes


async def _receive(request: Request, path: Path, most_bytes: int) -> None:
    """Write the body of a request to a file, as it comes."""
    size = 0
    with path.open("xb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most_bytes:
                raise _too_big(most_bytes)
            await run_in_threadpool(file.write, chunk)
    if size == 0:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"{path.name}: it is empty")


def _file_name(name: str) -> str:
    """Name of a file as a user gave it, without what would lead elsewhere."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", last).lstrip(".")[-100:] or "recording"


def _told(job: Job) -> Upload:
    return Upload.model_validate(job)


def _too_big(most_bytes: int) -> HTTPException:
    return HTTPException(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {most_bytes // 1_000_000} MB are taken"
    )


def _no_room(error: OSError) -> HTTPException:
    return HTTPException(
        HTTPStatus.INSUFFICIENT_STORAGE,
        f"the recording cannot be kept: {(error.strerror or 'no room').lower()}",
    )
