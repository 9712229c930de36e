"""Words for the archive's benchmark: ours in its workers, and faster-whisper's batched pipeline."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Event
from unittest.mock import patch

from models.transcriber import RATE, Transcriber
from server.archive import score
from server.archive.crew import Crew
from server.archive.pool import Pool
from server.archive.tasks import Scored, Settings, Task
from server.hearing import CallFiles, How, hear
from server.lane.desk import Answer, NotHeard
from tests.server.archive.made import task

from .words_models import build, laborious, tokens
from .words_peers import BATCH, BEAM, CHUNK_S, most

SIZE = "tiny"
Cost = tuple[float, float, float]
"""Seconds of audio, by the clock, of CPU."""


def score_with_words(task: Task) -> Scored:
    """Score a recording; whoever writes words says as many tokens as people do."""
    engine = _engine()
    with patch("models.whisper.load", lambda model: engine):
        return score.score_recording(task)


@cache
def _engine() -> Transcriber:
    return laborious(build(SIZE))


def with_words(files: Sequence[Path], *, workers: int) -> Cost:
    """Score recordings by a pool of workers, from when the first is at work."""
    folder = build(SIZE)  # once, before workers look for it
    settings = Settings(run_id="bench", model=str(folder), caller="left", language="en")
    tasks = [task(file) for file in files]
    engine = Pool(settings, workers, score_with_words)
    scored, begun_s = [], None
    for one in Crew(engine, 3600).score(tasks, Event()):
        assert one.failure is None, one.failure
        begun_s = begun_s or time.monotonic() - one.wall_s
        scored.append(one)
    assert begun_s is not None
    wall_s = time.monotonic() - begun_s
    return sum(one.audio_s for one in scored), wall_s, sum(one.work_s for one in scored)


def bare(files: Sequence[Path]) -> Cost:
    """Transcribe both channels of the same files by faster-whisper's batched pipeline alone.

    Each of its chunks says its share of the tokens that our utterances say.
    """
    from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio
    from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    model = WhisperModel(str(build(SIZE)), device="cpu", compute_type="int8", cpu_threads=1)
    pipeline = BatchedInferencePipeline(model)
    options = VadOptions(max_speech_duration_s=CHUNK_S, min_silence_duration_ms=160)
    audio_s = wall_s = work_s = 0.0
    with threadpool_limits(1):
        for file in files:
            said = _said(file)
            tracks = decode_audio(str(file), split_stereo=True)
            chunks = sum(
                len(
                    collect_chunks(one, get_speech_timestamps(one, options), max_duration=CHUNK_S)[
                        0
                    ]
                )
                for one in tracks
            )
            begun = time.monotonic(), time.process_time()
            for track in decode_audio(str(file), split_stereo=True):
                segments, _ = pipeline.transcribe(
                    track,
                    language="en",
                    beam_size=BEAM,
                    temperature=0.0,
                    without_timestamps=True,
                    word_timestamps=True,
                    max_new_tokens=most(round(said / chunks)),
                    batch_size=BATCH,
                )
                list(segments)
            wall_s += time.monotonic() - begun[0]
            work_s += time.process_time() - begun[1]
            audio_s += len(tracks[0]) / RATE
    return audio_s, wall_s, work_s


def _said(file: Path) -> int:
    """How many tokens our utterances of a recording say."""
    counted: list[int] = []

    class Counting:
        def submit(self, *asked: object, **named: object) -> object:
            from concurrent.futures import Future

            counted.append(tokens(asked[2]))  # type: ignore[arg-type]
            answer: Future[Answer] = Future()
            answer.set_result(NotHeard("failed"))
            return answer

    hear(CallFiles(paths=(file,), caller="left"), How(language="en"), Counting(), call_id="x")  # type: ignore[arg-type]
    return sum(counted)
