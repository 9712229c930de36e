"""A call whose sound can wait for its words: a recording, at any speed.

No tick is heard before the words that are due by then have come, so the log does not depend on
how fast they are transcribed, nor on how fast the sound is fed.
"""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from coaching.session import CallSession, Logged
from voice.clock import TICK, TICKS_PER_S
from voice.events import Language, UtteranceEnded

from .desk import Answer
from .finals import Finals, words_of
from .languages import Languages
from .ports import Transcribes


class Lockstep:
    """Feeds a session, has its utterances transcribed, and brings it their words in time.

    Parameters
    ----------
    session
        A new call, with ``words`` in its setup.
    lane
        Shared by all calls.
    call_id
        Unique among the calls that the lane has at a time.
    language
        Of the call; ``None`` to have it heard, channel by channel.
    hotwords
        See :meth:`models.transcriber.Transcriber.transcribe`.
    """

    def __init__(
        self,
        session: CallSession,
        lane: Transcribes,
        *,
        call_id: str,
        language: Language | None,
        hotwords: str | None = None,
    ) -> None:
        self._session = session
        self._finals = Finals(
            session, lane, call_id=call_id, languages=Languages(language), hotwords=hotwords
        )
        self._open: dict[str, tuple[UtteranceEnded, Future[Answer]]] = {}

    def feed(
        self, block: NDArray[np.float32], lost: NDArray[np.bool_] | None = None
    ) -> list[Logged]:
        """Take the next samples of all tracks; see :meth:`coaching.session.CallSession.feed`."""
        told: list[Logged] = []
        # at most one tick falls into each part, and what it makes due must be here before it
        for at in range(0, block.shape[1], TICK):
            self._await(self._session.now_s + 1 / TICKS_PER_S)
            part = slice(at, at + TICK)
            told += self._told(
                self._session.feed(block[:, part], None if lost is None else lost[:, part])
            )
        return told

    def finish(self) -> list[Logged]:
        """End the call once all its words are there; see :meth:`CallSession.finish`."""
        self._await(self._session.now_s + 1 / TICKS_PER_S)
        told = self._told(self._session.end_audio())
        self._await(float("inf"))
        return told + self._session.finish()

    def _told(self, told: list[Logged]) -> list[Logged]:
        for utterance, answer in self._finals.submit(told):
            self._open[utterance.utterance_id] = utterance, answer
        return told

    def _await(self, until_s: float) -> None:
        for utterance_id in self._session.awaited(until_s):
            utterance, answer = self._open.pop(utterance_id)
            self._session.words(words_of(utterance, answer.result()))
