"""First guesses at what is being said: for screens, while somebody watches a call.

An utterance that has not ended is heard again from its start every second; what two hypotheses in
a row agree on is shown. The coach never sees it, and the final words take its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from coaching.session import CallSession
from models.transcriber import Transcript
from voice.events import UtteranceEnded, WordsFinal, WordsPartial
from voice.guards import guarded
from voice.pipeline import OpenUtterance
from voice.redact import mask_partial
from voice.writing import written

from .agreement import LocalAgreement
from .desk import Answer
from .finals import LIKELY_OVER_S, words_of
from .languages import Languages
from .ports import Transcribing
from .schedule import PARTIAL_GAP_S

LEAST_S = 1.0
"""How long an utterance must have gone on: of less there is nothing to agree on."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An utterance as it was when its words were asked for."""

    so_far: UtteranceEnded
    answer: Future[Answer]


class Partials:
    """The partials of one call that somebody watches; to be closed when nobody does any more.

    Parameters
    ----------
    session, lane, call_id, languages, hotwords
        As for :class:`~server.lane.finals.Finals`.
    """

    def __init__(
        self,
        session: CallSession,
        lane: Transcribing,
        *,
        call_id: str,
        languages: Languages,
        hotwords: str | None = None,
    ) -> None:
        self._session = session
        self._lane = lane
        self._call_id = call_id
        self._languages = languages
        self._hotwords = hotwords
        self._asked: list[_Asked] = []
        self._asked_at_s: dict[int | None, float] = {}  # by track
        self._agreement: dict[int | None, LocalAgreement] = {}
        self._shown: dict[int | None, tuple[str, str]] = {}  # by track: utterance and text
        lane.watch(call_id, True)

    def look(self) -> list[WordsPartial]:
        """Tell what is new, and ask again if it is time to; to be called after every tick.

        Returns
        -------
        list
            Texts of utterances that go on, each from its beginning, with numbers masked.
        """
        going_on = self._session.open_utterances()
        told = list(self._told({open_.ended.utterance_id for open_ in going_on}))
        last_s = max(self._asked_at_s.values(), default=-PARTIAL_GAP_S)
        if self._session.now_s - last_s >= PARTIAL_GAP_S - 1e-9:
            self._ask(going_on)
        return told

    def close(self) -> None:
        """Ask for nothing more. Idempotent."""
        self._lane.watch(self._call_id, False)
        for asked in self._asked:
            asked.answer.cancel()
        self._asked.clear()

    def _ask(self, going_on: Sequence[OpenUtterance]) -> None:
        """Ask for the words of the track that has waited longest."""
        due = [
            open_.ended
            for open_ in going_on
            # where it is likely over its final words are on their way
            if open_.silence_s < LIKELY_OVER_S and open_.ended.at_s - open_.ended.start_s >= LEAST_S
        ]
        if not due:
            return
        so_far = min(due, key=lambda ended: self._asked_at_s.get(ended.track, -1.0))
        self._asked_at_s[so_far.track] = self._session.now_s
        answer = self._lane.submit(
            self._call_id,
            so_far.utterance_id,
            self._session.open_audio(so_far.utterance_id),
            self._languages.of(so_far.track),
            kind="partial",
            hotwords=self._hotwords,
        )
        self._asked.append(_Asked(so_far, answer))

    def _told(self, going_on: Collection[str]) -> Iterator[WordsPartial]:
        waiting: list[_Asked] = []
        for asked in self._asked:
            if asked.so_far.utterance_id not in going_on:
                asked.answer.cancel()
            elif not asked.answer.done():
                waiting.append(asked)
            elif isinstance(answer := asked.answer.result(), Transcript):
                yield from self._agreed(asked.so_far, answer)
        self._asked = waiting

    def _agreed(self, so_far: UtteranceEnded, answer: Transcript) -> Iterator[WordsPartial]:
        said = words_of(so_far, answer)
        said = guarded(said, so_far.speech_s) if isinstance(said, WordsFinal) else said
        words = said.words if isinstance(said, WordsFinal) else ()
        agreement = self._agreement.setdefault(so_far.track, LocalAgreement())
        agreed = agreement.hear(so_far.utterance_id, [word.text for word in words])
        text = mask_partial(written(agreed))
        shown = so_far.utterance_id, text
        if not text or self._shown.get(so_far.track) == shown:
            return
        self._shown[so_far.track] = shown
        yield WordsPartial(
            at_s=so_far.at_s,
            known_at_s=self._session.now_s,
            track=so_far.track,
            role=so_far.role,
            utterance_id=so_far.utterance_id,
            start_s=so_far.start_s,
            text=text,
            engine=answer.engine,
        )
