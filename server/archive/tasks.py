"""What goes to a worker and what comes back: plain values that every engine can send."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from coaching.playbook import Playbook
from coaching.profiles import Profiles
from voice.events import Language

from ..sources import Side

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How every recording of a run is scored; sent to each worker once.

    Attributes
    ----------
    model
        ``auto``, a name, or a folder.
    words, demo_words
        As for ``calmline run``.
    language, caller
        Of calls of which nothing else is told.
    playbook
        ``None`` for the bundled one of each call's language.
    scratch
        Where recordings from an object store lie while they are scored; ``None`` for the system's
        folder of temporary files.
    """

    run_id: str
    scratch: str | None = None
    model: str = "auto"
    words: bool = True
    demo_words: bool = False
    language: Language | None = None
    caller: Side | None = None
    playbook: Playbook | None = None
    profiles: Profiles = field(default_factory=Profiles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the name of a recording, or the metadata, tell of a call."""

    call_id: str | None = None
    agent: str | None = None
    queue: str | None = None
    direction: str | None = None
    date: date | None = None
    started_at: datetime | None = None
    language: Language | None = None
    caller: Side | None = None
    consent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One call to be scored.

    Attributes
    ----------
    name
        Of the recording below its source, for people.
    path_hash
        Stands for the recording in the ledger and in the datasets.
    addresses
        Paths or URLs: one file, or two mono ones, the caller's first.
    bytes
        Size of all files.
    told
        Here ``call_id`` is always known, and the agent is a pseudonym unless names were asked for.
    """

    call_id: str
    name: str
    path_hash: str
    addresses: tuple[str, ...]
    bytes: int
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A recording that could not be scored: why, and what to do about it.

    Attributes
    ----------
    again
        Whether it may go better a second time.
    """

    name: str
    path_hash: str
    bytes: int
    reason: str
    do: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What became of a task: rows for the three datasets, or a failure.

    Attributes
    ----------
    call
        Row of the dataset ``calls``.
    windows, events
        Rows of the other two; ``None`` where there are none.
    audio_s
        Seconds of the recording.
    wall_s, work_s
        Seconds that it took: by the clock, and of CPU.
    """

    task: Task
    failure: Failure | None = None
    call: dict[str, Any] | None = None
    windows: pa.RecordBatch = None
    events: pa.RecordBatch = None
    audio_s: float = 0.0
    wall_s: float = 0.0
    work_s: float = 0.0

    @property
    def bytes(self) -> int:
        """Memory of its rows."""
        return sum(batch.nbytes for batch in (self.windows, self.events) if batch is not None)


def failed(task: Task, reason: str, do: str, *, again: bool = False) -> Scored:
    """Give the failure of a task; the reason is one line without the name of the file."""
    failure = Failure(
        name=task.name,
        path_hash=task.path_hash,
        bytes=task.bytes,
        reason=" ".join(reason.split()),
        do=do,
        again=again,
    )
    return Scored(task=task, failure=failure)
