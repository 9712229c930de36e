"""An archive run in a process of its own, ended by signals at seeded moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from server.archive.ledger import LEDGER
from tests.conftest import ROOT

from .made import small_playbook

PATIENCE_S = 120.0
LOOK_S = 0.005


class Run:
    """``calmline archive`` without words, a part a call, by one worker."""

    def __init__(self, source: Path, out: Path, *more: str, playbook: bool = True) -> None:
        command = [sys.executable, "-m", "server.cli", "archive", str(source), "--out", str(out)]
        command += ["--no-words", "--caller", "left", "--workers", "1", "--part-calls", "1", *more]
        command += ["--playbook", str(small_playbook(out.parent))] if playbook else []
        self._out = out
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def wait_for(self, calls: int) -> None:
        """Wait until so many calls are in the ledger, or the run is over."""
        limit_s = time.monotonic() + PATIENCE_S
        while self._process.poll() is None and noted(self._out) < calls:
            assert time.monotonic() < limit_s, "nothing gets done"
            time.sleep(LOOK_S)

    def end(self, number: signal.Signals | None = None) -> int:
        """Send a signal, if one is given; its exit status, once its workers are gone too."""
        if number is not None:
            self._process.send_signal(number)
        # every process of the run holds the pipe: it is at its end when the last of them is
        _, told = self._process.communicate(timeout=PATIENCE_S)
        assert "Traceback" not in told, told
        return self._process.returncode


def noted(out: Path) -> int:
    """How many parts the ledger tells of."""
    ledger = out / LEDGER
    return ledger.read_bytes().count(b'{"part"') if ledger.exists() else 0


def killed(source: Path, out: Path, *, times: int, seed: int, calls: int) -> int:
    """Run an archive, killing it again and again, then once to the end.

    Parameters
    ----------
    source, out
        As for the command.
    times
        How often to `kill -9`, each after some more calls and a moment more.
    seed
        Of the moments.
    calls
        How many calls the source holds; more than ``times``.

    Returns
    -------
    int
        How many kills met a run at work.
    """
    chance, met = random.Random(seed), 0
    for kill in range(times):
        run = Run(source, out)
        # at least one call more each time, so that no kill comes before anything was written
        run.wait_for(max(noted(out) + 1, (kill + 1) * (calls - 1) // (times + 1)))
        time.sleep(chance.uniform(0, 0.1))
        met += run.end(signal.SIGKILL) == -signal.SIGKILL
    assert Run(source, out).end() == 0
    return met
