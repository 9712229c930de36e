"""What a live server costs and how late it tells, with N paced calls from other processes.

``python -m tests.benchmarks.live [--calls 1 10 50 100] [--frames-ms 20 100]
[--words off bundled tiny] [--voice-processes N] [--seconds 30] [--plot FILE]`` runs
``calmline serve`` for each N. The delay runs from the sending of the frame that completes a tick
to the arrival, on a console's socket, of an event that the tick made known; ``cue`` is the same
for cards alone. CPU (by part in a second table: ``live_parts``) is that of the server, of its
voice processes and, with words, of its lane, so other load on the machine, the clients' included,
lengthens the delay far more than the CPU.
Words are off, or by the ``bundled`` model, or by one of random weights of the size of Whisper's
``tiny``, which does all the work of an utterance and says nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from .live_clients import AT_ONCE, PATIENCE_S, Load, Seen, Sent, name_of, send_calls, watch_calls
from .live_parts import server_ms, table
from .live_server import LABORIOUS, PARTS_IN, measured
from .words_models import build

CALLS_A_SENDER = 50
SETTLE_S = 1.0
BUDGET_CPU_MS, BUDGET_P50_S, BUDGET_P99_S, BUDGET_LANE_P99_S = 5.5, 0.025, 0.100, 0.300
WORDS = ("off", "bundled", "tiny")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run gave."""

    calls: int
    frame_ms: int
    words: str
    events: int
    lost: int
    delays_s: tuple[float, ...]
    cue_delays_s: tuple[float, ...]
    cpu_ms: dict[str, float]
    memory_mb: float
    descriptors: tuple[int, int]
    late_s: float

    @property
    def broken(self) -> list[str]:
        """Budgets of the design that were not met."""
        p50, _, p99 = ranks(self.delays_s)
        most = BUDGET_LANE_P99_S if self.words != "off" else BUDGET_P99_S
        checks = {
            "p50": self.words == "off" and p50 > BUDGET_P50_S,
            "p99": p99 > most,
            "cpu": server_ms(self.cpu_ms) > BUDGET_CPU_MS,
            "lost": self.lost > 0,
            "files": self.descriptors[1] > self.descriptors[0],
        }
        return [name for name, failed in checks.items() if failed]


def ranks(delays_s: Sequence[float]) -> tuple[float, float, float]:
    """Give median, 95th and 99th percentile."""
    if not delays_s:
        return (float("nan"),) * 3
    p50, p95, p99 = np.percentile(delays_s, [50, 95, 99], method="higher")
    return float(p50), float(p95), float(p99)


def delays(sent: Iterable[Sent], seen: Iterable[Seen], types: str = "") -> tuple[float, ...]:
    """Give how long each event took that a tick made known while the sound went on."""
    ticks = {call.call_id: call.ticks for call in sent}
    return tuple(
        event.at - ticks[event.call_id][tick - 1]
        for event in seen
        if event.type.startswith(types)
        and 0 < (tick := round(event.known_at_s * 10)) <= len(ticks[event.call_id])
    )


def lost(sent: Iterable[Sent], seen: Iterable[Seen]) -> int:
    """Count events that the server told and the console did not get."""
    got: dict[str, set[int]] = defaultdict(set)
    for event in seen:
        got[event.call_id].add(event.seq)
    return sum(len(set(range(1, call.events + 1)) - got[call.call_id]) for call in sent)


def options_of(words: str, processes: int | None) -> list[str]:
    """Give the options of the server."""
    options = {
        "off": ["--no-words"],
        "bundled": ["--demo-words"],
        "tiny": [LABORIOUS, "--demo-words", "--model", str(build("tiny"))],
    }[words]
    return options + ([] if processes is None else ["--voice-processes", str(processes)])


def measure(
    calls: int, frame_ms: int, *, words: str, seconds: float, processes: int | None
) -> Figures:
    """Run a server with so many calls."""
    context = get_context("spawn")
    options = options_of(words, processes)
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as parts,
        measured(Path(folder), PARTS_IN, parts, "--max-calls", "1000", *options) as server,
    ):
        server.warm()
        time.sleep(SETTLE_S)
        files, memory, cpu = server.descriptors, server.resident_mb, server.cpu_s(Path(parts))
        numbers = tuple(range(calls))
        seeing, from_watcher = context.Pipe(duplex=False)
        watcher = context.Process(
            target=watch_calls, args=(from_watcher, server.web_url, numbers), daemon=True
        )
        watcher.start()
        assert seeing.poll(PATIENCE_S)
        assert seeing.recv() == "ready"
        begin_at = time.monotonic() + 3.0  # by then the senders have read their sound
        senders = []
        for first in range(0, calls, CALLS_A_SENDER):
            mine = numbers[first : first + CALLS_A_SENDER]
            load = Load(server.media_url, mine, seconds, frame_ms, begin_at)
            hearing, from_sender = context.Pipe(duplex=False)
            sender = context.Process(target=send_calls, args=(from_sender, load), daemon=True)
            sender.start()
            senders.append((sender, hearing))
        # all calls are there, and none has ended
        time.sleep(max(0.0, begin_at + max(calls / AT_ONCE, 0.8 * seconds) - time.monotonic()))
        most_memory = server.resident_mb
        sent: list[Sent] = []
        for sender, hearing in senders:
            assert hearing.poll(seconds + calls / AT_ONCE + PATIENCE_S)
            sent += hearing.recv()
            sender.join()
        assert seeing.poll(PATIENCE_S)
        seen: list[Seen] = seeing.recv()
        watcher.join()
        time.sleep(SETTLE_S)
        after = server.cpu_s(Path(parts))
        total = calls * seconds
        assert {call.call_id for call in sent} == {name_of(number) for number in numbers}
        return Figures(
            calls=calls,
            frame_ms=frame_ms,
            words=words,
            events=sum(call.events for call in sent),
            lost=lost(sent, seen),
            delays_s=delays(sent, seen),
            cue_delays_s=delays(sent, seen, "cue_shown"),
            cpu_ms={part: 1000 * (after[part] - cpu.get(part, 0.0)) / total for part in after},
            memory_mb=(most_memory - memory) / calls,
            descriptors=(files, server.descriptors),
            late_s=max(call.late_s for call in sent),
        )


def row(figures: Figures) -> str:
    """Give a line of the table."""
    p50, p95, p99 = (1000 * value for value in ranks(figures.delays_s))
    cue99 = 1000 * ranks(figures.cue_delays_s)[2]
    return (
        f"{figures.words:>7} {figures.calls:>5} {figures.frame_ms:>5} {p50:>7.1f} {p95:>7.1f}"
        f" {p99:>7.1f} {cue99:>7.1f}"
        f" {figures.lost:>4}/{figures.events:<6} {server_ms(figures.cpu_ms):>6.2f}"
        f" {figures.cpu_ms.get('lane', 0.0):>6.2f} {figures.memory_mb:>6.2f}"
        f" {figures.descriptors[0]:>4}>{figures.descriptors[1]:<4} {1000 * figures.late_s:>6.0f} "
        f" {' '.join(figures.broken) or '-'}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 10, 50, 100])
    parser.add_argument("--frames-ms", type=int, nargs="+", default=[20, 100])
    parser.add_argument("--words", choices=WORDS, nargs="+", default=["off"])
    parser.add_argument("--voice-processes", type=int, help="default: the server's")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--plot", type=Path, help="an SVG of the delays")
    asked = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores for server and clients, load before "
        f"{os.getloadavg()[0]:.1f}; {asked.seconds:.0f} s a call"
    )
    print(
        f"{'':19} {'delay, ms':>23} {'cue':>7} {'lost':>11} {'CPU, ms':>13} {'MB a':>6}"
        f" {'open':>9} {'sent late':>9}\n"
        f"{'words':>7} {'calls':>5} {'frame':>5} {'p50':>7} {'p95':>7} {'p99':>7} {'p99':>7}"
        f" {'of events':>11}"
        f" {'server':>6} {'lane':>6} {'call':>6}"
        f" {'files':>9} {'ms':>6}  over budget"
    )
    found = []
    for words in asked.words:
        for frame_ms in asked.frames_ms:
            for calls in asked.calls:
                figures = measure(
                    calls,
                    frame_ms,
                    words=words,
                    seconds=asked.seconds,
                    processes=asked.voice_processes,
                )
                print(row(figures), flush=True)
                found.append(figures)
    named = [(f"{one.words} {one.calls} {one.frame_ms}", one.cpu_ms) for one in found]
    print("\n" + table(named, "CPU, ms a call-second"))
    if asked.plot:
        from .live_plot import plot

        plot(found, asked.plot)


if __name__ == "__main__":
    main()
