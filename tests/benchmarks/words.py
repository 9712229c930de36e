"""What words cost and when they come.

``python -m tests.benchmarks.words`` prints four tables; ``--only`` picks some of them.

``delay``   final words of paced calls: percentiles after the end of speech and in the lane
``peers``   CPU against plain faster-whisper and its batched pipeline
``crowd``   many calls that all speak at once: words late but complete, voice on time
``memory``  resident memory over hours of speech, fed as fast as it is transcribed

Times are of the machine as it is: compare within one run. Models: the bundled one, if it is there,
and random weights of the true size of ``tiny`` and ``base``.
"""

from __future__ import annotations

import argparse
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import cycle
from pathlib import Path

from models.transcriber import RATE
from server.lane.client import Lane
from server.lane.desk import Answer
from server.lane.settings import LaneSettings
from server.live.processes import usual_processes
from tests.voice.sound import SAMPLES

from .words_calls import ANSWER_S, crowd, dropped, paced, percentile, share, spoken
from .words_models import loader

TABLES = ("delay", "peers", "crowd", "memory")
MODELS = ("bundled", "tiny", "base")
OUTSTANDING = 16
"""Utterances that wait while memory is watched."""


def open_lane(model: str, workers: int | None) -> Lane | None:
    """A started lane, or a line that says why there is none."""
    load = loader(model)
    if load is None:
        print(f"{model:8} left out: there is no bundled model")
        return None
    lane = Lane(load, LaneSettings() if workers is None else LaneSettings(workers=workers))
    lane.start()
    return lane


def delay(models: Sequence[str], calls: Sequence[int], seconds: float, workers: int | None) -> None:
    """Print when final words come."""
    print(f"\nfinal words of calls paced for {seconds:g} s; {share():.2f} s of utterances a second")
    print(f"and call, {dropped():.0%} of them handed in although they went on; delay in seconds")
    print("after the end of speech (in the lane: since handed in)")
    columns = ("p50", "p95", "p99", "lane p50", "p95", "p99", "load", "RTF")
    print(f"{'model':8} calls {'n':>5}" + "".join(f"{column:>9}" for column in columns))
    for model in models:
        lane = open_lane(model, workers)
        if lane is None:
            continue
        state = lane.state()
        print(
            f"{model:8} {state.workers} workers, capacity {state.capacity:.1f}: {state.calls} calls"
        )
        for count in calls:
            delays, state = paced(lane, count, seconds)
            cells = [
                percentile(values, rank)
                for values in (delays.after_speech_s, delays.in_lane_s)
                for rank in (0.5, 0.95, 0.99)
            ]
            cells += [state.load, state.real_time_factor or 0.0]
            print(
                f"{model:8} {count:5} {len(delays.in_lane_s):5}"
                + "".join(f"{cell:9.3f}" for cell in cells)
                + (f"  {delays.missing} MISSING" if delays.missing else "")
            )
        lane.close()


def peers(models: Sequence[str], rounds: int) -> None:
    """Print what the same utterances cost elsewhere."""
    from .words_peers import compare

    print("\nCPU ms per second of utterances, one thread, beam 5, word times (random weights)")
    print(
        f"{'model':8}{'ours':>9}{'plain':>9}{'batched':>9}{'plain/ours':>12}{'batched/ours':>14}"
        "   tokens said"
    )
    for model in models:
        if model == "bundled":
            continue  # it has 10 s of positions; plain faster-whisper needs 30
        costs = compare(model, rounds)
        cells = [
            1000 * spent / costs.audio_s for spent in (costs.ours_s, costs.plain_s, costs.batched_s)
        ]
        print(
            f"{model:8}"
            + "".join(f"{cell:9.1f}" for cell in cells)
            + f"{cells[1] / cells[0]:12.2f}{cells[2] / cells[0]:14.2f}   "
            + " ".join(map(str, costs.tokens))
        )


def many(model: str, calls: int, seconds: float, workers: int | None, processes: int) -> None:
    """Print what becomes of many calls at once."""
    lane = open_lane(model, workers)
    if lane is None:
        return
    alone, told = (crowd(words, calls, seconds, processes) for words in (None, lane))
    lane.close()
    print(f"\n{calls} calls say the same {seconds:g} s at once ({model}), on a live floor")
    print(f"of {processes} voice processes" if processes else "of a voice thread")
    print(f"sound dropped: {alone.overrun_s + told.overrun_s:.1f} s")
    print(
        f"words: {told.heard} of {told.utterances} utterances, the last {told.last_words_s:.1f} s"
    )
    print("after the sound had ended")
    print("voice: ms from the end of a tick until all calls have heard it")
    print(f"{'':14}{'p50':>8}{'p95':>8}{'max':>8}   CPU ms of the server per second of a call")
    for what, one in (("without words", alone), ("with words", told)):
        cells = [1000 * percentile(one.ticks_late_s, rank) for rank in (0.5, 0.95, 1.0)]
        print(f"{what:14}" + "".join(f"{cell:8.0f}" for cell in cells) + f"{1000 * one.cpu_s:8.2f}")


def memory(model: str, hours: float, workers: int | None) -> None:
    """Print resident memory while hours of speech are transcribed."""
    lane = open_lane(model, workers)
    if lane is None:
        return
    print(f"\nresident memory over {hours:g} h of speech ({model}), MB")
    print(f"{'hours':>7}{'server':>9}{'workers':>9}")
    waiting: deque[Future[Answer]] = deque()
    heard_s, step_s = 0.0, hours * 3600 / 10
    told_at_s = 0.0
    for number, one in enumerate(cycle([one for name in SAMPLES for one in spoken(name)])):
        if heard_s >= told_at_s:
            resident = [_resident(pid) for pid in (os.getpid(), *lane.state().processes)]
            print(f"{heard_s / 3600:7.2f}{resident[0]:9.1f}{sum(resident[1:]):9.1f}", flush=True)
            told_at_s += step_s
        if heard_s >= hours * 3600:
            break
        waiting.append(lane.submit(f"call-{number % 8}", str(number), one.samples, one.language))
        heard_s += len(one.samples) / RATE
        if len(waiting) > OUTSTANDING:
            waiting.popleft().result(ANSWER_S)
    lane.close(drain_s=ANSWER_S)
    print(f"real-time factor {lane.state().real_time_factor:.4f}; missing {lane.state().missing}")


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", nargs="+", choices=TABLES, default=TABLES)
    parser.add_argument("--models", nargs="+", choices=(*MODELS, "small"), default=MODELS)
    parser.add_argument("--calls", nargs="+", type=int, default=(1, 4, 16, 32))
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--workers", type=int, help="default: all cores but one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--crowd", type=int, default=200, help="calls that speak at once")
    parser.add_argument("--voice-processes", type=int, default=usual_processes())
    parser.add_argument("--crowd-seconds", type=float, default=10.0)
    parser.add_argument("--hours", type=float, default=2.0, help="of speech, for memory")
    options = parser.parse_args()
    bundled = "bundled" in options.models and loader("bundled") is not None
    cheapest = "bundled" if bundled else next(m for m in options.models if m != "bundled")
    if "delay" in options.only:
        delay(options.models, options.calls, options.seconds, options.workers)
    if "peers" in options.only:
        peers(options.models, options.rounds)
    if "crowd" in options.only:
        many(
            cheapest, options.crowd, options.crowd_seconds, options.workers, options.voice_processes
        )
    if "memory" in options.only:
        memory(cheapest, options.hours, options.workers)


if __name__ == "__main__":
    main()
