"""A live call's words: utterances go to the lane, answers come back when they come.

Nothing here waits. The lane answers on a thread of its own; the answer is kept until the call's
next turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from coaching.session import CallSession, Logged
from voice.events import Language, UtteranceEnded, WordsMissing, WordsPartial

from ..lane.desk import Answer
from ..lane.finals import Finals, words_of
from ..lane.languages import Languages
from ..lane.partials import Partials
from ..lane.ports import Transcribing


class LiveWords:
    """Brings a session its words.

    Parameters
    ----------
    session
        With ``words`` in its setup.
    lane
        Shared by all calls.
    call_id, hotwords
        See :class:`~server.lane.finals.Finals`.
    language
        Of the call; ``None`` to have it heard, channel by channel.
    early
        Whether to hand in what is likely over (:meth:`~server.lane.finals.Finals.guess`), and to
        tell partials: where sound does not wait for words.
    arrived
        Called, from any thread, when an answer is there for :meth:`deliver`.
    """

    def __init__(
        self,
        session: CallSession,
        lane: Transcribing,
        *,
        call_id: str,
        language: Language | None,
        hotwords: str | None,
        early: bool,
        arrived: Callable[[], None],
    ) -> None:
        self._session = session
        self._early = early
        self._arrived = arrived
        languages = Languages(language)
        self._finals = Finals(
            session, lane, call_id=call_id, languages=languages, hotwords=hotwords
        )
        self._open_partials: Callable[[], Partials] = lambda: Partials(
            session, lane, call_id=call_id, languages=languages, hotwords=hotwords
        )
        self._partials: Partials | None = None
        self._open: dict[str, tuple[UtteranceEnded, Future[Answer]]] = {}
        self._answered: deque[str] = deque()
        self._refused: str | None = None

    @property
    def arrived(self) -> bool:
        """Whether there is something to deliver."""
        return bool(self._answered)

    def take(self, told: Sequence[Logged]) -> None:
        """Ask for the words of what has just ended; takes every event of the session."""
        if self._refused is not None:
            for logged in told:
                if isinstance(logged.event, UtteranceEnded):
                    self._session.take_audio(logged.event.utterance_id)  # and nobody hears it
                    self._session.words(_missing(logged.event, self._refused))
            return
        for utterance, answer in self._finals.submit(told):
            name = utterance.utterance_id
            self._open[name] = utterance, answer
            answer.add_done_callback(partial(self._has_come, name))
        if self._early:
            self._finals.guess()

    def look(self, *, watched: bool) -> list[WordsPartial]:
        """Tell first guesses that are new, while somebody watches; to be called after each tick."""
        if not self._early or not watched or self._refused is not None:
            self.hush()
            return []
        if self._partials is None:
            self._partials = self._open_partials()
        return self._partials.look()

    def hush(self) -> None:
        """Nobody wants first guesses any more. Idempotent."""
        if self._partials is not None:
            self._partials.close()
            self._partials = None

    def deliver(self) -> None:
        """Hand the session all words that are there."""
        while self._answered:
            utterance, answer = self._open.pop(self._answered.popleft(), (None, None))
            if utterance is None or answer is None:
                continue
            if self._refused is not None:
                self._session.words(_missing(utterance, self._refused))
            else:
                self._session.words(words_of(utterance, answer.result()))

    def refuse(self, reason: str) -> None:
        """From now on no words are wanted: what is awaited is missing for this reason."""
        self._refused = reason
        self.hush()
        for _, answer in self._open.values():
            answer.cancel()
        self._answered.extend(self._open)
        self._arrived()

    def _has_come(self, name: str, _: Future[Answer]) -> None:
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
