"""What the server and a voice process say to each other: lists of these, pickled, by a pipe.

A call's messages keep their order. Times are of ``time.monotonic``, which is one clock for all
processes of a machine.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any, Literal, NamedTuple

from models.transcriber import Language, Samples

from ..lane.desk import Answer
from ..lane.schedule import Kind
from .analysis import Analysis
from .lines import Line
from .opening import Opening, WordsPolicy
from .telling import End

Order = Literal[
    "pause", "hold", "consent", "opt_out", "press", "context", "transfer", "end", "abandon"
]
"""What may be asked of a call: methods of :class:`~server.live.call.LiveCall`."""


class Use(NamedTuple):
    """To the process: how the calls that come after it are analysed."""

    analysis: Analysis


class Open(NamedTuple):
    """To the process: a call begins."""

    opening: Opening
    policy: WordsPolicy


class Sound(NamedTuple):
    """To the process: the next samples of all tracks.

    Attributes
    ----------
    samples
        float32 of one track after the other; ``None`` where all are lost.
    length
        Samples of each track.
    lost
        Which are, a byte for each; ``None`` where none is, or all are.
    arrived_at
        When they came.
    watched
        Whether somebody watches the call now.
    """

    call_id: str
    samples: bytes | None
    length: int
    lost: bytes | None
    arrived_at: float
    watched: bool


class Do(NamedTuple):
    """To the process: a command, at its place in the sound."""

    call_id: str
    what: Order
    args: tuple[Any, ...]


class Answered(NamedTuple):
    """To the process: what the lane says of an :class:`Ask`."""

    number: int
    answer: Answer


class Ping(NamedTuple):
    """To the process: is it still at work? It says the same in return."""


class Up(NamedTuple):
    """From the process: it can take calls; or why it cannot."""

    complaint: str | None


class Told(NamedTuple):
    """From the process: events of a call; ``since`` as in :class:`~server.live.telling.Telling`."""

    call_id: str
    lines: list[Line]
    since: float | None


class Say(NamedTuple):
    """From the process: one of the other things that a call tells, by the method that takes it."""

    call_id: str
    what: Literal["open", "partial", "update", "clock"]
    args: tuple[Any, ...]
    fields: dict[str, Any]


class Fed(NamedTuple):
    """From the process: so many samples of each track have been fed to the core of a call."""

    call_id: str
    samples: int


class Over(NamedTuple):
    """From the process: a call is over, and nothing more will come of it."""

    call_id: str
    state: End
    heard_s: float


class Ask(NamedTuple):
    """From the process: an utterance for the lane; see :meth:`server.lane.client.Lane.submit`."""

    number: int
    call_id: str
    utterance_id: str
    samples: Samples
    language: Language | None
    kind: Kind
    hotwords: str | None
    deadline_s: float | None


class TakeBack(NamedTuple):
    """From the process: the words of an :class:`Ask` are not wanted any more."""

    number: int


class Watch(NamedTuple):
    """From the process: somebody wants first guesses of a call, or nobody does any more."""

    call_id: str
    on: bool


class Note(NamedTuple):
    """From the process: a line for the server's log."""

    logger: str
    level: int
    text: str


ToVoice = Use | Open | Sound | Do | Answered | Ping
FromVoice = Up | Ping | Told | Say | Fed | Over | Ask | TakeBack | Watch | Note


def send(pipe: Connection, messages: Sequence[ToVoice] | Sequence[FromVoice] | None) -> None:
    """Send messages; ``pipe.recv`` gives them.

    ``pipe.send`` makes a pickler that knows how to share sockets, for each of thousands of lists a
    second; what is sent here are values.
    """
    pipe.send_bytes(pickle.dumps(messages, pickle.HIGHEST_PROTOCOL))
