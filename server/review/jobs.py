"""Uploaded recordings: heard one after the other, each in its own process, and stored as calls.

How a job stands is told while it waits and works, and for a while after; what stays is the call in
the store. A server that goes down drops what was not done.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Literal
from uuid import uuid4

from coaching.session import ENGINE, Logged
from models.catalog import Places
from voice.events import Language

from ..children import SPAWN, reaping
from ..hearing import CallFiles, How
from ..live.versions import playbook_version, thresholds_version
from ..sources import Side
from ..store.errors import StoreError
from ..store.log import stored
from ..store.rows import CallRow, Json
from ..store.writer import StoreWriter
from . import worker
from .folder import call_name
from .worker import Done, Failed, Progress, Task, Told

ORIGIN = "review"
"""Of calls that come from an upload."""
WAITING = 20
"""Recordings that may wait; each lies on disk meanwhile."""
KEPT = 200
"""Jobs that are told of."""
SILENT_S = 300.0
"""A worker that tells nothing for so long hangs: it tells each 5 s of sound."""
BATCH = 1000
"""Events that are stored at a time."""
STORED_S = 30.0
STEM = 48
"""Characters of a file's name in a call's id, which has at most 64."""

State = Literal["waiting", "working", "done", "failed"]
log = logging.getLogger("calmline.review")


class Busy(Exception):
    """So many recordings wait already that no more is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """How uploads are heard.

    Attributes
    ----------
    how
        Settings of all calls; the language comes with each.
    places, model, demo_words
        The speech model; ``model`` is ``None`` for voice only.
    uploads
        Folder in which they lie until they are heard.
    recordings
        Folder in which their sound is kept; ``None`` for nowhere.
    """

    how: How
    places: Places
    model: str | None
    demo_words: bool
    uploads: Path
    recordings: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A recording on its way.

    Attributes
    ----------
    call_id
        What the call is called once it is done.
    file
        Name of the recording, as it was uploaded.
    done_share
        How much is heard, 0 to 1; ``None`` if nobody knows how long it is.
    detail
        Why it failed, or what is worth knowing of what was done; one line.
    """

    call_id: str
    file: str
    state: State = "waiting"
    done_share: float | None = 0.0
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A recording that has arrived.

    Attributes
    ----------
    path
        Where it lies, in a folder of its own, which goes once it is heard.
    """

    path: Path
    caller: Side | None
    language: Language | None
    consent: Mapping[str, Json] | None


class Jobs:
    """The queue of uploads; safe from any thread.

    Parameters
    ----------
    settings
        How they are heard.
    writer
        Where they are stored.
    """

    def __init__(self, settings: JobSettings, writer: StoreWriter) -> None:
        self._settings = settings
        self._writer = writer
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._queue: SimpleQueue[tuple[str, Upload] | None] = SimpleQueue()
        self._closing = threading.Event()
        # what an earlier server did not get to is not heard any more
        shutil.rmtree(settings.uploads, ignore_errors=True)
        self._thread = threading.Thread(target=self._run, name="reviews", daemon=True)
        self._thread.start()

    def folder(self) -> Path:
        """Make the folder for a new upload.

        Raises
        ------
        Busy
            If too many wait.
        OSError
            If it cannot be made.
        """
        with self._lock:
            if sum(job.state == "waiting" for job in self._jobs.values()) >= WAITING:
                raise Busy(f"{WAITING} recordings wait already: try again later")
        folder = self._settings.uploads / uuid4().hex
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def add(self, upload: Upload) -> Job:
        """Take a recording that has arrived whole."""
        stem = call_name(upload.path.stem, ascii_only=True)[:STEM]
        job = Job(call_id=f"{stem}-{uuid4().hex[:8]}", file=upload.path.name)
        with self._lock:
            self._jobs[job.call_id] = job
            over = [name for name, one in self._jobs.items() if one.state in ("done", "failed")]
            for name in over[: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[name]
        self._queue.put((job.call_id, upload))
        return job

    def job(self, call_id: str) -> Job | None:
        """Tell how a recording stands."""
        with self._lock:
            return self._jobs.get(call_id)

    def jobs(self) -> list[Job]:
        """Tell how all stand, newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def close(self) -> None:
        """Drop what waits, end what works, and stop. Idempotent."""
        self._closing.set()
        self._queue.put(None)
        self._thread.join()
        with contextlib.suppress(Empty):
            while True:
                self._queue.get_nowait()
        shutil.rmtree(self._settings.uploads, ignore_errors=True)

    def _run(self) -> None:
        while (todo := self._queue.get()) is not None and not self._closing.is_set():
            call_id, upload = todo
            try:
                self._work(call_id, upload)
            except StoreError as error:
                self._change(call_id, state="failed", detail=str(error))
            except Exception as error:  # this thread is the only one
                log.error("upload %s failed: %s", call_id, type(error).__name__)
                self._change(call_id, state="failed", detail="the server failed over it")
            finally:
                shutil.rmtree(upload.path.parent, ignore_errors=True)

    def _work(self, call_id: str, upload: Upload) -> None:
        self._change(call_id, state="working")
        recordings = self._settings.recordings
        task = Task(
            call=CallFiles(paths=(upload.path,), caller=upload.caller),
            call_id=call_id,
            how=replace(self._settings.how, language=upload.language),
            places=self._settings.places,
            model=self._settings.model,
            demo_words=self._settings.demo_words,
            recording=None if recordings is None else recordings / f"{call_id}.wav",
        )
        began = datetime.now(UTC)
        events: list[Logged] = []
        end = self._heard(task, events)
        if isinstance(end, Failed):
            # the upload's own name, not where it lay
            why = end.why.replace(str(upload.path), upload.path.name)
            if task.recording is not None:
                task.recording.unlink(missing_ok=True)
            self._change(call_id, state="failed", detail=why)
            return
        self._store(task, upload, end, events, began)
        said = [line.replace(str(upload.path), upload.path.name) for line in end.complaints]
        detail = "; ".join([*said, *([end.note] if end.note else [])])
        self._change(call_id, state="done", done_share=1.0, detail=detail or None)

    def _heard(self, task: Task, events: list[Logged]) -> Done | Failed:
        """Have a recording heard by a process; give how it ended."""
        ours, theirs = SPAWN.Pipe(duplex=False)
        process = SPAWN.Process(target=worker.main, args=(theirs, task), name="calmline-review")
        try:
            with reaping:
                process.start()
            theirs.close()
            silent_s = 0.0
            while not self._closing.is_set() and silent_s < SILENT_S:
                if not ours.poll(0.5):
                    silent_s += 0.5
                    continue
                silent_s = 0.0
                message: worker.Message = ours.recv()
                if isinstance(message, Told):
                    events += message.events
                elif isinstance(message, Progress):
                    share = message.done_s / message.total_s if message.total_s else None
                    self._change(task.call_id, done_share=share and min(1.0, round(share, 3)))
                else:
                    return message
            return Failed("the server stopped" if self._closing.is_set() else "it took too long")
        except EOFError:
            return Failed("the analysis broke down over it: is it damaged?")
        finally:
            ours.close()
            process.kill()
            with reaping:
                process.join()
                process.close()

    def _store(
        self, task: Task, upload: Upload, done: Done, events: Sequence[Logged], began: datetime
    ) -> None:
        self._writer.begin(
            CallRow(
                call_id=task.call_id,
                state="live",
                started_at=began,
                roles=done.roles,
                language=done.language,
                context={"file": upload.path.name},
                consent=upload.consent,
                pacing="lockstep",
                words=done.words,
                demo_words=done.demo_words,
                engine=ENGINE,
                playbook=playbook_version(task.how.cards(done.language)),
                thresholds=thresholds_version(task.how.profiles.of(done.language)),
                audio=None if task.recording is None else task.recording.name,
                origin=ORIGIN,
            )
        )
        now = datetime.now(UTC)
        for at in range(0, len(events), BATCH):
            part = events[at : at + BATCH]
            self._writer.append([stored(task.call_id, logged, now) for logged in part])
            self._writer.flush(STORED_S)  # live calls need the room more
        self._writer.end(task.call_id, state="ended", ended_at=now, heard_s=events[-1].event.at_s)
        self._writer.flush(STORED_S)

    def _change(self, call_id: str, **fields: object) -> None:
        with self._lock:
            if (job := self._jobs.get(call_id)) is not None:
                self._jobs[call_id] = replace(job, **fields)  # type: ignore[arg-type]
