"""From the sound of all tracks to ordered facts.

Whatever blocks come in, the pipeline works in ticks of 100 ms aligned to the first sample, so
that chunking cannot matter, and everything it knows becomes known at a tick.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from .channels import SameSound
from .clock import RATE, TICK, TICKS_PER_S
from .conversation import Conversation
from .events import (
    BaselineReset,
    Degraded,
    Fact,
    LostAudio,
    ProsodyWindow,
    Role,
    SpeechEnded,
    SpeechStarted,
    UtteranceEnded,
)
from .losses import Loss, Losses
from .resample import double_rate
from .track import WINDOW_S, Heard, Track
from .utterances import Utterance
from .vad import Vad

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]

HOP_TICKS = 5
"""Ticks from one prosody window to the next (0.5 s)."""
_AHEAD = 20  # ticks judged at once; more would save little


@dataclass(frozen=True, slots=True)
class OpenUtterance:
    """An utterance that goes on.

    Attributes
    ----------
    ended
        What will be told of it if nothing more is said.
    silence_s
        For how long nothing has been said; 0 while somebody speaks.
    """

    ended: UtteranceEnded
    silence_s: float


class VoicePipeline:
    """Hears a call.

    Parameters
    ----------
    roles
        Who speaks on each track: one or two of ``caller``, ``agent``, ``unknown``.
    keep_audio
        Whether to keep each utterance's sound until it is taken (:meth:`take_audio`).
    """

    def __init__(self, roles: Sequence[Role], *, keep_audio: bool = False) -> None:
        self._tracks = [Track(index, role) for index, role in enumerate(roles)]
        self._losses = [Losses() for _ in roles]
        self._vad = Vad(len(roles))
        self._judged: deque[Samples] = deque()  # speech of the ticks that wait
        self._conversation = Conversation(roles)
        self._same = SameSound() if len(self._tracks) == 2 else None
        self._waiting: Samples = np.zeros((len(roles), 0), np.float32)
        self._waiting_lost: Mask = np.zeros((len(roles), 0), np.bool_)
        self._audio: dict[str, Samples] | None = {} if keep_audio else None
        self._samples = 0
        self._ticks = 0

    @property
    def now_s(self) -> float:
        """Media time of the last tick, in seconds: a multiple of 0.1."""
        return round(self._ticks / TICKS_PER_S, 1)

    @property
    def speaking(self) -> list[int]:
        """Tracks on which somebody speaks, as far as is certain."""
        return [track.index for track in self._tracks if track.speaking]

    @property
    def heard_s(self) -> float:
        """Length of what has been heard, in seconds."""
        return self._samples / RATE

    def hold(self, on: bool) -> None:
        """On hold nobody is silent: no silence is told, and none goes on across it."""
        self._conversation.deafen(self.heard_s, on)

    def take(self, block: Samples, lost: Mask | None = None) -> None:
        """Queue samples; :meth:`tick` works them off.

        Parameters
        ----------
        block : np.ndarray [shape=(tracks, n), dtype=float32]
            At 8 kHz, in [-1, 1].
        lost : np.ndarray [shape=(tracks, n), dtype=bool], optional
            Samples that never arrived; what stands in ``block`` for them is ignored.

        Raises
        ------
        ValueError
            If the block has another number of tracks than the call, or holds no numbers.
        """
        if block.ndim != 2 or block.shape[0] != len(self._tracks):
            raise ValueError(f"a block of {len(self._tracks)} tracks is due, not {block.shape}")
        if lost is None:
            lost = np.zeros(block.shape, np.bool_)
        elif lost.any():
            block = np.where(lost, np.float32(0), block)
        if not np.isfinite(block).all():
            raise ValueError("samples must be finite")
        self._waiting = np.concatenate([self._waiting, block.astype(np.float32)], axis=1)
        self._waiting_lost = np.concatenate([self._waiting_lost, lost], axis=1)

    def ready(self) -> bool:
        """Whether a whole tick is waiting."""
        return bool(self._waiting.shape[1] >= TICK)

    def tick(self) -> list[Fact]:
        """Work off one tick: the facts that it makes known, in order."""
        if not self._judged:
            self._judge_ahead()
        facts = self._hear()
        if self._ticks % HOP_TICKS == 0:
            facts += self._measure()
        return facts

    def finish(self) -> list[Fact]:
        """Hear what is left, in a last and shorter tick, and end everything that is open."""
        facts = self._hear()
        for track, losses in zip(self._tracks, self._losses, strict=True):
            facts += self._tell_losses(track, losses.finish())
        rest = self._vad.flush()
        facts += self._tell([track.finish(rest[track.index]) for track in self._tracks])
        return facts + self._conversation.finish(self.heard_s, self.now_s)

    def take_audio(self, utterance_id: str) -> Samples:
        """Hand over the sound of an utterance, once.

        Returns
        -------
        np.ndarray [shape=(n,), dtype=float32]
            At 16 kHz, with 0.2 s before and after where the call has it.

        Raises
        ------
        KeyError
            If there is no such utterance, it was taken, or audio is not kept.
        """
        if self._audio is None:
            raise KeyError(utterance_id)
        return double_rate(self._audio.pop(utterance_id))

    def open_utterances(self) -> list[OpenUtterance]:
        """Utterances that go on, at most one a track. Asking changes nothing."""
        found = []
        for track in self._tracks:
            if (open_ := track.open_utterance()) is not None:
                found.append(OpenUtterance(self._ended(track, open_[0]), open_[1]))
        return found

    def open_audio(self, utterance_id: str) -> Samples:
        """Copy the sound of an utterance that goes on. Asking changes nothing.

        Returns
        -------
        np.ndarray [shape=(n,), dtype=float32]
            At 16 kHz, from 0.2 s before it to 0.2 s after its speech, as far as that is heard.
            From 0.2 s of silence on it is, to the bit, what :meth:`take_audio` will give if
            nothing more is said.

        Raises
        ------
        KeyError
            If no such utterance goes on.
        """
        for track in self._tracks:
            open_ = track.open_utterance()
            if open_ is not None and open_[0].utterance_id == utterance_id:
                return double_rate(track.cut_out(open_[0]))
        raise KeyError(utterance_id)

    def _judge_ahead(self) -> None:
        """Find the speech of all ticks that wait at once, which is cheaper and changes nothing."""
        ticks = min(self._waiting.shape[1] // TICK, _AHEAD)
        ahead = slice(0, ticks * TICK)
        self._judged.extend(
            self._vad.feed_ticks(self._waiting[:, ahead], self._waiting_lost[:, ahead], ticks)
        )

    def _hear(self) -> list[Fact]:
        block, self._waiting = self._waiting[:, :TICK], self._waiting[:, TICK:]
        lost, self._waiting_lost = self._waiting_lost[:, :TICK], self._waiting_lost[:, TICK:]
        self._samples += block.shape[1]
        self._ticks += 1
        facts: list[Fact] = []
        for track, losses in zip(self._tracks, self._losses, strict=True):
            facts += self._tell_losses(track, losses.feed(lost[track.index]))
        speech = self._judged.popleft() if self._judged else self._vad.feed(block, lost)
        heard = [
            track.hear(block[track.index], lost[track.index], speech[track.index])
            for track in self._tracks
        ]
        facts += self._tell(heard)
        facts += self._compare(block)
        facts += self._conversation.tell(self.now_s)
        return facts

    def _tell(self, heard: Sequence[Heard]) -> Iterable[Fact]:
        for track, new in zip(self._tracks, heard, strict=True):
            for edge in new.edges:
                self._conversation.edge(track.index, edge)
                if edge.kind == "start":
                    yield SpeechStarted(
                        at_s=round(edge.at_s, 3),
                        known_at_s=self.now_s,
                        track=track.index,
                        role=track.role,
                    )
                else:
                    yield SpeechEnded(
                        at_s=round(edge.at_s, 3),
                        known_at_s=self.now_s,
                        track=track.index,
                        role=track.role,
                        start_s=round(edge.start_s, 3),
                    )
            for utterance in new.utterances:
                if self._audio is not None:
                    self._audio[utterance.utterance_id] = track.cut_out(utterance)
                yield self._ended(track, utterance)

    def _ended(self, track: Track, utterance: Utterance) -> UtteranceEnded:
        return UtteranceEnded(
            at_s=round(utterance.end_s, 3),
            known_at_s=self.now_s,
            track=track.index,
            role=track.role,
            utterance_id=utterance.utterance_id,
            start_s=round(utterance.start_s, 3),
            sound_start_s=round(utterance.sound_start_s, 3),
            speech_s=round(track.speech_s(utterance), 3),
            reason=utterance.reason,
        )

    def _tell_losses(self, track: Track, losses: Sequence[Loss]) -> Iterable[Fact]:
        for loss in losses:
            self._conversation.deafen(loss.end_s if loss.over else loss.start_s, not loss.over)
            if loss.over:
                yield LostAudio(
                    at_s=round(loss.end_s, 3),
                    known_at_s=self.now_s,
                    track=track.index,
                    role=track.role,
                    start_s=round(loss.start_s, 3),
                )

    def _compare(self, block: Samples) -> Iterable[Fact]:
        if self._same is not None and self.speaking and self._same.hear(block):
            yield Degraded(at_s=self.now_s, known_at_s=self.now_s, reason="identical_channels")

    def _measure(self) -> Iterable[Fact]:
        for track in self._tracks:
            other = next((t for t in self._tracks if t is not track), None)
            measures = track.measure(other)
            if measures is None:
                continue
            start_s = max(0.0, round(self.now_s - WINDOW_S, 1))
            yield ProsodyWindow(
                at_s=self.now_s,
                known_at_s=self.now_s,
                track=track.index,
                role=track.role,
                start_s=start_s,
                **asdict(measures),
            )
            f0_st, tilt_db = measures.f0_median_st, measures.tilt_db
            if track.change.hear(self.now_s, start_s, f0_st, tilt_db):
                yield BaselineReset(
                    at_s=self.now_s,
                    known_at_s=self.now_s,
                    track=track.index,
                    role=track.role,
                    reason="another_register",
                )
