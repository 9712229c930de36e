"""A call while it happens: its session, fed on worker threads, and all that hangs on it.

Whoever brings sound or commands only queues them up (:class:`~server.live.inbox.Inbox`); in turns
a worker thread feeds the session, hands utterances to the lane, and passes on what became known.
Sound never waits for words, unless the call runs in lockstep.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import asdict
from math import inf
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from coaching.session import CallSession, Logged
from voice.clock import RATE, TICK, TICKS_PER_S
from voice.events import Fact, PressedKey, SpeechEnded, SpeechStarted

from .gate import Gate
from .inbox import Inbox, Sound
from .opening import Consent, Opening
from .recorder import Recorder
from .room import Room
from .telling import End, Telling
from .words import LiveWords

TURN_S = 1.0
"""Sound that a call may work off in one turn."""

To = TypeVar("To", bound=Telling)
log = logging.getLogger("calmline.live")


class LiveCall(Generic[To]):
    """One call; its methods may be called from any thread and never block.

    Parameters
    ----------
    opening
        What the source said.
    session
        New, and fed by nobody else.
    gate
        Whether it may be heard.
    outlet
        Where its events go.
    record
        Gives what writes its sound, if it is to be kept; called once it may be.
    schedule
        Queues this call up for a worker.
    transferred
        Called with the agent who has the call from now on.
    ended
        Called once nothing more will be told; who takes it calls :meth:`closed` in the end.
    """

    def __init__(
        self,
        opening: Opening,
        session: CallSession,
        *,
        gate: Gate,
        outlet: To,
        record: Callable[[], Recorder | None],
        schedule: Callable[[LiveCall[To]], None],
        transferred: Callable[[str], None],
        ended: Callable[[LiveCall[To]], None],
    ) -> None:
        self.call_id = opening.call_id
        self.agent_id = opening.agent_id
        self.pacing = opening.pacing
        self.outlet = outlet
        self._session = session
        self._gate = gate
        self._record = record
        self._recorder: Recorder | None = None
        self._schedule = schedule
        self._on_transfer = transferred
        self._on_end = ended
        self._words: LiveWords | None = None
        self._tracks = len(opening.roles)
        self._inbox = Inbox(self._tracks)
        self._lock = Lock()
        self._scheduled = False
        self._fed = 0
        self._room = Room()
        self._arrived_at = 0.0
        self._closing = False  # told to end
        self._ending: End | None = None  # has heard all that came before
        self._is_over = False
        self._done: Future[None] = Future()
        self._speaking: set[int] = set()
        self._second = -1
        self._heeded = True  # what the session was last told of the gate
        self._heed()
        if not gate.waits:
            self._keep()

    def transcribe(self, words: LiveWords) -> None:
        """Have its utterances written down; before the first sample."""
        self._words = words

    @property
    def heard_s(self) -> float:
        """Media time fed to the core, in seconds."""
        return self._fed / RATE

    @property
    def fed(self) -> int:
        """The same in samples of each track."""
        return self._fed

    @property
    def backlog_s(self) -> float:
        """Sound that waits, in seconds."""
        return self._inbox.samples / RATE

    @property
    def overrun_s(self) -> float:
        """Sound that was dropped because too much waited, in seconds."""
        return self._inbox.overrun / RATE

    @property
    def events(self) -> int:
        """Events told so far: ``seq`` of the last."""
        return self.outlet.told

    @property
    def over(self) -> bool:
        """Whether it has come to its end, be it by a failure."""
        return self._is_over

    def feed(
        self,
        block: NDArray[np.float32],
        lost: NDArray[np.bool_] | None = None,
        arrived_at: float | None = None,
    ) -> None:
        """Queue the next samples of all tracks; see :meth:`coaching.session.CallSession.feed`.

        What comes after :meth:`end` is dropped.

        Parameters
        ----------
        arrived_at
            When they came, by ``time.monotonic``; now, if left out.
        """
        if self._closing:
            return
        self._inbox.put(block, lost)
        self._arrived_at = time.monotonic() if arrived_at is None else arrived_at
        if self._inbox.samples + self._fed % TICK >= TICK:  # nothing is decided within a tick
            self.poke()

    def when_below(self, backlog_s: float) -> Future[None]:
        """Tell when so little sound waits that more is welcome."""
        future = self._room.ask(int(backlog_s * RATE))
        self._tell_room()
        return future

    def pause(self, on: bool) -> None:
        """Pause analysis, or go on: what comes meanwhile is neither heard nor kept."""
        self._command(lambda: self._pause(on))

    def hold(self, on: bool) -> None:
        """The call goes on hold, or comes back."""
        self._command(lambda: self._session.hold(on))

    def consent(self, consent: Consent) -> None:
        """Say on what the analysis rests."""
        self._command(lambda: self._consent(consent))

    def opt_out(self) -> None:
        """The caller does not want to be analysed: everything stops, for good."""
        self._command(self._opt_out)

    def press(self, key: PressedKey, cue_id: str | None = None) -> None:
        """Take a key that the agent pressed."""
        self._command(lambda: self._press(key, cue_id))

    def context(self, context: Mapping[str, Any]) -> None:
        """Learn more about the caller, for the console's header."""
        self._command(lambda: self.outlet.update(context=dict(context)))

    def transfer(self, agent_id: str) -> None:
        """Another agent has the call from now on."""
        self.agent_id = agent_id
        self._command(lambda: self.outlet.update(agent_id=agent_id))
        self._on_transfer(agent_id)

    def end(self, state: End = "ended") -> Future[None]:
        """No more sound will come; tell when the last event is stored. Idempotent."""
        if not self._closing:
            self._closing = True
            self._arrived_at = time.monotonic()  # what it makes known waits from here on
        self._command(lambda: self._end(state))
        return self._done

    def abandon(self, reason: str) -> None:
        """Wait for no more words."""
        if self._words is not None:
            words = self._words
            self._command(lambda: words.refuse(reason))

    def closed(self) -> None:
        """All of it is stored. Idempotent."""
        if not self._done.done():
            self._done.set_result(None)

    def work(self) -> bool:
        """Do a turn; see :class:`~server.live.workers.Work`."""
        try:
            self._turn()
        except Exception as error:  # one call's trouble must not become another's
            log.error("call %s failed: %s", self.call_id, type(error).__name__, exc_info=False)
            log.debug("where it failed", exc_info=True)
            self._fail()
        with self._lock:
            self._scheduled = self._can_go_on()
            return self._scheduled

    def poke(self) -> None:
        """Have a worker look after this call."""
        with self._lock:
            if self._scheduled or self._is_over:
                return
            self._scheduled = True
        self._schedule(self)

    def _command(self, command: Callable[[], None]) -> None:
        self._inbox.command(command)
        self.poke()

    def _can_go_on(self) -> bool:
        if self._is_over:
            return False
        if self._words is not None and self._words.arrived:
            return True
        if self._inbox.commanded:
            return True
        if self._ending is not None:
            return False  # until its words are here
        due = self._inbox.commands or self._inbox.samples + self._fed % TICK >= TICK
        return bool(due) and not self._must_wait()

    def _must_wait(self) -> bool:
        """Whether words are due before the next tick, and the sound waits for them."""
        next_s = self._session.now_s + 1 / TICKS_PER_S
        return self.pacing == "lockstep" and bool(self._session.awaited(next_s))

    def _turn(self) -> None:
        if self._words is not None:
            self._words.deliver()
        room = int(TURN_S * RATE)
        while room > 0 and not self._is_over:
            waits = self._ending is not None or self._must_wait()
            if waits and not self._inbox.commanded:
                break
            # in lockstep no more than what completes a tick: the next one may have to wait
            most = TICK - self._fed % TICK if self.pacing == "lockstep" else room
            item = self._inbox.take(most)
            if item is None:
                break
            if isinstance(item, Sound):
                self._hear(item)
                room -= item.block.shape[1]
            else:
                item()
        self._tell_room()
        if self._ending is not None and not self._session.awaited(inf):
            self._finish()

    def _hear(self, sound: Sound) -> None:
        block, lost = sound
        if not self._gate.open:
            lost = np.ones(block.shape, np.bool_)
        if self._recorder is not None:
            try:
                self._recorder.write(block, lost)
            except OSError as error:  # a full disk must cost neither this call nor any other
                log.error("call %s is recorded no more: %s", self.call_id, error.strerror)
                self._stop_recording()
        # what is being said is looked at after each tick, so a block must not hold many
        for at in range(0, block.shape[1], TICK):
            part = slice(at, at + TICK)
            self._fed += block[:, part].shape[1]
            self._tell(self._session.feed(block[:, part], lost[:, part]))
        if int(self.heard_s) != self._second:
            self._second = int(self.heard_s)
            self.outlet.clock(self.heard_s, sorted(self._speaking))

    def _tell(self, told: list[Logged]) -> None:
        for logged in told:
            if isinstance(logged.event, SpeechStarted):
                self._speaking.add(logged.event.track or 0)
            elif isinstance(logged.event, SpeechEnded):
                self._speaking.discard(logged.event.track or 0)
        if self._words is not None:
            self._words.take(told)
            for guess in self._words.look(watched=self.outlet.watched):
                self.outlet.partial(guess)
        if told:
            facts = any(isinstance(logged.event, Fact) for logged in told)
            self.outlet.tell(told, self._arrived_at if facts else None)

    def _tell_room(self) -> None:
        self._room.tell(0 if self._is_over else self._inbox.samples)

    def _pause(self, on: bool) -> None:
        self._gate.pause(on)
        self._heed()

    def _heed(self) -> None:
        """Tell the session whether it is deaf now."""
        if self._gate.open is not self._heeded:
            self._heeded = self._gate.open
            self._session.pause(not self._heeded)

    def _consent(self, consent: Consent) -> None:
        self.outlet.update(consent=asdict(consent))
        if consent.announced and self._gate.waits and not self._gate.refused:
            self._gate.announced()
            self._keep()
            self.outlet.open()
            self._heed()

    def _keep(self) -> None:
        """From now on its sound may be kept; what came before is silence."""
        self._recorder = self._record()
        if self._recorder is not None:
            self._recorder.skip(self._fed)
            self.outlet.update(audio=self._recorder.name)

    def _stop_recording(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            try:
                recorder.close()
            except OSError as error:
                log.error("the recording of call %s is cut: %s", self.call_id, error.strerror)

    def _press(self, key: PressedKey, cue_id: str | None) -> None:
        if key == "opted_out":
            self._opt_out()
            return
        self._session.press(key, cue_id)
        if key == "pause":
            self._pause(self._gate.open)

    def _opt_out(self) -> None:
        if self._gate.refused:
            return
        self._gate.refuse()
        self._session.press("opted_out")
        if self._words is not None:
            self._words.refuse("opted_out")

    def _end(self, state: End) -> None:
        if self._ending is None:
            self._ending = state
            self._tell(self._session.end_audio())

    def _finish(self) -> None:
        self._tell(self._session.finish())
        self._over(self._ending or "ended")

    def _fail(self) -> None:
        if not self._is_over:
            self._over("broken")

    def _over(self, state: End) -> None:
        try:
            self._stop_recording()
            if self._words is not None:
                self._words.hush()
            self.outlet.end(state, self.heard_s)
        finally:  # whatever failed, nobody may wait for it
            self._is_over = True
            self._tell_room()
            self._on_end(self)
