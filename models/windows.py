"""How long a window an utterance is heard in, and when what was heard must be doubted.

Whisper's encoder costs as much for 30 s of padding as for 30 s of speech. An utterance of 4 s is
heard in a window of 5 s; if the result looks wrong, it is heard once more in the longest window,
the one that the model was trained on. Both are functions of the sound alone, so the same sound
gives the same words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .transcriber import WordTiming

STEP_S = 5.0
"""Windows come in multiples of this: few lengths, so that a GPU can batch them."""
PADDING_S = 1.0
"""Silence that a window leaves after the utterance, where the model's longest window allows."""
TOKENS_PER_S = 20.0
"""More than anybody says: fast Mandarin has 8 syllables a second of at most 2 tokens each."""

REPETITIVE_FROM = 2.4
"""Text length over its zlib length. This and the next two are Whisper's own: Radford et al. 2023,
section 4.5."""
DOUBTFUL_UNDER = -1.0
"""Mean log probability of the tokens."""
NO_SPEECH_FROM = 0.6
"""Probability of the no-speech token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One decode of one utterance.

    Attributes
    ----------
    compression_ratio
        Length of the text over its zlib-compressed length: loops compress well.
    log_probability
        Mean over the tokens.
    no_speech
        Probability of the no-speech token.
    """

    window_s: float
    words: tuple[WordTiming, ...] = ()
    text: str = ""
    compression_ratio: float = 0.0
    log_probability: float = 0.0
    no_speech: float = 0.0

    @property
    def repetitive(self) -> bool:
        """Whether it is stuck in a loop."""
        return self.compression_ratio > REPETITIVE_FROM

    @property
    def silent(self) -> bool:
        """Whether nothing was said: no text, or Whisper's own rule for silence."""
        unsure = self.log_probability < DOUBTFUL_UNDER
        return not self.text or (self.no_speech > NO_SPEECH_FROM and unsure)

    @property
    def wrong(self) -> bool:
        """Whether it must be heard again in a longer window."""
        return self.silent or self.repetitive or self.log_probability < DOUBTFUL_UNDER


def window_s(duration_s: float, longest_s: float) -> float:
    """The window for an utterance.

    Parameters
    ----------
    duration_s
        Of the utterance, at most ``longest_s``.
    longest_s
        The model's longest window.
    """
    return min(longest_s, STEP_S * math.ceil((duration_s + PADDING_S) / STEP_S))


def most_tokens(duration_s: float, positions: int, *, hotwords: bool = False) -> int:
    """How many new tokens to allow an utterance, so that it may have 20 a second.

    CTranslate2 generates at most half of prompt and new tokens together (as Whisper's own decoder
    does of its positions), so twice as many are asked for as may come.

    Parameters
    ----------
    duration_s
        Of the utterance.
    positions
        Of the model's decoder; the prompt takes some: marks of start, language, task and no times.
    hotwords
        Whether the prompt has hotwords, too: faster-whisper allows them half less one.
    """
    room = positions - positions // 2 - 6 if hotwords else positions - 8
    return max(1, min(2 * (math.ceil(TOKENS_PER_S * duration_s) + 5), room))


def better(first: Heard, second: Heard) -> Heard | None:
    """Which of two decodes to believe, the second being from the longest window.

    Returns
    -------
    Heard or None
        ``None`` where nothing was said, or both are stuck in a loop.
    """
    if not second.wrong:
        return second
    if second.silent:
        return None
    sound = [heard for heard in (first, second) if not heard.silent and not heard.repetitive]
    return max(sound, key=lambda heard: heard.log_probability, default=None)
