"""The same utterances through the lane's engine, plain faster-whisper, and its batched pipeline.

CPU seconds on one thread, taken in turn, the least of several rounds. Plain faster-whisper is told
to say as many tokens, with word times, and only its first segment is asked for; the batched
pipeline gets the tracks of the call as files and cuts them by its own VAD into batches of 8. The
tokens that each has really said are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any
from unittest.mock import patch

import numpy as np

from models.transcriber import RATE, Samples
from tests.voice.sound import sample
from voice.resample import double_rate

from .words_calls import spoken
from .words_models import build, laborious, tokens

CALL = "en-gives-up"
BEAM = 5
BATCH = 8
CHUNK_S = 30
PROMPT = 4
"""Tokens before the text: start, language, task, no times."""


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU seconds for the same call, and how many tokens each has said."""

    audio_s: float
    tokens: list[int]
    ours_s: float
    plain_s: float
    batched_s: float


def most(tokens: int) -> int:
    """What faster-whisper must be told for so many new tokens.

    CTranslate2 4.8 stops at half of the greatest length (OpenAI's ``n_text_ctx // 2``), prompt
    included, whatever the prompt.
    """
    return 2 * tokens - PROMPT


def compare(size: str, rounds: int) -> Costs:
    """Measure on one bundled call, with a model of random weights."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel
    from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    folder = build(size)
    engine = laborious(folder)
    peer = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    batched = BatchedInferencePipeline(peer)
    utterances = [one.samples for one in spoken(CALL) if one.dropped_s is None]
    tracks = [double_rate(track) for track in sample(CALL)[0]]
    options = VadOptions(max_speech_duration_s=CHUNK_S, min_silence_duration_ms=160)

    def chunks(track: Samples) -> int:
        """How many the batched pipeline cuts a track into."""
        speech = get_speech_timestamps(track, options)
        return len(collect_chunks(track, speech, max_duration=CHUNK_S)[0])

    # each chunk says its share of what the utterances say
    share = round(sum(map(tokens, utterances)) / sum(map(chunks, tracks)))

    def ours() -> None:
        for samples in utterances:
            engine.transcribe(samples, "en")

    def plain() -> None:
        for samples in utterances:
            segments, _ = peer.transcribe(
                samples,
                language="en",
                beam_size=BEAM,
                temperature=0.0,
                condition_on_previous_text=False,
                without_timestamps=True,
                word_timestamps=True,
                max_new_tokens=most(tokens(samples)),
            )
            list(islice(segments, 1))

    def whole() -> None:
        for track in tracks:
            segments, _ = batched.transcribe(
                track,
                language="en",
                beam_size=BEAM,
                temperature=0.0,
                without_timestamps=True,
                word_timestamps=True,
                max_new_tokens=most(share),
                batch_size=BATCH,
            )
            list(segments)

    with threadpool_limits(1):
        said = [said_by(work) for work in (ours, plain, whole)]
        spent = np.array([[cpu(work) for work in (ours, plain, whole)] for _ in range(rounds)])
    audio_s = sum(len(samples) for samples in utterances) / RATE
    return Costs(audio_s, said, *spent.min(axis=0).tolist())


def said_by(work: Callable[[], None]) -> int:
    """Tokens that are decoded, counted where CTranslate2 hands them out."""
    from ctranslate2.models import Whisper

    generate = Whisper.generate
    lengths: list[int] = []

    def counting(self: Any, *arguments: Any, **named: Any) -> Any:
        results = generate(self, *arguments, **named)
        lengths.extend(len(result.sequences_ids[0]) for result in results)
        return results

    with patch.object(Whisper, "generate", counting):
        work()
    return sum(lengths)


def cpu(work: Callable[[], None]) -> float:
    """CPU seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start
