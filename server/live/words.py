"""A live call's words: utterances go to the lane, answers come back when they come.

Nothing here waits. The lane answers on a thread of its own; the answer is kept until the call's
next turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from coaching.session import CallSession, Logged
from voice.events import Language, UtteranceEnded, WordsMissing

from ..lane.client import Lane
from ..lane.desk import Answer
from ..lane.lockstep import words_of


class LiveWords:
    """Brings a session its words.

    Parameters
    ----------
    session
        With ``words`` in its setup.
    lane
        Shared by all calls.
    call_id, language, hotwords
        See :class:`~server.lane.lockstep.Lockstep`.
    arrived
        Called, from any thread, when an answer is there for :meth:`deliver`.
    """

    def __init__(
        self,
        session: CallSession,
        lane: Lane,
        *,
        call_id: str,
        language: Language | None,
        hotwords: str | None,
        arrived: Callable[[], None],
    ) -> None:
        self._session = session
        self._lane = lane
        self._call_id = call_id
        self._language = language
        self._hotwords = hotwords
        self._arrived = arrived
        self._open: dict[str, tuple[UtteranceEnded, Future[Answer]]] = {}
        self._answered: deque[str] = deque()
        self._refused: str | None = None

    @property
    def arrived(self) -> bool:
        """Whether there is something to deliver."""
        return bool(self._answered)

    def submit(self, told: Sequence[Logged]) -> None:
        """Ask for the words of what has just ended."""
        for logged in told:
            if isinstance(logged.event, UtteranceEnded):
                self._ask(logged.event)

    def deliver(self) -> None:
        """Hand the session all words that are there."""
        while self._answered:
            utterance, future = self._open.pop(self._answered.popleft(), (None, None))
            if utterance is None or future is None:
                continue
            if self._refused is not None:
                self._session.words(_missing(utterance, self._refused))
            else:
                self._session.words(words_of(utterance, future.result()))

    def refuse(self, reason: str) -> None:
        """From now on no words are wanted: what is awaited is missing for this reason."""
        self._refused = reason
        for name in tuple(self._open):
            if name not in self._answered:
                self._answered.append(name)
        self._arrived()

    def _ask(self, utterance: UtteranceEnded) -> None:
        name = utterance.utterance_id
        sound = self._session.take_audio(name)
        if self._refused is not None:
            self._session.words(_missing(utterance, self._refused))
            return
        future = self._lane.submit(
            self._call_id, name, sound, self._language, hotwords=self._hotwords
        )
        self._open[name] = utterance, future
        future.add_done_callback(lambda _: self._has_come(name))

    def _has_come(self, name: str) -> None:
        self._answered.append(name)
        self._arrived()


def _missing(utterance: UtteranceEnded, reason: str) -> WordsMissing:
    return WordsMissing(
        at_s=utterance.at_s,
        known_at_s=utterance.known_at_s,
        track=utterance.track,
        role=utterance.role,
        utterance_id=utterance.utterance_id,
        reason=reason,
    )
