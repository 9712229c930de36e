"""Which language a recording is advised in: that of the caller's first 3 s of speech.

The playbook must be chosen before the call begins, so this looks ahead, which a recording allows.
What each channel is transcribed in is heard on the way, see ``lane/languages.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.transcriber import Transcript
from voice.clock import RATE
from voice.resample import double_rate
from voice.vad import SPEECH, Vad

from .lane.languages import SPEECH_S
from .lane.ports import Transcribes
from .sources import Source

SEARCHED_S = 120.0
"""Sound to look for it in."""

_BLOCK = 2560  # ten chunks of the VAD: 0.32 s


def heard_language(source: Source, lane: Transcribes) -> str | None:
    """Detect the language of a call.

    Parameters
    ----------
    source
        The call from its start; it is read, and not closed.
    lane
        Transcribes by a model that knows both languages.

    Returns
    -------
    str or None
        ``en`` or ``zh``; ``None`` if nobody spoke enough to tell.
    """
    track = source.roles.index("caller") if "caller" in source.roles else 0
    speech = _first_speech(_track(source, track))
    if speech is None:
        return None
    answer = lane.submit("language", "first", double_rate(speech), None).result()
    return answer.language if isinstance(answer, Transcript) and answer.words else None


def _track(source: Source, track: int) -> Iterator[NDArray[np.float32]]:
    """One track of the call in blocks of one size."""
    waiting = np.zeros(0, np.float32)
    for block, _ in source.blocks():
        waiting = np.concatenate([waiting, block[track]])
        while len(waiting) >= _BLOCK:
            yield waiting[:_BLOCK]
            waiting = waiting[_BLOCK:]


def _first_speech(blocks: Iterator[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """The first seconds of speech, put together; ``None`` if there are none in the first part."""
    vad = Vad(tracks=1)
    kept: list[NDArray[np.float32]] = []
    for number, block in enumerate(blocks):
        probabilities = vad.feed(block[np.newaxis], np.zeros((1, _BLOCK), np.bool_))
        if probabilities.mean() >= SPEECH:
            kept.append(block)
        if len(kept) * _BLOCK >= SPEECH_S * RATE:
            return np.concatenate(kept)
        if number * _BLOCK > SEARCHED_S * RATE:
            break
    return None
