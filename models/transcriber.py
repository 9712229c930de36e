"""What every engine that turns speech into words gives, and how it is asked.

faster-whisper is one implementation (``whisper.py``); another engine, or a GPU node behind an
address, is another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Language = Literal["en", "zh"]

RATE = 16000
"""Samples per second of what is transcribed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTiming:
    """One word (in Mandarin a character or two); times count from the first sample given."""

    start_s: float
    end_s: float
    text: str
    probability: float
    """The model's own, in [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said in one utterance.

    Attributes
    ----------
    words
        In order; empty where nothing was said.
    text
        The same with the spaces and marks that the language has between words.
    language
        As asked for, or as detected; the first that the engine knows where nobody speaks.
    engine
        Model, checksum and library versions: the same engine gives the same words.
    window_s
        Length of the window that the words were heard in, in seconds; 0 where there are none.
    retried
        Whether a first decode in a shorter window looked wrong.
    """

    words: tuple[WordTiming, ...]
    text: str
    language: Language
    engine: str
    window_s: float
    retried: bool


class Transcriber(Protocol):
    """Turns utterances into words; deterministic, and safe to share between threads."""

    @property
    def engine(self) -> str:
        """Model, checksum and library versions."""
        ...

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages it knows."""
        ...

    @property
    def longest_s(self) -> float:
        """The longest utterance it takes, in seconds."""
        ...

    def transcribe(
        self, samples: Samples, language: Language | None, *, hotwords: str | None = None
    ) -> Transcript:
        """Write down one utterance.

        Parameters
        ----------
        samples : np.ndarray [shape=(n,), dtype=float32]
            At 16 kHz, in [-1, 1], at most ``longest_s`` long.
        language
            Of the speaker; ``None`` to detect it.
        hotwords
            Words to be expected (names, products), separated by spaces.

        Returns
        -------
        Transcript
            Empty for silence and noise.

        Raises
        ------
        ValueError
            If the samples are of another shape or type, or too long.
        ModelError
            If the model does not know the language.
        """
        ...

    def detect(self, samples: Samples) -> tuple[Language, float]:
        """Tell which of its languages is spoken.

        Parameters
        ----------
        samples : np.ndarray [shape=(n,), dtype=float32]
            As for :meth:`transcribe`; 3 s of speech are enough.

        Returns
        -------
        tuple
            The language, and its probability among those it knows.
        """
        ...
