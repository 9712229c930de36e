"""What it costs to ask an archive of 10,000 calls: dashboard, search, and other rules.

``python -m tests.benchmarks.archive_dashboard [--calls N] [--dir DIR]`` makes the archive of
synthetic facts up (or takes the one in DIR that an earlier run left), asks each thing in a process
of its own, and prints wall and CPU seconds and the most memory. The truth that was planted in the
archive is looked for in what the dashboard found, and a line says whether it is there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.server.archive.synthetic import BETTER_QUEUE, Plan, rise_week, split, write

QUERIES = (
    "refund late", "too expensive", '"ask my wife"', "contract", "退款 没人管", "考虑一下", "保证",
    "twins instalments", "router", "质量",
)  # fmt: skip
ROUNDS = 5


class Cost(NamedTuple):
    """Of one thing that was asked, with what it gave."""

    wall_s: float
    cpu_s: float
    most_mib: float
    gave: Any


def main() -> None:
    """Make up, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--dir", type=Path)
    given = parser.parse_args()
    plan = Plan(calls=given.calls)
    with TemporaryDirectory() as scratch:
        folder = given.dir or Path(scratch)
        if not (folder / "calls").exists():
            asked("made up", partial(write, folder, plan))
        told(folder, plan)


def told(folder: Path, plan: Plan) -> None:
    """Ask everything, and print it."""
    (folder / "search.sqlite").unlink(missing_ok=True)
    sizes = {
        name: sum(path.stat().st_size for path in (folder / name).iterdir())
        for name in ("calls", "windows", "events")
    }
    described = ", ".join(f"{name} {size / 2**20:.0f} MiB" for name, size in sizes.items())
    print(f"{plan.calls:,} calls; {described}")
    print(f"{'':34}{'wall s':>9}{'CPU s':>9}{'MiB':>8}")
    figures = asked("dashboard, with comparison", partial(draw, folder, plan)).gave
    asked("search: index built", partial(find, folder, ("refund",), 1))
    found = asked(f"search: {len(QUERIES)} queries, {ROUNDS} times", partial(find, folder)).gave
    print(f"  a query: median {1000 * median(found):.1f} ms, worst {1000 * max(found):.1f} ms")
    for workers in (1, 2):
        cost = asked(
            f"rescore, {workers} worker{'s'[: workers - 1]}", partial(again, folder, workers)
        )
        calls, audio_s = cost.gave
        print(
            f"  {calls / cost.wall_s:,.0f} calls a second; {audio_s / 3600:,.0f} h of calls, "
            f"{audio_s / cost.cpu_s:,.0f} times real time a CPU second"
        )
    truth(figures, plan)


def asked(name: str, work: Callable[[], Any]) -> Cost:
    """Do one thing in a process of its own, and print what it took."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        cost = pool.submit(measured, work).result()
    print(f"{name:34}{cost.wall_s:9.1f}{cost.cpu_s:9.1f}{cost.most_mib:8.0f}", flush=True)
    return cost


def measured(work: Callable[[], Any]) -> Cost:
    """Do it here; imports are part of it, as they are for whoever types the command."""
    begun = time.perf_counter()
    gave = work()
    wall_s = time.perf_counter() - begun
    own = resource.getrusage(resource.RUSAGE_SELF)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    return Cost(wall_s, cpu_s, max(_most_kib(), others.ru_maxrss) / 1024, gave)


def _most_kib() -> int:
    """Most memory of this process; Linux's ru_maxrss begins with that of the parent."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise RuntimeError("this system does not tell what memory a process took")


def draw(folder: Path, plan: Plan) -> dict[str, Any]:
    """Write the page; give the figures that stand in it."""
    from server.archive.dashboard import write_dashboard

    page = write_dashboard(folder, split(plan), "queue").read_text("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found is not None
    figures: dict[str, Any] = json.loads(found[1])
    return figures


def find(folder: Path, queries: tuple[str, ...] = QUERIES, rounds: int = ROUNDS) -> list[float]:
    """Search, and give the seconds of each query."""
    from server.archive.search import search

    taken = []
    for _ in range(rounds):
        for query in queries:
            begun = time.perf_counter()
            assert search(folder, query), query
            taken.append(time.perf_counter() - begun)
    return taken


def again(folder: Path, workers: int) -> tuple[int, float]:
    """Score again with another threshold; give calls and their seconds."""
    from coaching.profiles import Profiles
    from coaching.thresholds import Thresholds
    from server.archive.rescore import rescore

    found = rescore(folder, None, Profiles(Thresholds(cue_first_s=40.0)), workers=workers)
    return found.calls, found.audio_s


def truth(figures: dict[str, Any], plan: Plan) -> None:
    """Say whether what was planted was found, and nothing else."""
    alerts = [(one["kind"], one["week"]) for one in figures["alerts"]]
    rules = [{*one["given"], one["also"]} for one in figures["together"]]
    cards = [
        one["measure"]
        for one in figures["cards"]
        if one["card_id"] is None and one["verdict"] == "clear"
    ]
    changes = {
        (one["by"], one["figure"])
        for one in figures["compare"]["changes"]
        if one["verdict"] == "clear" and one["by"]
    }
    checks = {
        "the planted rise is the only alert": alerts == [(plan.rises, rise_week(plan).isoformat())],
        "the planted pair is the only rule": rules == [set(plan.together)],
        "cards help, as planted": "left_calm" in cards and "repeat" not in cards,
        "one queue changed, as planted": changes == {(BETTER_QUEUE, "repeat")},
    }
    for what, holds in checks.items():
        print(f"{what}: {'yes' if holds else 'NO'}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
