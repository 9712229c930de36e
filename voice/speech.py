r"""From speech probabilities to stretches of speech: one state machine, live and in batch alike.

```
probability   ____/~~~~~~~~~~\__/~~~~~~~~~\______________
speech                |------------------|
                      ^ known 0.2 s later ^ known 0.7 s later
```
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .vad import CHUNK_S, SPEECH


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechPolicy:
    """When a stretch of speech begins and ends.

    The probabilities are Silero's own (on at 0.5, off 0.15 below); the times keep the budgets of
    0.4 s for a start and 0.9 s for an end.
    """

    on: float = SPEECH
    """Probability at which a chunk counts as speech."""
    off: float = 0.35
    """Probability under which silence begins."""
    min_speech_s: float = 0.16
    """Speech shorter than this is a click or a breath."""
    min_silence_s: float = 0.7
    """Silence that ends a stretch of speech; shorter silences are pauses inside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Speech begins (``start``) or has ended (``end``) at ``at_s``; it began at ``start_s``."""

    kind: Literal["start", "end"]
    at_s: float
    start_s: float


class SpeechStretches:
    """Follows the probabilities of one track and tells where speech starts and ends."""

    def __init__(self, policy: SpeechPolicy | None = None) -> None:
        self._policy = policy or SpeechPolicy()
        self._chunks = 0
        self._speaking = False
        self._started_s = 0.0
        self._candidate_s: float | None = None  # where speech may have begun
        self._quiet_s: float | None = None  # where silence may have begun

    @property
    def heard_s(self) -> float:
        """Seconds judged so far."""
        return self._chunks * CHUNK_S

    @property
    def speaking(self) -> bool:
        """Whether a stretch of speech is open."""
        return self._speaking

    @property
    def quiet_s(self) -> float | None:
        """Where silence began inside the open stretch, if it is silent now."""
        return self._quiet_s if self._speaking else None

    def process(self, probability: float) -> Edge | None:
        """Take the next chunk's probability; give an edge if one is certain now."""
        start_s, end_s = self._chunks * CHUNK_S, (self._chunks + 1) * CHUNK_S
        self._chunks += 1
        if self._speaking:
            return self._go_on(probability, start_s, end_s)
        return self._wait(probability, start_s, end_s)

    def finish(self) -> Edge | None:
        """End what is still open."""
        if not self._speaking:
            return None
        return self._end(self._quiet_s if self._quiet_s is not None else self.heard_s)

    def _wait(self, probability: float, start_s: float, end_s: float) -> Edge | None:
        if probability < self._policy.off:
            self._candidate_s = None
        elif self._candidate_s is None and probability >= self._policy.on:
            self._candidate_s = start_s
        if self._candidate_s is None:
            return None
        if end_s - self._candidate_s < self._policy.min_speech_s - 1e-9:
            return None
        self._speaking, self._started_s = True, self._candidate_s
        self._candidate_s = self._quiet_s = None
        return Edge(kind="start", at_s=self._started_s, start_s=self._started_s)

    def _go_on(self, probability: float, start_s: float, end_s: float) -> Edge | None:
        if probability >= self._policy.on:
            self._quiet_s = None
        elif probability < self._policy.off and self._quiet_s is None:
            self._quiet_s = start_s
        if self._quiet_s is None or end_s - self._quiet_s < self._policy.min_silence_s - 1e-9:
            return None
        return self._end(self._quiet_s)

    def _end(self, at_s: float) -> Edge:
        self._speaking, self._quiet_s = False, None
        return Edge(kind="end", at_s=at_s, start_s=self._started_s)
