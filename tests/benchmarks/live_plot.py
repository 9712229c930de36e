"""A picture of what ``tests.benchmarks.live`` has measured: delays and costs by number of calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .live import Figures


def plot(found: Sequence[Figures], path: Path) -> None:
    """Draw delays (p50 and p99, with their budgets) beside CPU, as SVG.

    Parameters
    ----------
    found
        Any numbers of calls, frames and ways of words; a line for each pair of the last two.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from .live import BUDGET_CPU_MS, BUDGET_LANE_P99_S, BUDGET_P99_S, ranks
    from .live_parts import server_ms

    mpl.rcParams["svg.hashsalt"] = "calmline"  # the same figures give the same file
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    delay, cpu = figure.subplots(1, 2)
    lines: defaultdict[tuple[str, int], list[Figures]] = defaultdict(list)
    for one in found:
        lines[one.words, one.frame_ms].append(one)
    words = list(dict.fromkeys(one.words for one in found))
    frames = sorted({one.frame_ms for one in found})
    for (way, frame_ms), line in lines.items():
        line.sort(key=lambda one: one.calls)
        calls = [one.calls for one in line]
        look: dict[str, Any] = {
            "color": f"C{words.index(way)}",
            "linestyle": ("-", "--", ":")[frames.index(frame_ms) % 3],
        }
        for rank, width in ((0, 0.7), (2, 1.8)):
            delays_ms = [1000 * ranks(one.delays_s)[rank] for one in line]
            delay.plot(calls, delays_ms, linewidth=width, **look)
        spent = [server_ms(one.cpu_ms) for one in line]
        cpu.plot(calls, spent, linewidth=1.8, label=f"words {way}, {frame_ms} ms frames", **look)
    for budget_s, name in ((BUDGET_P99_S, "budget"), (BUDGET_LANE_P99_S, "budget, words")):
        delay.axhline(1000 * budget_s, color="0.6", linewidth=0.8)
        delay.text(0, 1000 * budget_s, f"p99 {name}", color="0.4", fontsize=7, va="bottom")
    cpu.axhline(BUDGET_CPU_MS, color="0.6", linewidth=0.8)
    cpu.text(0, BUDGET_CPU_MS, "budget", color="0.4", fontsize=7, va="top")
    cpu.set(xlabel="calls", ylabel="CPU of the server, ms a call-second", ylim=(0, None))
    delay.set(xlabel="calls", ylabel="frame to console, ms (p99, thin: p50)", yscale="log")
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None})
