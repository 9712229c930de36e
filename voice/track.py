"""One track of a call: its speech, its prosody, its utterances, tick by tick."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .clock import RATE
from .events import Role
from .frames import HOP
from .prosody import BLOCK, SPEECH_PROBABILITY, WINDOW_FRAMES, Measures, Prosody
from .speaker_change import SpeakerChange
from .speech import Edge, SpeechStretches
from .utterances import Utterance, UtteranceCutter
from .vad import CHUNK_S, SPEECH

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]

FRAMES_PER_S = RATE // HOP
"""Prosody frames a second."""
WINDOW_S = WINDOW_FRAMES / FRAMES_PER_S
"""Length of a prosody window."""
TAIL_S = 12.0
"""Sound kept for utterances: the longest one, its padding, and VAD's delay."""

_PERIOD, _PERIOD_CHUNKS = 400, 125  # frames of 10 ms and chunks of 32 ms that are as long
# where the middle of each frame of a period, and of a window that begins in it, lies
_CHUNKS: NDArray[np.intp] = np.floor_divide(
    np.arange(_PERIOD + WINDOW_FRAMES) + 0.5, FRAMES_PER_S * CHUNK_S
).astype(np.intp)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one tick has brought on a track."""

    edges: tuple[Edge, ...] = ()
    utterances: tuple[Utterance, ...] = ()


class Track:
    """The state of one track. Fed whole ticks, so that chunking upstream cannot matter.

    Parameters
    ----------
    index
        Channel of the call, from 0.
    role
        Who speaks on it; everything but speech, rate and turns is measured for a caller only.
    """

    def __init__(self, index: int, role: Role) -> None:
        self.index = index
        self.role = role
        self._stretches = SpeechStretches()
        self._cutter = UtteranceCutter(index, self._quietest)
        self._prosody = Prosody(role)
        self.change = SpeakerChange()
        self._tail: deque[tuple[int, Samples]] = deque()  # (first sample, samples)
        self._unmeasured: list[tuple[Samples, Mask]] = []
        self._probabilities = np.zeros(int(TAIL_S / CHUNK_S), np.float32)  # of the last chunks
        self._chunks = 0
        self._samples = 0

    @property
    def heard_s(self) -> float:
        """Until when the speech of this track has been judged."""
        return self._stretches.heard_s

    @property
    def speaking(self) -> bool:
        """Whether a stretch of speech is open."""
        return self._stretches.speaking

    def hear(self, samples: Samples, lost: Mask, speech: Samples) -> Heard:
        """Take the next tick's samples, and the speech probabilities of chunks, see `voice.vad`."""
        self._unmeasured.append((samples, lost))
        self._tail.append((self._samples, samples))
        self._samples += len(samples)
        while self._tail[0][0] + len(self._tail[0][1]) < self._samples - TAIL_S * RATE:
            self._tail.popleft()
        return self._judge(speech)

    def finish(self, speech: Samples) -> Heard:
        """Take the last speech probabilities and end what is open."""
        last = self._judge(speech)
        edge = self._stretches.finish()
        if edge is None:
            return last
        edge = self._within(edge)
        utterance = self._cutter.end(edge.at_s, "end")
        return Heard((*last.edges, edge), last.utterances + ((utterance,) if utterance else ()))

    def measure(self, other: Track | None) -> Measures | None:
        """Prosody of the window that ends now; ``None`` without new speech in it."""
        end_frame = round(self._samples / RATE * FRAMES_PER_S)
        speech = self.speech_frames(end_frame)
        spoken = bool(speech[-BLOCK // HOP :].any())
        if self._unmeasured:
            blocks, masks = zip(*self._unmeasured, strict=True)
            self._unmeasured.clear()
            self._prosody.feed(np.concatenate(blocks), np.concatenate(masks), spoken=spoken)
        if not spoken:
            return None
        silent = np.zeros(WINDOW_FRAMES, np.bool_)
        return self._prosody.measure(
            end_frame, speech, other.speech_frames(end_frame) if other else silent
        )

    def speech_frames(self, end_frame: int) -> Mask:
        """Which of the 500 frames (10 ms) up to ``end_frame`` hold speech.

        The last 34 ms are judged only when their chunk is complete; until then they count as the
        chunk before them.
        """
        periods, frame = divmod(end_frame - WINDOW_FRAMES, _PERIOD)
        first = self._chunks - len(self._probabilities)
        chunks = _CHUNKS[frame : frame + WINDOW_FRAMES] + (periods * _PERIOD_CHUNKS - first)
        # what was before the call is no speech, as the probabilities are 0 at first
        flags: Mask = self._probabilities >= SPEECH_PROBABILITY
        return flags.take(chunks, mode="clip")

    def open_utterance(self) -> tuple[Utterance, float] | None:
        """The utterance that goes on, as if it had ended with its speech; and seconds since."""
        heard_s, quiet_s = self._stretches.heard_s, self._stretches.quiet_s
        end_s = heard_s if quiet_s is None else quiet_s
        utterance = self._cutter.open(end_s)
        return None if utterance is None else (utterance, heard_s - end_s)

    def speech_s(self, utterance: Utterance) -> float:
        """Seconds of a recent utterance that hold speech."""
        first = self._chunks - len(self._probabilities)
        low, high = (
            max(0, round(at_s / CHUNK_S) - first) for at_s in (utterance.start_s, utterance.end_s)
        )
        return CHUNK_S * int(np.count_nonzero(self._probabilities[low:high] >= SPEECH))

    def cut_out(self, utterance: Utterance) -> Samples:
        """What the recogniser is given of a recent utterance, at 8 kHz.

        Must be asked for before the tail has moved on, that is, when the utterance is told, or
        while it goes on: then what has not been heard yet is missing.
        """
        first, last = (
            round(utterance.sound_start_s * RATE),
            round(utterance.sound_end_s * RATE),
        )
        parts = [
            block[max(0, first - at) : max(0, last - at)]
            for at, block in self._tail
            if at < last and at + len(block) > first
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _judge(self, speech: Samples) -> Heard:
        edges: list[Edge] = []
        utterances: list[Utterance] = []
        new = len(speech)
        self._probabilities[: len(self._probabilities) - new] = self._probabilities[new:]
        self._probabilities[len(self._probabilities) - new :] = speech
        self._chunks += new
        for probability in speech.tolist():
            edge = self._stretches.process(probability)
            if edge is None:
                continue
            edge = self._within(edge)
            edges.append(edge)
            if edge.kind == "start":
                self._cutter.start(edge.at_s)
            elif (utterance := self._cutter.end(edge.at_s, "silence")) is not None:
                utterances.append(utterance)
        if (cut := self._cutter.advance(self.heard_s)) is not None:
            utterances.append(cut)
        return Heard(tuple(edges), tuple(utterances))

    def _within(self, edge: Edge) -> Edge:
        """The last chunk is padded with silence: no edge may lie beyond the sound itself."""
        return replace(edge, at_s=min(edge.at_s, self._samples / RATE))

    def _quietest(self, start_s: float, end_s: float) -> float:
        """The least speech-like moment of a stretch: no level is looked at, on any track."""
        first = self._chunks - len(self._probabilities)
        low, high = round(start_s / CHUNK_S) - first, int(end_s / CHUNK_S) - first
        between = self._probabilities[low:high]
        around = np.convolve(between, np.ones(3, np.float32), mode="same")[1:-1]
        # of equal moments the latest, which leaves most context to the words before it
        quietest = len(around) - 1 - int(np.argmin(around[::-1]))
        return (first + low + 1 + quietest + 0.5) * CHUNK_S
