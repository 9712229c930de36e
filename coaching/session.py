"""One call from its first sample to its last word: the core that every driver drives.

Live, review and archive differ in who brings the sound, how it is paced and who takes the events;
what happens in between is this class and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voice.clock import TICKS_PER_S
from voice.events import (
    CallEnded,
    CallStarted,
    Degraded,
    Fact,
    Hold,
    Language,
    Paused,
    Pressed,
    PressedKey,
    Role,
    UtteranceEnded,
    WordsFinal,
    WordsMissing,
)
from voice.pipeline import OpenUtterance, VoicePipeline
from voice.word_release import WordRelease

from .advice import Advice
from .coach import Coach
from .conversation import Direction
from .playbook import Playbook
from .thresholds import Thresholds
from .understood import Understanding, understood_by

ENGINE = "calmline-voice/1"
"""Changes whenever the same sound would give other facts."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An event in its place in the call's log."""

    seq: int
    event: Fact | Advice


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSetup:
    """What is known of a call before its first sample.

    Attributes
    ----------
    roles
        Who speaks on each track.
    words
        Whether utterances are transcribed; their sound is then kept until it is taken.
    demo_words
        Whether they are transcribed by a model that does not know the call: shown, never scored.
    shadow, holdout, direction
        See :class:`~coaching.coach.Coach`.
    understanding
        The classifier of wording of the call's language, shared by all calls; without it the
        phrases of the playbook alone count.
    """

    call_id: str
    roles: tuple[Role, ...]
    language: Language
    playbook: Playbook
    thresholds: Thresholds
    words: bool = False
    demo_words: bool = False
    shadow: bool = False
    holdout: float = 0.0
    direction: Direction = "inbound"
    understanding: Understanding | None = None


class CallSession:
    """Takes sound, words and key presses; gives facts and advice, in order.

    Log order is ``(known_at_s, seq)``; what one tick makes known comes in this order: facts of
    the voice, words, keys, then the advice that follows from them.
    """

    def __init__(self, setup: CallSetup) -> None:
        self._setup = setup
        self._voice = VoicePipeline(setup.roles, keep_audio=setup.words)
        self._coach = Coach(
            setup.roles,
            setup.language,
            setup.playbook,
            setup.thresholds,
            call_id=setup.call_id,
            shadow=setup.shadow,
            holdout=setup.holdout,
            direction=setup.direction,
        )
        self._seq = 0
        self._ticks = 0
        self._words = WordRelease()
        self._noted: list[Fact] = []  # what came from outside since the last tick
        self._audio_over = self._over = False
        self._opening: list[Fact] = list(_opening(setup))

    @property
    def now_s(self) -> float:
        """Media time of the last tick, in seconds."""
        return round(self._ticks / TICKS_PER_S, 1)

    def feed(
        self, block: NDArray[np.float32], lost: NDArray[np.bool_] | None = None
    ) -> list[Logged]:
        """Take the next samples of all tracks.

        Parameters
        ----------
        block : np.ndarray [shape=(tracks, n), dtype=float32]
            At 8 kHz, in [-1, 1], any length.
        lost : np.ndarray [shape=(tracks, n), dtype=bool], optional
            Samples that never arrived.

        Raises
        ------
        RuntimeError
            After :meth:`end_audio`.
        ValueError
            If the block is not of this call's shape.
        """
        if self._audio_over:
            raise RuntimeError("the audio of this call has ended")
        self._voice.take(block, lost)
        told = self._open()
        while self._voice.ready():
            told += self._tick(self._voice.tick())
        return told

    def words(self, final: WordsFinal | WordsMissing) -> None:
        """Take the words of an utterance; they are told at the tick when they are due.

        Raises
        ------
        KeyError
            If no words of that utterance are awaited (unknown, or already here).
        """
        self._words.take(final)

    def awaited(self, until_s: float) -> list[str]:
        """Utterances whose words are due by ``until_s`` and have not come.

        A driver in lockstep feeds no sound past the first of them.
        """
        return self._words.awaited(until_s)

    def take_audio(self, utterance_id: str) -> NDArray[np.float32]:
        """Sound of an utterance, once; see :meth:`~voice.pipeline.VoicePipeline.take_audio`."""
        return self._voice.take_audio(utterance_id)

    def open_utterances(self) -> list[OpenUtterance]:
        """What is being said; see :meth:`~voice.pipeline.VoicePipeline.open_utterances`."""
        return [] if self._audio_over else self._voice.open_utterances()

    def open_audio(self, utterance_id: str) -> NDArray[np.float32]:
        """Sound of what is being said; see :meth:`~voice.pipeline.VoicePipeline.open_audio`."""
        return self._voice.open_audio(utterance_id)

    def press(self, key: PressedKey, cue_id: str | None = None) -> None:
        """Take a key that the agent pressed; it is told at the next tick."""
        self._note(Pressed(at_s=self.now_s, known_at_s=self.now_s, key=key, cue_id=cue_id))

    def hold(self, on: bool) -> None:
        """The call goes on hold, or comes back."""
        self._voice.hold(on)
        self._note(Hold(at_s=self.now_s, known_at_s=self.now_s, on=on))

    def pause(self, on: bool) -> None:
        """Analysis pauses or goes on; while it does, the driver feeds lost samples."""
        self._note(Paused(at_s=self.now_s, known_at_s=self.now_s, on=on))

    def end_audio(self) -> list[Logged]:
        """No more sound will come: hear what is left and end the last utterance. Idempotent."""
        if self._audio_over:
            return []
        self._audio_over = True
        return self._open() + self._tick(self._voice.finish())

    def finish(self) -> list[Logged]:
        """End the call. Idempotent.

        Raises
        ------
        RuntimeError
            If the words of an utterance are still awaited: bring them, or ``WordsMissing``.
        """
        told = self.end_audio()
        if self._over:
            return told
        if awaited := self._words.awaited():
            raise RuntimeError(f"words of {len(awaited)} utterances are still awaited")
        while self._words.pending:
            told += self._tick([])
        self._noted += self._understood(self._words.finish(self.now_s))
        self._note(CallEnded(at_s=round(self._voice.heard_s, 3), known_at_s=0.0))
        self._over = True
        return told + self._tick([])

    def _open(self) -> list[Logged]:
        facts, self._opening = self._opening, []
        return self._log(0.0, facts) if facts else []

    def _tick(self, heard: Sequence[Fact]) -> list[Logged]:
        self._ticks += 1
        now_s = self.now_s
        for fact in heard:
            if self._setup.words and isinstance(fact, UtteranceEnded):
                self._words.expect(fact)
        speaking = () if self._audio_over else self._voice.speaking
        facts = [*heard, *self._understood(self._words.tell(now_s, speaking))]
        facts += [replace(fact, known_at_s=now_s) for fact in self._noted]
        self._noted.clear()
        return self._log(now_s, facts)

    def _log(self, now_s: float, facts: Sequence[Fact]) -> list[Logged]:
        events: list[Fact | Advice] = [*facts, *self._coach.tick(now_s, facts)]
        first = self._seq + 1
        self._seq += len(events)
        return [Logged(first + place, event) for place, event in enumerate(events)]

    def _understood(self, told: Iterable[Fact]) -> Iterator[Fact]:
        """Tell behind each utterance's words what the classifier takes them to mean."""
        understanding = None if self._setup.demo_words else self._setup.understanding
        for fact in told:
            yield fact
            if understanding is not None and isinstance(fact, WordsFinal):
                meant = understood_by(understanding, fact)
                if meant is not None:
                    yield meant

    def _note(self, fact: Fact) -> None:
        if self._over:
            raise RuntimeError("this call has ended")
        self._noted.append(fact)


def _opening(setup: CallSetup) -> Iterator[Fact]:
    yield CallStarted(
        at_s=0.0,
        known_at_s=0.0,
        roles=setup.roles,
        language=setup.language,
        words=setup.words,
        engine=ENGINE,
    )
    if len(setup.roles) == 1:
        yield Degraded(at_s=0.0, known_at_s=0.0, reason="mono")
    elif "caller" not in setup.roles:
        yield Degraded(at_s=0.0, known_at_s=0.0, reason="unknown_role")
    if not setup.words:
        yield Degraded(at_s=0.0, known_at_s=0.0, reason="voice_only")
    elif setup.demo_words:
        yield Degraded(at_s=0.0, known_at_s=0.0, reason="demo_words")
