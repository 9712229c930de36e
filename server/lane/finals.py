"""The final words of one call: its utterances go to the lane, early where they are likely over.

That an utterance has ended is known 0.7 s after it has. Most that are silent for half of that are
over already, so live they are handed in then, sound and all, as they will be if nothing more is
said. If something is, the words are not wanted: no event depends on this, only when words come.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from coaching.session import CallSession, Logged
from models.transcriber import Samples, Transcript
from voice.events import Language, UtteranceEnded, Word, WordsFinal, WordsMissing

from .desk import Answer
from .languages import Languages
from .ports import Transcribes

LIKELY_OVER_S = 0.4
"""Silence after which an utterance is likely over. Of what the bundled calls then hand in a seventh
goes on (``tests/benchmarks/words.py`` prints it); after 0.35 s it is more than a quarter."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """An utterance that was handed in before its end was certain."""

    ended: UtteranceEnded
    language: Language | None
    answer: Future[Answer]

    def right(self, ended: UtteranceEnded, language: Language | None) -> bool:
        """Whether this is what was handed in, whenever and why it is known to have ended."""
        known = replace(ended, known_at_s=self.ended.known_at_s, reason=self.ended.reason)
        # a cut ends the sound at once
        return ended.reason != "cut" and known == self.ended and language == self.language


class Finals:
    """Hands in the utterances of one call.

    Parameters
    ----------
    session
        The call, with ``words`` in its setup.
    lane
        Shared by all calls.
    call_id
        Unique among the calls that the lane has at a time.
    languages
        Of the call; partials may share it.
    hotwords
        See :meth:`models.transcriber.Transcriber.transcribe`.
    """

    def __init__(
        self,
        session: CallSession,
        lane: Transcribes,
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
        self._guesses: dict[str, _Guess] = {}

    def submit(self, told: Iterable[Logged]) -> list[tuple[UtteranceEnded, Future[Answer]]]:
        """Hand in the utterances that have ended.

        Parameters
        ----------
        told
            Every event of the session, in order, as its methods give them.

        Returns
        -------
        list
            The utterances among them, each with its answer to be.
        """
        asked = []
        for logged in told:
            event = logged.event
            if isinstance(event, UtteranceEnded):
                asked.append((event, self._final(event)))
            elif isinstance(event, WordsFinal):
                self._languages.hear(event)
        return asked

    def guess(self) -> None:
        """Hand in what is likely over; to be called after :meth:`submit`, where sound is live."""
        likely = {
            open_.ended.utterance_id: open_.ended
            for open_ in self._session.open_utterances()
            if open_.silence_s >= LIKELY_OVER_S
        }
        for name, guess in list(self._guesses.items()):
            if name not in likely or not guess.right(likely[name], guess.language):
                self._guesses.pop(name).answer.cancel()
        for name, ended in likely.items():
            if name not in self._guesses:
                language = self._languages.of(ended.track)
                answer = self._ask(name, self._session.open_audio(name), language)
                self._guesses[name] = _Guess(ended, language, answer)

    def _final(self, ended: UtteranceEnded) -> Future[Answer]:
        name, language = ended.utterance_id, self._languages.of(ended.track)
        sound = self._session.take_audio(name)
        guess = self._guesses.pop(name, None)
        if guess is not None:
            if guess.right(ended, language):
                return guess.answer
            guess.answer.cancel()
        return self._ask(name, sound, language)

    def _ask(self, name: str, sound: Samples, language: Language | None) -> Future[Answer]:
        return self._lane.submit(self._call_id, name, sound, language, hotwords=self._hotwords)


def words_of(utterance: UtteranceEnded, answer: Answer) -> WordsFinal | WordsMissing:
    """What the lane says of an utterance, as a fact; its times count from the start of the call."""
    if not isinstance(answer, Transcript):
        return WordsMissing(
            at_s=utterance.at_s,
            known_at_s=utterance.known_at_s,
            track=utterance.track,
            role=utterance.role,
            utterance_id=utterance.utterance_id,
            reason=answer.reason,
        )
    first_s = utterance.sound_start_s
    return WordsFinal(
        at_s=utterance.at_s,
        known_at_s=utterance.known_at_s,
        track=utterance.track,
        role=utterance.role,
        utterance_id=utterance.utterance_id,
        start_s=utterance.start_s,
        words=tuple(
            Word(
                start_s=round(first_s + word.start_s, 3),
                end_s=round(first_s + word.end_s, 3),
                text=word.text,
                probability=word.probability,
            )
            for word in answer.words
        ),
        text=answer.text,
        language=answer.language,
        engine=answer.engine,
    )
