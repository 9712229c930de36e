"""A transcriber for tests of the lane: it does what its hotwords tell it, in a real worker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.errors import ModelError
from models.transcriber import RATE, Language, Samples, Transcript, WordTiming
from server.lane.client import Lane, LaneSettings
from server.lane.desk import Answer
from server.lane.schedule import Kind

PATIENCE_S = 20.0
"""How long anything may take on a busy machine before a test fails."""
WORDS = (
    "amber basket candle dinner engine forest garden hammer island jacket kettle ladder mirror "
    "needle orange paper ribbon saddle table window"
).split()
"""What the fake can say: nothing that a guard would take for an invention or a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeTranscriber:
    """Says one word for each half second, which depends on the sound.

    ``hotwords`` are its orders, separated by spaces: ``gate:PATH`` waits for a file, ``die`` kills
    the process, ``die-once:PATH`` does so the first time, ``fail`` raises, ``slow`` takes a while
    that depends on the sound.
    """

    engine: str = "fake-1"
    languages: tuple[Language, ...] = ("en", "zh")
    longest_s: float = 30.0

    def transcribe(
        self, samples: Samples, language: Language | None, *, hotwords: str | None = None
    ) -> Transcript:
        """Say the words, after having followed the orders."""
        for order in (hotwords or "").split():
            _follow(order, samples)
        words = tuple(
            WordTiming(start_s=place, end_s=place + 0.5, text=_word(part), probability=0.9)
            for place, part in (
                (at / RATE, samples[at : at + RATE // 2])
                for at in range(0, len(samples), RATE // 2)
            )
        )
        return Transcript(
            words=words,
            text=" ".join(word.text for word in words),
            language=language or "en",
            engine=self.engine,
            window_s=5.0,
            retried=False,
        )

    def detect(self, samples: Samples) -> tuple[Language, float]:
        """English, always."""
        return "en", 1.0

    def work(self, samples: Samples, tokens: int, window_s: float) -> None:
        """Take a millisecond of CPU a token."""
        end = time.process_time() + tokens / 1000
        while time.process_time() < end:
            pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a :class:`NotedLane`."""

    call_id: str
    utterance_id: str
    samples: Samples
    language: Language | None
    kind: Kind
    answer: Future[Answer]


class NotedLane(Lane):
    """Notes what is asked of it; the test gives the answers. It has no workers."""

    def __init__(self) -> None:
        super().__init__(load, LaneSettings(workers=1, measure_s=0))
        self.asked: list[Asked] = []
        self.watched: set[str] = set()

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
        """Note it."""
        one = Asked(
            call_id=call_id,
            utterance_id=utterance_id,
            samples=samples,
            language=language,
            kind=kind,
            answer=Future(),
        )
        self.asked.append(one)
        return one.answer

    def watch(self, call_id: str, on: bool) -> None:
        """Note it."""
        (self.watched.add if on else self.watched.discard)(call_id)


def transcript(*words: str, language: Language = "en", every_s: float = 0.5) -> Transcript:
    """An answer of so many words."""
    return Transcript(
        words=tuple(
            WordTiming(
                start_s=place * every_s, end_s=(place + 1) * every_s, text=text, probability=0.9
            )
            for place, text in enumerate(words)
        ),
        text=("" if language == "zh" else " ").join(words),
        language=language,
        engine="fake-1",
        window_s=5.0,
        retried=False,
    )


def load() -> FakeTranscriber:
    """Load it."""
    return FakeTranscriber()


def load_none() -> FakeTranscriber:
    """Fail as the models room does."""
    raise ModelError("there is no model on this machine: calmline models fetch small")


def load_once(mark: Path) -> FakeTranscriber:
    """Load it, the first time."""
    if mark.exists():
        raise ModelError("the model is gone")
    mark.touch()
    return FakeTranscriber()


class Answering(NotedLane):
    """Answers at once, in the language it was asked for or in its own."""

    def __init__(self, own: Language = "en") -> None:
        super().__init__()
        self.own = own

    def submit(self, *args: object, **options: object) -> Future[Answer]:
        """Answer."""
        answer = super().submit(*args, **options)  # type: ignore[arg-type]
        one = self.asked[-1]
        words = ("amber", "basket", "candle")[: 1 + len(one.samples) // 16000]
        answer.set_result(transcript(*words, language=one.language or self.own))
        return answer


def sound(seconds: float = 1.0, seed: int = 0) -> Samples:
    """Noise at 16 kHz."""
    noise = np.random.default_rng(seed).normal(0, 0.1, round(seconds * RATE))
    return noise.astype(np.float32)


def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.002)


def gone(pid: int) -> bool:
    """Whether a process has ended, or is about to be reaped."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def _digest(samples: Samples) -> int:
    return round(1e6 * float(np.abs(samples).sum()))


def _word(samples: Samples) -> str:
    return WORDS[_digest(samples) % len(WORDS)]


def _follow(order: str, samples: Samples) -> None:
    what, _, path = order.partition(":")
    if what == "die" or (what == "die-once" and not Path(path).exists()):
        if path:
            Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "gate":
        until(Path(path).exists)
    elif what == "fail":
        raise RuntimeError("what was said must not be told")
    elif what == "slow":
        time.sleep(_digest(samples) % 30 / 1000)
