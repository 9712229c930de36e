"""The process in which an uploaded recording is heard, apart from live calls.

What strangers upload is decoded here, at low priority: if a decoder breaks on it, or eats the
memory, a process is lost and nothing else.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from coaching.session import Logged
from models.catalog import Places
from models.errors import ModelError
from voice.events import Language, Role

from ..errors import Refused
from ..hearing import CallFiles, How, hear, lane_for
from ..lane.client import LaneError
from ..live.recorder import Recorder
from ..words import plan

NICE = 10
"""How far live calls come before it."""
TELL_S = 5.0
"""Seconds of sound after which it tells how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker is to hear.

    Attributes
    ----------
    recording
        Where the call's sound is to be kept; ``None`` for nowhere.
    """

    call: CallFiles
    call_id: str
    how: How
    places: Places
    model: str | None
    demo_words: bool
    recording: Path | None


@dataclass(frozen=True, slots=True)
class Progress:
    """So much of the recording is heard; ``total_s`` is ``None`` if its header does not say."""

    done_s: float
    total_s: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """Events of the call, in order."""

    events: Sequence[Logged]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The call is heard."""

    roles: tuple[Role, ...]
    language: Language
    words: bool
    demo_words: bool
    complaints: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The recording cannot be used, and why, in one line."""

    why: str


Message = Progress | Told | Done | Failed


def main(server: Connection, task: Task) -> None:
    """Hear a recording and tell it; the target of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the server that ends its workers
    if hasattr(os, "nice"):
        os.nice(NICE)
    try:
        _tell(server, task)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server is gone, or does not want it any more
    finally:
        server.close()


def _tell(server: Connection, task: Task) -> None:
    try:
        _hear(server, task)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except (Refused, ModelError, LaneError) as error:
        server.send(Failed(str(error)))
    except OSError as error:
        server.send(Failed((error.strerror or "a file cannot be used").lower()))
    except Exception as error:  # its text might hold what was said
        server.send(Failed(f"the analysis failed: {type(error).__name__}"))


def _hear(server: Connection, task: Task) -> None:
    look = task.call.look()
    done_s = told_s = 0.0

    def advance(seconds: float) -> None:
        nonlocal done_s, told_s
        done_s += seconds
        if done_s - told_s >= TELL_S:
            told_s = done_s
            server.send(Progress(done_s, look.duration_s))

    words = plan(
        task.model or "auto",
        task.call.paths,
        task.places,
        language=task.how.language,
        wanted=task.model is not None,
        forced=task.demo_words,
    )
    with lane_for(words) as lane:
        heard = hear(
            task.call,
            task.how,
            lane,
            call_id=task.call_id,
            demo_words=words.demo,
            take=lambda told: server.send(Told(tuple(told))) if told else None,
            advance=advance,
        )
    if task.recording is not None:
        _record(task.call, task.recording)
    server.send(
        Done(
            roles=heard.setup.roles,
            language=heard.setup.language,
            words=words.model is not None,
            demo_words=words.demo,
            complaints=heard.complaints,
            note=words.note,
        )
    )


def _record(call: CallFiles, path: Path) -> None:
    import numpy as np

    with call.open() as source:
        recorder = Recorder(path, len(source.roles))
        try:
            for block, lost in source.blocks():
                recorder.write(block, np.zeros(block.shape, np.bool_) if lost is None else lost)
        finally:
            recorder.close()
