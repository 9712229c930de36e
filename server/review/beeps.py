"""What of a recording is beeped over, told from the log alone.

The log never holds what redaction took away, and does not need to: the token that stands in its
place (``[card]``) is a word, with the start of the first word that it replaced and the end of the
last. So the times are known and the secret is stored nowhere. Of an utterance whose words are
missing nobody knows what was said in it, so all of it is beeped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from coaching.session import Logged
from voice.clock import RATE
from voice.events import Degraded, UtteranceEnded, WordsFinal, WordsMissing
from voice.redact_kinds import Kind

TOKEN = re.compile(rf"\[(?:{'|'.join(get_args(Kind))})\]")
"""What redaction leaves in the place of a number or an address."""
MARGIN_S = 0.3
"""Beeped before and after: times of words are read from a model's attention and are not exact. It
is about as long as a digit takes to say."""
HZ = 1000.0
LEVEL = 0.1
"""Of full scale: -20 dB, about as loud as speech."""

Samples = NDArray[np.float32]
Stretch = tuple[float, float]


def tellable(events: Iterable[Logged]) -> bool:
    """Whether it is known what was said: without words, or with demo words, nobody knows."""
    kinds = {e.event.reason for e in events if isinstance(e.event, Degraded)}
    return not kinds & {"voice_only", "demo_words"}


def redacted(events: Iterable[Logged]) -> list[Stretch]:
    """Give the stretches of a call, in seconds, that nobody may hear; in order, apart."""
    return _joined(sorted(_stretches(events)))


def beeped(block: Samples, first: int, stretches: Iterable[Stretch]) -> Samples:
    """Put a tone over stretches of a block, on all tracks: one may be heard on another.

    Parameters
    ----------
    block : np.ndarray [shape=(tracks, n), dtype=float32]
        At 8 kHz.
    first
        Number of its first sample in the call.
    stretches
        As :func:`redacted` gives them.
    """
    count = block.shape[1]
    out = block
    for from_s, to_s in stretches:
        start = max(0, int(from_s * RATE) - first)
        stop = min(count, int(np.ceil(to_s * RATE)) - first)
        if start < stop:
            if out is block:
                out = block.copy()
            at = first + np.arange(start, stop)
            out[:, start:stop] = LEVEL * np.sin(2 * np.pi * HZ / RATE * at)
    return out


def _stretches(events: Iterable[Logged]) -> Iterator[Stretch]:
    started: dict[str, float] = {}
    for logged in events:
        event = logged.event
        if isinstance(event, UtteranceEnded):
            started[event.utterance_id] = event.start_s
        elif isinstance(event, WordsMissing):
            yield started.get(event.utterance_id, 0.0) - MARGIN_S, event.at_s + MARGIN_S
        elif isinstance(event, WordsFinal):
            for word in event.words:
                if TOKEN.search(word.text):
                    yield word.start_s - MARGIN_S, word.end_s + MARGIN_S


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((max(0.0, start), end))
    return joined
