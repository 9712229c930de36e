"""Calls that speak at the pace of the clock, and what becomes of their words."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup, Logged
from coaching.thresholds import Thresholds
from models.transcriber import RATE, Samples
from server.lane.client import Lane
from server.lane.desk import Answer, NotHeard
from server.lane.finals import Finals
from server.lane.languages import Languages
from server.lane.state import LaneState
from server.live.floor import Floor
from server.live.messages import FromVoice
from server.live.processes import VoiceProcesses
from server.live.remote_call import RemoteCall
from tests.server.lane_fakes import NotedLane
from tests.server.live.floors import floor_in, opening
from tests.voice.sound import SAMPLES, sample
from voice.clock import TICK, TICKS_PER_S
from voice.events import Language, UtteranceEnded

from .live_server import spent

Callback = Callable[[Future[Answer]], None]

ANSWER_S = 600.0
"""How long the last words may take before the benchmark gives up."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is handed in of an utterance, in seconds of its call's media time.

    Attributes
    ----------
    handed_s
        When.
    dropped_s
        When it turns out that it goes on; ``None`` if it has ended.
    end_s, known_s
        When it has ended, and when that is known.
    """

    language: Language
    samples: Samples
    handed_s: float
    dropped_s: float | None
    end_s: float
    known_s: float


@cache
def spoken(name: str) -> tuple[Spoken, ...]:
    """What a bundled call hands in, as the product does it live."""
    call, labels = sample(name)
    language: Language = "zh" if labels["language"] == "zh" else "en"
    lane = NotedLane()
    session = CallSession(setup(name, language))
    finals = Finals(session, lane, call_id=name, languages=Languages(language))
    handed_s: list[float] = []
    dropped_s: dict[int, float] = {}
    ended: dict[int, UtteranceEnded] = {}
    for at in range(0, call.shape[1], TICK):
        told = finals.submit(session.feed(call[:, at : at + TICK]))
        ended |= {id(answer): utterance for utterance, answer in told}
        finals.guess()
        now_s = session.now_s
        handed_s += [now_s] * (len(lane.asked) - len(handed_s))
        dropped_s |= {
            id(one.answer): now_s
            for one in lane.asked
            if one.answer.cancelled() and id(one.answer) not in dropped_s
        }
    found = []
    for one, at_s in zip(lane.asked, handed_s, strict=True):
        utterance, gone_s = ended.get(id(one.answer)), dropped_s.get(id(one.answer))
        if utterance is not None:
            end_s, known_s = utterance.at_s, utterance.known_at_s
        elif gone_s is not None:
            end_s = known_s = gone_s
        else:
            continue  # it goes on where the sound ends
        found.append(Spoken(language, one.samples, at_s, gone_s, end_s, known_s))
    return tuple(found)


def setup(name: str, language: Language, *, words: bool = True) -> CallSetup:
    """A two-channel call."""
    return CallSetup(
        call_id=name,
        roles=("caller", "agent"),
        language=language,
        playbook=bundled(language),
        thresholds=Thresholds(),
        words=words,
    )


def share() -> float:
    """Seconds of utterances that a second of the bundled calls hands in."""
    audio_s = sum(len(one.samples) / RATE for name in SAMPLES for one in spoken(name))
    length_s: float = sum(sample(name)[0].shape[1] / 8000 for name in SAMPLES)
    return audio_s / length_s


def dropped() -> float:
    """Share of it that was handed in although the utterance went on."""
    all_ = [one for name in SAMPLES for one in spoken(name)]
    gone = sum(len(one.samples) for one in all_ if one.dropped_s is not None)
    return gone / sum(len(one.samples) for one in all_)


@dataclass
class Delays:
    """When words came, against when their utterance had ended and was handed in."""

    after_speech_s: list[float] = field(default_factory=list)
    in_lane_s: list[float] = field(default_factory=list)
    missing: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, ended_s: float, known_s: float, handed_s: float) -> Callback:
        """Give the callback that notes when an answer comes."""

        def come(future: Future[Answer]) -> None:
            now_s = time.monotonic()
            with self._lock:
                # nobody can use words of an utterance that is not known to have ended
                self.after_speech_s.append(max(now_s, known_s) - ended_s)
                self.in_lane_s.append(now_s - handed_s)
                self.missing += isinstance(future.result(), NotHeard)

        return come


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, ceil(share * len(ranked)) - 1)] if ranked else float("nan")


def paced(lane: Lane, calls: int, seconds: float) -> tuple[Delays, LaneState]:
    """Have calls speak for so long, each somewhere else in a bundled call; the lane at the end."""
    todo: list[tuple[float, bool, int, Spoken, float]] = []
    for call in range(calls):
        name = SAMPLES[call % len(SAMPLES)]
        length_s = sample(name)[0].shape[1] / 8000
        first_s = length_s * call / calls
        for lap in range(ceil(seconds / length_s) + 1):
            zero_s = lap * length_s - first_s
            for one in spoken(name):
                if 0 <= zero_s + one.handed_s < seconds:
                    todo.append((zero_s + one.handed_s, True, call, one, zero_s))
                    if one.dropped_s is not None:
                        todo.append((zero_s + one.dropped_s, False, call, one, zero_s))
    todo.sort(key=lambda entry: entry[0])
    delays = Delays()
    start = time.monotonic()
    answers: dict[tuple[int, int, float], Future[Answer]] = {}
    for at_s, handed, call, one, zero_s in todo:
        time.sleep(max(0.0, start + at_s - time.monotonic()))
        key = (call, id(one), zero_s)
        if not handed:
            answers.pop(key).cancel()
            continue
        answer = lane.submit(f"call-{call}", str(len(answers)), one.samples, one.language)
        if one.dropped_s is None:
            zero = start + zero_s
            answer.add_done_callback(
                delays.note(zero + one.end_s, zero + one.known_s, zero + one.handed_s)
            )
        answers[key] = answer
    time.sleep(max(0.0, start + seconds - time.monotonic()))
    state = lane.state()
    for answer in answers.values():
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
    overrun_s: float
    """Sound that was dropped because too much waited, of all calls."""
    cpu_s: float
    """Of this process and its voice processes, per second of a call."""


def crowd(lane: Lane | None, calls: int, seconds: float, processes: int) -> Crowd:
    """Have a live floor hear the same moment of one call many times, paced.

    Its voice processes (or thread, if there are none), queues and store are the server's; only the
    sockets are left out. Without a lane it is voice only.
    """
    call, labels = sample("en-rising")
    first = round(labels["turns"][0]["start_s"] * 8000)
    ticks = round(seconds * 8000 / TICK)
    heard_at = [0.0] * ticks
    feed, take = CallSession.feed, RemoteCall.take

    def heard(tick: int) -> None:
        heard_at[tick - 1] = max(heard_at[tick - 1], time.monotonic())

    def noted(self: CallSession, *block: Any) -> list[Logged]:
        told = feed(self, *block)
        heard(round(self.now_s * TICKS_PER_S))
        return told

    def taken(self: RemoteCall, message: FromVoice) -> None:
        before = round(self.heard_s * TICKS_PER_S)
        take(self, message)
        # several ticks of a turn are told together
        for tick in range(before, round(self.heard_s * TICKS_PER_S)):
            heard(tick + 1)

    with (
        TemporaryDirectory() as folder,
        patch.object(CallSession, "feed", noted),
        patch.object(RemoteCall, "take", taken),
        floor_in(Path(folder), lane=lane, processes=processes) as (floor, store),
    ):
        live = [floor.open(opening(f"crowd-{number}")) for number in range(calls)]
        start, start_cpu_s = time.monotonic(), _cpu_s(floor)
        due_at = [start + (tick + 1) * TICK / 8000 for tick in range(ticks)]
        for tick, due in enumerate(due_at):
            block = call[:, first + tick * TICK : first + (tick + 1) * TICK]
            time.sleep(max(0.0, due - time.monotonic()))
            for one in live:
                one.feed(block)
        for ended in [one.end() for one in live]:
            ended.result(ANSWER_S)
        last_words_s = time.monotonic() - due_at[-1]
        cpu_s = (_cpu_s(floor) - start_cpu_s) / (calls * seconds)
        kinds = Counter(event.type for one in live for event in store.events(one.call_id))
        overrun_s = sum(one.overrun_s for one in live)
    late_s = [at - due for at, due in zip(heard_at, due_at, strict=True)]
    return Crowd(
        kinds["utterance_ended"], kinds["words_final"], last_words_s, late_s, overrun_s, cpu_s
    )


def _cpu_s(floor: Floor) -> float:
    """CPU of this process and the floor's voice processes."""
    voice = floor._voice
    pids = voice.pids if isinstance(voice, VoiceProcesses) else []
    return time.process_time() + sum(spent(f"/proc/{pid}/stat")[1] for pid in pids)
