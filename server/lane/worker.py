"""A process that transcribes: loads its model, says it is ready, answers until nobody asks.

Whatever happens to the server, the pipe breaks with it, and the worker ends.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol, runtime_checkable

import numpy as np

from models.check import TOKENS, UTTERANCE_S
from models.errors import ModelError
from models.transcriber import RATE, Language, Samples, Transcriber, Transcript
from models.whisper import one_thread
from models.windows import window_s

Loader = Callable[[], Transcriber]
"""Loads and primes a model; must be picklable, since it is called in the worker."""

ROUNDS = 3
"""The least number of utterances that a speed is measured on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An utterance for the worker."""

    job_id: int
    samples: Samples
    language: Language | None
    hotwords: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a worker made of an utterance.

    Attributes
    ----------
    transcript
        ``None`` if the engine refused or failed.
    work_s
        How long it took, by the clock.
    error
        Name of the exception, and nothing of its text, which might hold what was said.
    """

    job_id: int
    transcript: Transcript | None
    work_s: float
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A worker can begin.

    Attributes
    ----------
    speed
        Seconds of utterances that it transcribes in a second of CPU; ``None`` if not measured.
    """

    engine: str
    speed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """A worker cannot load its model, and why."""

    why: str


@runtime_checkable
class Measurable(Protocol):
    """A transcriber that can do the work of an utterance whatever is said in it."""

    longest_s: float

    def work(self, samples: Samples, tokens: int, window_s: float) -> None:
        """Do all the work of an utterance of so many tokens."""
        ...


def main(server: Connection, load: Loader, nice: int, measure_s: float) -> None:
    """Run a worker; the target of its process.

    Parameters
    ----------
    server
        Brings lists of :class:`Request`, takes :class:`Ready` (or :class:`Unfit`), then a
        :class:`Reply` for each.
    load
        Loads the model.
    nice
        How far prosody, sockets and screens come before words, 0 to 19.
    measure_s
        For how long to measure the speed before the worker is ready; 0 for not at all.
    """
    # Ctrl-C reaches every process of the terminal, but it is the server that ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(nice)
    try:
        _serve(server, load, measure_s)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the server has closed the pipe, or is gone
    finally:
        server.close()


def _serve(server: Connection, load: Loader, measure_s: float) -> None:
    try:
        transcriber = load()
        one_thread()
        speed = measure(transcriber, measure_s)
    except ModelError as error:
        server.send(Unfit(why=str(error)))
        return
    except Exception as error:
        server.send(Unfit(why=f"{type(error).__name__}: {error}"))
        return
    server.send(Ready(engine=transcriber.engine, speed=speed))
    while True:
        requests: list[Request] = server.recv()
        for request in requests:
            server.send(_answer(transcriber, request))


def measure(transcriber: Transcriber, measure_s: float) -> float | None:
    """Seconds of utterances that a transcriber does in a second of CPU.

    It does utterances of 4 s and 20 tokens for ``measure_s``. CPU time is counted, so that what
    else the machine does at the moment does not matter; a lane that gets less than a core a worker
    shows it by its load and its delays. ``None`` if it is not :class:`Measurable`, or for 0 s.
    """
    if measure_s == 0 or not isinstance(transcriber, Measurable):
        return None
    noise = np.random.default_rng(0).normal(0, 0.05, round(UTTERANCE_S * RATE)).astype(np.float32)
    window = window_s(UTTERANCE_S, transcriber.longest_s)
    start, begun = time.perf_counter(), time.process_time()
    done = 0
    while done < ROUNDS or time.perf_counter() - start < measure_s:
        transcriber.work(noise, TOKENS, window)
        done += 1
    return done * UTTERANCE_S / (time.process_time() - begun)


def _answer(transcriber: Transcriber, request: Request) -> Reply:
    start = time.perf_counter()
    transcript: Transcript | None = None
    error: str | None = None
    try:
        transcript = transcriber.transcribe(
            request.samples, request.language, hotwords=request.hotwords
        )
    except Exception as failure:
        error = type(failure).__name__
    return Reply(
        job_id=request.job_id,
        transcript=transcript,
        work_s=time.perf_counter() - start,
        error=error,
    )
