"""What the engine costs on one core: the whole core, its parts, and scoring stored facts again.

``python -m tests.benchmarks.engine [--rounds N]`` prints CPU seconds (this process's, so other
load on the machine slows it less than a clock would) as the least of N rounds taken in turn.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from coaching.coach import replay
from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from coaching.understanding import bundled as bundled_understanding
from coaching.understood import understood_by
from tests.benchmarks.cues import with_words
from tests.voice.sound import SAMPLES, arrived, sample
from voice.events import Fact, WordsFinal
from voice.prosody import Prosody
from voice.vad import Vad

TICK, HOP = 800, 4000
FLAGS = np.ones(500, np.bool_)


def setup(language: str) -> CallSetup:
    """A two-channel call without words."""
    assert language in ("en", "zh")
    return CallSetup(
        call_id="bench",
        roles=("caller", "agent"),
        language="en" if language == "en" else "zh",
        playbook=bundled("en" if language == "en" else "zh"),
        thresholds=Thresholds(),
    )


def whole(name: str, block: int = TICK) -> list[Fact]:
    """The core on one call; its facts. Live it comes in ticks, from recordings in half-seconds."""
    call, labels = sample(name)
    session = CallSession(setup(labels["language"]))
    log = []
    for at in range(0, call.shape[1], block):
        log += session.feed(call[:, at : at + block])
    log += session.finish()
    return [logged.event for logged in log if isinstance(logged.event, Fact)]


def vad(name: str, block: int = TICK) -> None:
    """Voice activity of both tracks."""
    call = sample(name)[0]
    stream = Vad(tracks=2)
    for at in range(0, call.shape[1] - block, block):
        part = call[:, at : at + block]
        stream.feed_ticks(part, arrived(part), block // TICK)


def prosody(name: str) -> None:
    """Prosody of both tracks, window by window."""
    for role, track in zip(("caller", "agent"), sample(name)[0], strict=True):
        measured = Prosody("caller" if role == "caller" else "agent")
        for at in range(0, len(track) - HOP, HOP):
            block = track[at : at + HOP]
            measured.feed(block, arrived(block))
            measured.measure((at + HOP) // 80, FLAGS, ~FLAGS)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds: int = parser.parse_args().rounds
    seconds = sum(sample(name)[0].shape[1] for name in SAMPLES) / 8000
    facts = {name: whole(name) for name in SAMPLES}  # warms everything, too

    worded = {name: with_words(stored, sample(name)[1]) for name, stored in facts.items()}

    def again(calls: dict[str, list[Fact]]) -> None:
        for name, stored in calls.items():
            used = setup(sample(name)[1]["language"])
            replay(
                stored, used.roles, used.language, used.playbook, used.thresholds, call_id="bench"
            )

    def classified(calls: dict[str, list[Fact]]) -> None:
        for name, stored in calls.items():
            understanding = bundled_understanding(setup(sample(name)[1]["language"]).language)
            for fact in stored:
                if isinstance(fact, WordsFinal):
                    understood_by(understanding, fact)

    def each(work: Callable[[str], object]) -> Callable[[], None]:
        def all_calls() -> None:
            for name in SAMPLES:
                work(name)

        return all_calls

    parts = {
        "voice + coach, two channels": each(whole),
        "  of it VAD": each(vad),
        "  of it prosody": each(prosody),
        "the same from a recording": each(lambda name: whole(name, HOP)),
        "  of it VAD, in half-seconds": each(lambda name: vad(name, HOP)),
        "coach alone (stored facts)": lambda: again(facts),
        "  the same with words": lambda: again(worded),
        "classifier of wording": lambda: classified(worded),
    }
    spent: dict[str, list[float]] = {part: [] for part in parts}
    for _ in range(rounds):
        for part, work in parts.items():
            spent[part].append(cpu(work))
    print(f"{seconds:.0f} s of two-channel calls, least (median) of {rounds} rounds, one core")
    print(f"{'':30}{'ms CPU per call-second':>26}{'times real time':>18}")
    for part, times in spent.items():
        least, middle = (1000 * value / seconds for value in (min(times), median(times)))
        print(f"{part:30}{f'{least:.3f} ({middle:.3f})':>26}{1000 / least:>18,.0f}")


if __name__ == "__main__":
    main()
