"""Calls that speak at the pace of the clock, and what becomes of their words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from math import ceil

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from models.transcriber import RATE, Samples
from server.lane.client import Lane
from server.lane.desk import Answer, NotHeard
from server.lane.state import LaneState
from tests.voice.sound import SAMPLES, sample
from voice.clock import TICK
from voice.events import Language, UtteranceEnded
from voice.pipeline import VoicePipeline

ANSWER_S = 600.0
"""How long the last words may take before the benchmark gives up."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance, in seconds of its call's media time."""

    language: Language
    end_s: float
    known_s: float
    samples: Samples


@cache
def spoken(name: str) -> tuple[Spoken, ...]:
    """The utterances of a bundled call, as the product cuts them."""
    pipeline = VoicePipeline(("caller", "agent"), keep_audio=True)
    call, labels = sample(name)
    language: Language = "zh" if labels["language"] == "zh" else "en"
    pipeline.take(call)
    found: list[Spoken] = []
    while pipeline.ready():
        for fact in pipeline.tick():
            if isinstance(fact, UtteranceEnded):
                sound = pipeline.take_audio(fact.utterance_id)
                found.append(Spoken(language, fact.at_s, fact.known_at_s, sound))
    return tuple(found)


def share() -> float:
    """Seconds of utterances a second of the bundled calls."""
    audio_s = sum(len(one.samples) / RATE for name in SAMPLES for one in spoken(name))
    length_s: float = sum(sample(name)[0].shape[1] / 8000 for name in SAMPLES)
    return audio_s / length_s


@dataclass
class Delays:
    """When words came, against when their utterance had ended and was handed in."""

    after_speech_s: list[float] = field(default_factory=list)
    in_lane_s: list[float] = field(default_factory=list)
    missing: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, ended_s: float, submitted_s: float) -> Callable[[Future[Answer]], None]:
        """Give the callback that notes when an answer comes."""

        def come(future: Future[Answer]) -> None:
            now_s = time.monotonic()
            with self._lock:
                self.after_speech_s.append(now_s - ended_s)
                self.in_lane_s.append(now_s - submitted_s)
                self.missing += isinstance(future.result(), NotHeard)

        return come


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, ceil(share * len(ranked)) - 1)] if ranked else float("nan")


def paced(lane: Lane, calls: int, seconds: float) -> tuple[Delays, LaneState]:
    """Have calls speak for so long, each somewhere else in a bundled call; the lane at the end."""
    due: list[tuple[float, int, Spoken]] = []
    for call in range(calls):
        name = SAMPLES[call % len(SAMPLES)]
        length_s = sample(name)[0].shape[1] / 8000
        first_s = length_s * call / calls
        for lap in range(ceil(seconds / length_s) + 1):
            for one in spoken(name):
                at_s = one.known_s + lap * length_s - first_s
                if 0 <= at_s < seconds:
                    due.append((at_s, call, one))
    due.sort(key=lambda entry: entry[0])
    delays = Delays()
    start = time.monotonic()
    answers = []
    for number, (at_s, call, one) in enumerate(due):
        time.sleep(max(0.0, start + at_s - time.monotonic()))
        answer = lane.submit(f"call-{call}", str(number), one.samples, one.language)
        ended_s = start + at_s - (one.known_s - one.end_s)
        answer.add_done_callback(delays.note(ended_s, start + at_s))
        answers.append(answer)
    time.sleep(max(0.0, start + seconds - time.monotonic()))
    state = lane.state()
    for answer in answers:
        answer.result(ANSWER_S)
    return delays, state


@dataclass
class Crowd:
    """What happened to many calls that all spoke at once."""

    utterances: int
    heard: int
    last_words_s: float
    """From the end of the sound to the last words."""
    ticks_late_s: list[float]
    """For each tick, how long after its sound was complete the last call had heard it."""


def crowd(lane: Lane | None, calls: int, seconds: float) -> Crowd:
    """Have many sessions hear the same moment of one call, paced; without a lane, voice only."""
    call, labels = sample("en-rising")
    language: Language = "en"
    setup = CallSetup(
        call_id="crowd",
        roles=("caller", "agent"),
        language=language,
        playbook=bundled(language),
        thresholds=Thresholds(),
        words=lane is not None,
    )
    first = round(labels["turns"][0]["start_s"] * 8000)
    sessions = [CallSession(setup) for _ in range(calls)]
    answers: list[Future[Answer]] = []
    late: list[float] = []
    start = time.monotonic()
    for tick in range(round(seconds * 8000 / TICK)):
        block = call[:, first + tick * TICK : first + (tick + 1) * TICK]
        due_s = start + (tick + 1) * TICK / 8000
        time.sleep(max(0.0, due_s - time.monotonic()))
        for number, session in enumerate(sessions):
            for logged in session.feed(block):
                if lane is not None and isinstance(logged.event, UtteranceEnded):
                    name = logged.event.utterance_id
                    audio = session.take_audio(name)
                    answers.append(lane.submit(f"crowd-{number}", name, audio, language))
        late.append(time.monotonic() - due_s)
    end_s = time.monotonic()
    heard = sum(not isinstance(answer.result(ANSWER_S), NotHeard) for answer in answers)
    return Crowd(len(answers), heard, time.monotonic() - end_s, late)
