"""The body of a voice process: calls in turns on its one thread, so that nothing contends.

It ends when the server says so, or is gone.
"""

from __future__ import annotations

import logging
import signal
import time
from collections import deque
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from ..lane.ports import Transcribing
from ..memory import Tidy
from .analysis import Analysis
from .call import LiveCall
from .inbox import nothing
from .messages import (
    Answered,
    Do,
    Fed,
    FromVoice,
    Note,
    Open,
    Over,
    Ping,
    Sound,
    ToVoice,
    Up,
    Use,
    send,
)
from .remote_lane import RemoteLane
from .remote_outlet import RemoteOutlet

Call = LiveCall[RemoteOutlet]

SLICE_S = 0.005
"""After so much work the pipe is looked at again."""
log = logging.getLogger("calmline.live")


def main(server: Connection, analysis: Analysis, words: bool) -> None:
    """Run a voice process.

    Parameters
    ----------
    server
        Brings lists of :data:`~server.live.messages.ToVoice`, and ``None`` in the end; takes lists
        of :data:`~server.live.messages.FromVoice`.
    analysis
        How calls are analysed, until :class:`Use` says otherwise.
    words
        Whether the server has a lane.
    """
    # a terminal or a supervisor may signal the whole group, but it is the server that ends calls
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        try:
            analysis.warm(words=words)
        except Exception as error:
            server.send([Up(f"{type(error).__name__}: {error}")])
            return
        server.send([Up(None)])
        VoiceLoop(server, analysis, words=words).run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the server has closed the pipe, or is gone
    finally:
        server.close()


class VoiceLoop:
    """The calls of a voice process; see :func:`main`."""

    def __init__(self, server: Connection, analysis: Analysis, *, words: bool) -> None:
        self._server = server
        self._analysis = analysis
        self._out: list[FromVoice] = []
        self._remote_lane = RemoteLane(self._out.append)
        self._lane: Transcribing | None = self._remote_lane if words else None
        self._calls: dict[str, Call] = {}
        self._ready: deque[Call] = deque()
        self._tidy = Tidy()
        root = logging.getLogger()
        root.addHandler(_Notes(self._out))
        root.setLevel(logging.INFO)

    def run(self) -> None:
        """Work until the server says ``None``, or closes the pipe (``EOFError``)."""
        while True:
            while not self._ready or self._server.poll():
                messages: list[ToVoice] | None = self._server.recv()
                if messages is None:
                    return
                for message in messages:
                    self._take(message)
                if not self._ready:
                    self._flush()
            until = time.monotonic() + SLICE_S
            while self._ready and time.monotonic() < until:
                self._work(self._ready.popleft())
            self._flush()

    def _flush(self) -> None:
        if self._out:
            send(self._server, self._out)
            self._out.clear()

    def _work(self, call: Call) -> None:
        before = call.fed
        if call.work():
            self._ready.append(call)
        if call.fed != before and not call.over:
            self._out.append(Fed(call.call_id, call.fed))

    def _take(self, message: ToVoice) -> None:
        match message:
            case Sound():
                if (call := self._calls.get(message.call_id)) is not None:
                    call.outlet.watched = message.watched
                    call.feed(*_block(message, len(call.outlet.roles)), message.arrived_at)
            case Do():
                if (call := self._calls.get(message.call_id)) is not None:
                    getattr(call, message.what)(*message.args)
            case Answered():
                self._remote_lane.answered(message)
            case Use():
                self._analysis = message.analysis
            case Open():
                self._open(message)
            case Ping():
                self._out.append(message)

    def _open(self, message: Open) -> None:
        opening = message.opening
        try:
            self._calls[opening.call_id] = self._analysis.call(
                opening,
                message.policy,
                RemoteOutlet(opening, self._out.append),
                self._lane,
                schedule=self._ready.append,
                transferred=lambda agent_id: None,  # the server knows
                ended=self._ended,
            )
        except Exception as error:
            log.error("call %s could not begin: %s", opening.call_id, type(error).__name__)
            self._out.append(Over(opening.call_id, "broken", 0.0))

    def _ended(self, call: Call) -> None:
        del self._calls[call.call_id]
        self._tidy.call_ended()


class _Notes(logging.Handler):
    """Hands log lines to the server, which has a log; never a traceback, as it may tell words."""

    def __init__(self, out: list[FromVoice]) -> None:
        super().__init__()
        self._told = out

    def emit(self, record: logging.LogRecord) -> None:
        self._told.append(Note(record.name, record.levelno, record.getMessage()))


def _block(sound: Sound, tracks: int) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
    if sound.samples is None:
        return nothing(tracks, sound.length)
    shape = tracks, sound.length
    block = np.frombuffer(sound.samples, np.float32).reshape(shape)
    return block, None if sound.lost is None else np.frombuffer(sound.lost, np.bool_).reshape(shape)
