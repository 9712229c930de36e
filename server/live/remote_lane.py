"""The server's lane as a voice process sees it, and the other end of that in the server."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import count

from models.transcriber import Language, Samples

from ..lane.desk import Answer
from ..lane.ports import Transcribing
from ..lane.schedule import Kind
from .messages import Answered, Ask, FromVoice, TakeBack, ToVoice, Watch


class RemoteLane:
    """In the voice process; used by its one thread. See :class:`server.lane.client.Lane`.

    Parameters
    ----------
    send
        Takes messages to the server.
    """

    def __init__(self, send: Callable[[FromVoice], None]) -> None:
        self._send = send
        self._numbers = count(1)
        self._open: dict[int, Future[Answer]] = {}

    def submit(
        self,
        call_id: str,
        utterance_id: str,
        samples: Samples,
        language: Language | None,
        *,
        kind: Kind = "final",
        hotwords: str | None = None,
        deadline_s: float | None = None,
    ) -> Future[Answer]:
        """Ask for the words of an utterance."""
        number = next(self._numbers)
        answer: Future[Answer] = Future()
        self._open[number] = answer
        self._send(
            Ask(number, call_id, utterance_id, samples, language, kind, hotwords, deadline_s)
        )
        answer.add_done_callback(partial(self._done, number))
        return answer

    def watch(self, call_id: str, on: bool) -> None:
        """Somebody watches a call from now on, or nobody."""
        self._send(Watch(call_id, on))

    def answered(self, message: Answered) -> None:
        """The lane has answered."""
        answer = self._open.get(message.number)
        if answer is not None:  # it was not taken back meanwhile
            answer.set_result(message.answer)

    def _done(self, number: int, answer: Future[Answer]) -> None:
        del self._open[number]
        if answer.cancelled():
            self._send(TakeBack(number))


class LaneDesk:
    """In the server: hands in what one voice process asks for, and sends the answers.

    Parameters
    ----------
    lane
        The server's.
    send
        Takes messages to the voice process, from any thread.
    """

    def __init__(self, lane: Transcribing, send: Callable[[ToVoice], None]) -> None:
        self._lane = lane
        self._send = send
        self._asked: dict[int, Future[Answer]] = {}

    def ask(self, ask: Ask) -> None:
        """Hand an utterance in."""
        answer = self._lane.submit(
            ask.call_id,
            ask.utterance_id,
            ask.samples,
            ask.language,
            kind=ask.kind,
            hotwords=ask.hotwords,
            deadline_s=ask.deadline_s,
        )
        self._asked[ask.number] = answer
        answer.add_done_callback(partial(self._answered, ask.number))

    def take_back(self, number: int) -> None:
        """The process does not want it any more."""
        if (answer := self._asked.pop(number, None)) is not None:
            answer.cancel()

    def watch(self, call_id: str, on: bool) -> None:
        """Somebody watches a call from now on, or nobody."""
        self._lane.watch(call_id, on)

    def close(self) -> None:
        """The process is gone: nobody waits any more."""
        for number in list(self._asked):
            self.take_back(number)

    def _answered(self, number: int, answer: Future[Answer]) -> None:
        if not answer.cancelled():
            self._asked.pop(number, None)
            self._send(Answered(number, answer.result()))
