"""Coverage-guided noise into everything that takes bytes from outside.

``python -m tests.benchmarks.fuzz [--runs 1000000] [--only messages ...]``: each target of
``tests/fuzz.py`` in a process of its own, by atheris (libFuzzer). Ends with status 1 if an input
breaks a target, takes longer than 5 s, or makes the process grow beyond 1 GB; the input is kept.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONGEST_S = 5
MOST_MB = 1024
NAMES = ["messages", "session", "codecs", "recordings", "playbooks", "thresholds", "logs"]
"""Of ``tests.fuzz.TARGETS``, which is imported where its coverage is counted."""
SLOW = {"recordings": 20, "playbooks": 100, "session": 5, "logs": 5}
"""Targets that take far longer for an input get so many times fewer."""


def fuzz(name: str, runs: int) -> None:
    """Fuzz a target; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["server", "coaching", "voice"]):
        from tests.fuzz import TARGETS
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(target.seeds):
            Path(folder, f"seed-{number}").write_bytes(seed)
        atheris.Setup(
            [
                "fuzz", f"-runs={runs}", "-max_len=8192", f"-timeout={LONGEST_S}",
                f"-rss_limit_mb={MOST_MB}", "-seed=1", "-print_final_stats=1",
                f"-artifact_prefix={tempfile.gettempdir()}/", folder,
            ],
            target.run,
        )  # fmt: skip
        atheris.Fuzz()


def main() -> None:
    """Fuzz all targets, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--target", choices=NAMES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.target:
        fuzz(asked.target, asked.runs)
    print(f"{'target':<12} {'inputs':>10} {'a second':>9} {'most MB':>8}  found")
    failed = False
    for name in asked.only:
        runs = max(1, asked.runs // SLOW.get(name, 1))
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, "--target", name, "--runs", str(runs)],
            capture_output=True, text=True, errors="replace",
        )  # fmt: skip
        figures = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
        inputs, most = int(figures.get("number_of_executed_units", 0)), figures.get("peak_rss_mb")
        rate = inputs / (time.monotonic() - began)
        found = "nothing" if done.returncode == 0 else f"status {done.returncode}"
        print(f"{name:<12} {inputs:>10,} {rate:>9,.0f} {most or '?':>8}  {found}", flush=True)
        if done.returncode:
            failed = True
            print(done.stderr[-3000:])
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
