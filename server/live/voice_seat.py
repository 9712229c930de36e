"""A voice process seen from the server: kept at work, and replaced when it dies.

A thread reads what the process says; another one sends, so that nobody who brings sound ever waits
for a process that is behind.
"""

from __future__ import annotations

import atexit
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Condition, Event, Thread

from ..children import SPAWN, reaping
from ..lane.ports import Transcribing
from . import voice_main
from .analysis import Analysis
from .messages import Ask, FromVoice, Note, Open, Ping, TakeBack, ToVoice, Up, Use, Watch, send
from .remote_call import RemoteCall
from .remote_lane import LaneDesk

END_S = 5.0
"""Time for a process to end by itself once its pipe is closed."""
BACKOFF_S = (0.25, 30.0)
"""The first and the longest wait before a lost process is replaced; doubles until one is up."""
HOPELESS_FROM = 3
"""Starts that fail one after another from which no more is expected."""
PING_S = 5.0
"""How often a process that says nothing is asked whether it is still at work."""
HANGS_AFTER_S = 30.0
"""A process that has not answered for so long is ended: no turn of a call takes a second."""
PACE_S = 0.005
"""After it has sent, the sender rests so long: what many calls bring meanwhile goes together, and
those who bring it wake nobody, which costs more than the sending. What comes first goes at once."""
log = logging.getLogger("calmline.live")


class VoiceSeat:
    """A place for one voice process at a time.

    Parameters
    ----------
    index
        Of the seat.
    analysis
        How calls are analysed, at first.
    lane
        The server's; ``None`` for voice only.
    changed
        Called, on the seat's thread, when a process is up or gone.
    """

    def __init__(
        self,
        index: int,
        analysis: Analysis,
        lane: Transcribing | None,
        changed: Callable[[], None],
    ) -> None:
        self._analysis = analysis
        self._lane = lane
        self._changed = changed
        self._outgoing = Condition()  # guards what follows
        self._out: list[ToVoice] = []
        self._calls: dict[str, RemoteCall] = {}
        self._up = False
        self._failed_starts = 0
        self._leaving = Event()
        self._process: BaseProcess | None = None
        self.restarts = 0
        self.complaint: str | None = None
        """Why the last start failed."""
        self._thread = Thread(target=self._run, name=f"voice-seat-{index}", daemon=True)

    @property
    def up(self) -> bool:
        """Whether it takes calls."""
        return self._up

    @property
    def calls(self) -> int:
        """Calls that its process has."""
        return len(self._calls)

    @property
    def hopeless(self) -> bool:
        """Whether process after process could not be started."""
        return self._failed_starts >= HOPELESS_FROM

    @property
    def pid(self) -> int | None:
        """Process id, if there is a process."""
        process = self._process
        return None if process is None else process.pid

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def add(self, call: RemoteCall, first: Open, analysis: Analysis) -> bool:
        """Give it a call, with its first message; false if it has no process that could take it."""
        with self._outgoing:
            if not self._up:
                return False
            self._calls[call.call_id] = call
            if analysis is not self._analysis:
                self._analysis = analysis
                self._out.append(Use(analysis))
            self._out.append(first)
            self._outgoing.notify()
            return True

    def send(self, message: ToVoice) -> None:
        """Send a message, from any thread; what nobody is there for is dropped."""
        with self._outgoing:
            if self._up:
                self._out.append(message)
                if len(self._out) == 1:
                    self._outgoing.notify()

    def leave(self) -> None:
        """End the process when what it was sent is done, and wait."""
        self._leaving.set()
        with self._outgoing:
            self._outgoing.notify()
        if self._up:
            self._thread.join(END_S)
        if (process := self._process) is not None:
            with suppress(ValueError):  # it has just ended
                process.kill()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait_s = BACKOFF_S[0]
        while not self._leaving.is_set():
            try:
                was_up = self._employ()
            except Exception as error:  # no process could be started at all
                self.complaint, was_up = f"{type(error).__name__}: {error}", False
            if self._leaving.is_set():
                break
            if was_up:
                wait_s = BACKOFF_S[0]
                log.error("a voice process is gone, and is replaced")
            else:
                self._failed_starts += 1
                log.error("a voice process could not be started: %s", self.complaint)
            self.restarts += 1
            self._changed()
            self._leaving.wait(wait_s)
            wait_s = min(2 * wait_s, BACKOFF_S[1])

    def _employ(self) -> bool:
        """Start a process and listen to it until it is gone; tell whether it ever was up."""
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=voice_main.main,
            args=(theirs, self._analysis, self._lane is not None),
            name="calmline-voice",
            daemon=True,
        )
        try:
            with reaping:
                process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        # it heeds no SIGTERM, by which multiprocessing would end it if nobody closed the seat
        atexit.register(process.kill)
        self._process = process
        desk = None if self._lane is None else LaneDesk(self._lane, self.send)
        sender = Thread(target=self._feed, args=(ours,), name="voice-sender", daemon=True)
        was_up = False
        try:
            with suppress(EOFError, OSError):
                while self._says_something(ours, process):
                    for message in ours.recv():
                        if isinstance(message, Up):
                            self.complaint = message.complaint
                            if self.complaint is None:
                                was_up = True
                                self._is_up(sender)
                        else:
                            self._take(message, desk)
        finally:
            self._gone(desk)
            if sender.ident is not None:
                sender.join()
            ours.close()
            process.join(END_S)
            process.kill()
            self._process = None
            with reaping:
                process.join()
                process.close()
            atexit.unregister(process.kill)
        return was_up

    def _says_something(self, pipe: Connection, process: BaseProcess) -> bool:
        """Wait for messages of a process; it may have ended. One that hangs is ended here."""
        asked_at: float | None = None
        while not pipe.poll(PING_S):
            if not self._up:
                continue  # it loads models, which takes as long as it takes
            if asked_at is None:
                asked_at = time.monotonic()
                self.send(Ping())
            elif time.monotonic() - asked_at > HANGS_AFTER_S:
                log.error("a voice process hangs, and is ended")
                process.kill()
                return False
        return True

    def _is_up(self, sender: Thread) -> None:
        with self._outgoing:
            self._up = True
            self._out.clear()
            self._failed_starts = 0
        sender.start()
        self._changed()

    def _take(self, message: FromVoice, desk: LaneDesk | None) -> None:
        match message:
            case Ask() if desk is not None:
                desk.ask(message)
            case TakeBack() if desk is not None:
                desk.take_back(message.number)
            case Watch() if desk is not None:
                desk.watch(message.call_id, message.on)
            case Note():
                logging.getLogger(message.logger).log(message.level, "%s", message.text)
            case Ask() | TakeBack() | Watch() | Up() | Ping():
                pass
            case _:
                if (call := self._calls.get(message.call_id)) is not None:
                    call.take(message)
                    if call.over:
                        self._calls.pop(message.call_id, None)

    def _gone(self, desk: LaneDesk | None) -> None:
        """Nothing more will come of it: its calls end."""
        with self._outgoing:
            self._up = False
            calls, self._calls = list(self._calls.values()), {}
            self._outgoing.notify()
        if desk is not None:
            desk.close()
        for call in calls:
            log.error("call %s has lost its voice process", call.call_id)
            call.lost()

    def _feed(self, pipe: Connection) -> None:
        """Send what is to be sent until the process is gone, or is to go."""
        leaving = False
        while not leaving:
            with self._outgoing:
                self._outgoing.wait_for(lambda: self._out or not self._up or self._leaving.is_set())
                if not self._up:
                    return
                out, self._out = self._out, []
                leaving = self._leaving.is_set()
            try:
                send(pipe, out)
                if leaving:
                    send(pipe, None)
            except OSError:
                return  # who listens to it finds out
            time.sleep(PACE_S)
