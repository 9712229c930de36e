"""A transcriber for tests of the lane: it does what its hotwords tell it, in a real worker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.errors import ModelError
from models.transcriber import RATE, Language, Samples, Transcript, WordTiming

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
