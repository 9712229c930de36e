"""All calls of one server: opens them, finds them, lets them be watched, ends them.

What the calls share is here and only read: playbooks, thresholds, the lane, the store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from coaching.session import ENGINE
from voice.events import Language

from ..lane.client import Lane
from ..memory import Tidy
from ..rules import Rules
from ..store.rows import CallRow
from ..store.store import Store
from ..store.writer import StoreWriter
from .analysis import Analysis
from .floor_state import FloorState
from .follow import Followers, Following
from .hub import KEPT, Envelope, Hub, Reader, Wake, event_envelope
from .opening import Opening, Refusal, WordsPolicy
from .outlet import Outlet
from .ports import FloorCall
from .processes import VoiceProcesses
from .rows import iso
from .stored import StoredReader
from .tally import Tally
from .versions import playbook_version, thresholds_version
from .workers import VoiceThreads

STORED_S = 10.0
"""How long the end of a call waits for its log to be stored."""
EPHEMERAL_KEPT = 50_000
"""Events kept of a call that is not stored: an hour and more."""
log = logging.getLogger("calmline.live")


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorSettings:
    """How calls are taken.

    Attributes
    ----------
    language
        Of a call whose source does not say.
    rules
        Cards and thresholds, at first; :meth:`Floor.use` replaces them.
    consent_required
        Whether nothing is heard or stored before the caller has been told.
    words_for
        Tells, from a call's opening, whether it may be transcribed, and if so whether by a model
        that does not know it.
    recordings
        Folder for the sound of calls; ``None`` to keep none.
    most_calls
        At a time.
    workers
        Threads that analyse, where no processes do.
    processes
        Processes that analyse; 0 for threads of this one.
    shadow, holdout
        See :class:`coaching.coach.Coach`.
    """

    language: Language = "en"
    rules: Rules = field(default_factory=Rules)
    consent_required: bool = False
    words_for: Callable[[Opening], WordsPolicy]
    recordings: Path | None = None
    most_calls: int = 500
    workers: int = 1
    processes: int = 0
    shadow: bool = False
    holdout: float = 0.0

    @property
    def analysis(self) -> Analysis:
        """What of it is about the analysis of a call."""
        return Analysis(
            language=self.language,
            rules=self.rules,
            consent_required=self.consent_required,
            recordings=self.recordings,
            shadow=self.shadow,
            holdout=self.holdout,
        )


_SILENT = WordsPolicy(words=False)


class Floor:
    """The calls of a server; safe from any thread.

    Parameters
    ----------
    settings
        How calls are taken.
    store, writer
        Where they are kept.
    lane
        Writes words down; ``None`` for voice only.
    """

    def __init__(
        self, settings: FloorSettings, store: Store, writer: StoreWriter, lane: Lane | None
    ) -> None:
        self._settings = settings
        self._analysis = settings.analysis.with_cards()
        self._store = store
        self._writer = writer
        self._lane = lane
        self._lock = Lock()
        self._calls: dict[str, FloorCall] = {}
        self._opening: set[str] = set()
        self._unstored: list[FloorCall] = []
        self._voice: VoiceThreads | VoiceProcesses
        if settings.processes:
            self._voice = VoiceProcesses(settings.processes, self._analysis, lane)
        else:
            self._voice = VoiceThreads(settings.workers, self._analysis, lane)
        self._closer = ThreadPoolExecutor(1, thread_name_prefix="closer")
        self._followers = Followers()
        self._tidy = Tidy()
        self._draining = False
        self._rules_taken = 0
        self._rules_refused: str | None = None
        self.tally = Tally()

    def use(self, rules: Rules) -> None:
        """Coach new calls by these rules; calls that go on keep theirs."""
        analysis = replace(self._analysis, rules=rules).with_cards()
        with self._lock:
            self._analysis = analysis
            self._rules_taken += 1

    def refuse_rules(self, problem: str | None) -> None:
        """Note what is wrong with rules that cannot be used; ``None``: nothing any more."""
        self._rules_refused = problem

    def open(self, opening: Opening) -> FloorCall:
        """Begin a call.

        Raises
        ------
        Refusal
            If it cannot be taken.
        """
        with self._lock:
            self._admit(opening)
            self._opening.add(opening.call_id)
        try:  # the database may be slow: nobody else waits for it
            if self._store.call(opening.call_id) is not None:
                raise _exists(opening)
            call = self._build(opening)
            with self._lock:
                self._calls[opening.call_id] = call
        finally:
            with self._lock:
                self._opening.discard(opening.call_id)
        if call.over:  # its process is gone already, and nobody has found it here
            self._ended(call)
        if opening.agent_id is not None:
            self._followers.call_began(opening.agent_id)
        return call

    def find(self, call_id: str) -> FloorCall | None:
        """Give a live call."""
        call = self._calls.get(call_id)
        return None if call is None or call.over else call

    def live(self) -> list[FloorCall]:
        """Give all live calls, oldest first; one that has just ended is among them until stored."""
        with self._lock:
            return list(self._calls.values())

    def subscribe(self, call_id: str, from_seq: int, wake: Wake) -> Reader:
        """Watch a call from an event on; one that is over is read from the store.

        Raises
        ------
        KeyError
            If there is no such call.
        """
        if (call := self._calls.get(call_id)) is not None:
            return call.outlet.hub.subscribe(from_seq, wake)
        return self._over(call_id, from_seq)

    def follow(
        self, agent_id: str, wake: Wake, *, call_id: str | None = None, from_seq: int = 1
    ) -> Following:
        """Watch an agent's calls, one after the other, from an event of one of them on."""
        following = Following(self._followers, self.live, agent_id, wake, call_id, from_seq)
        if call_id is not None and call_id not in self._calls:
            with suppress(KeyError):
                following.begin_with(call_id, self._over(call_id, from_seq))
        return following

    def state(self) -> FloorState:
        """Tell how the floor is doing."""
        calls = self.live()
        return FloorState(
            calls=len(calls),
            most_calls=self._settings.most_calls,
            watched=sum(call.outlet.hub.watched > 0 for call in calls),
            backlog_s=sum(call.backlog_s for call in calls),
            overrun_s=sum(call.overrun_s for call in calls),
            workers=self._voice.wanted,
            workers_alive=self._voice.alive,
            lane=self._lane.state() if self._lane is not None else None,
            told=self.tally.snapshot(),
            draining=self._draining,
            rules_taken=self._rules_taken,
            rules_refused=self._rules_refused,
        )

    def drain(self) -> None:
        """Take no more calls."""
        with self._lock:
            self._draining = True

    def close(self, drain_s: float) -> None:
        """End all calls, waiting so long for their words, and stop."""
        self.drain()
        ending = [call.end() for call in self.live()]
        _, late = wait(ending, timeout=drain_s)
        if late:
            log.warning("%d calls ended without their last words", len(late))
            for call in self.live():
                call.abandon("closed")
            wait(late, timeout=drain_s)
        self._voice.close()
        self._closer.shutdown()

    def _admit(self, opening: Opening) -> None:
        if self._draining:
            raise Refusal("draining", "the server is going down: try another")
        if len(self._calls) + len(self._opening) >= self._settings.most_calls:
            raise Refusal("too_many_calls", f"there are {self._settings.most_calls} calls already")
        if opening.call_id in self._calls or opening.call_id in self._opening:
            raise _exists(opening)

    def _build(self, opening: Opening) -> FloorCall:
        settings = self._settings
        analysis = self._analysis  # other rules may come meanwhile
        language, playbook = analysis.cards(opening)
        policy = _SILENT
        if self._lane is not None and not opening.ephemeral:
            policy = settings.words_for(opening)
        consent = opening.consent
        row = CallRow(
            call_id=opening.call_id,
            state="live",
            started_at=datetime.now(UTC),
            ended_at=None,
            heard_s=None,
            roles=opening.roles,
            language=language,
            agent_id=opening.agent_id,
            queue=opening.queue,
            direction=opening.direction,
            caller_ref=opening.caller_ref,
            context=dict(opening.context),
            consent=asdict(consent) if consent is not None else None,
            pacing=opening.pacing,
            words=policy.words,
            demo_words=policy.demo,
            engine=ENGINE,
            playbook=playbook_version(playbook),
            thresholds=thresholds_version(analysis.rules.profiles.of(language)),
            audio=None,
            origin="live",
        )
        hub = Hub(
            lambda from_seq, limit: self._stored(opening.call_id, from_seq, limit),
            kept=EPHEMERAL_KEPT if opening.ephemeral else KEPT,
        )
        outlet = Outlet(row, hub, None if opening.ephemeral else self._writer, self.tally)
        return self._voice.open(
            analysis,
            opening,
            policy,
            outlet,
            transferred=self._followers.call_began,
            ended=self._ended,
        )

    def _over(self, call_id: str, from_seq: int) -> StoredReader:
        row = self._store.call(call_id)
        if row is None:
            raise KeyError(call_id)
        return StoredReader(row, from_seq, lambda seq, limit: self._stored(call_id, seq, limit))

    def _stored(self, call_id: str, from_seq: int, limit: int) -> Sequence[Envelope]:
        return [
            Envelope(event.seq, event_envelope(call_id, iso(event.stamped_at), event.body))
            for event in self._store.events(call_id, from_seq=from_seq, limit=limit)
        ]

    def _ended(self, call: FloorCall) -> None:
        if self._lane is not None:
            self._lane.watch(call.call_id, False)
        with self._lock:
            self._unstored.append(call)
        self._closer.submit(self._close)

    def _close(self) -> None:
        """Wait, on a thread that holds up nobody, until the calls that are over are stored."""
        with self._lock:
            calls, self._unstored = self._unstored, []
        if not calls:
            return
        try:
            self._writer.flush(STORED_S)
        except Exception as error:
            log.error("%d calls that are over may not be stored: %s", len(calls), error)
        for call in calls:  # from here on they are read from the store
            with self._lock:
                self._calls.pop(call.call_id, None)
            call.closed()
        self._tidy.call_ended()


def _exists(opening: Opening) -> Refusal:
    return Refusal("call_exists", f"there is a call {opening.call_id} already")
