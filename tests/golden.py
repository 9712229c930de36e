"""Golden event streams: the whole log of bundled calls, as it was when somebody read it.

``python -m tests.golden`` writes them again; read the difference before committing it. Numbers
may differ a little from processor to processor (FFT and model), order and kinds may not.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup, Logged
from coaching.thresholds import Thresholds
from server.wire import to_line
from tests.conftest import ROOT
from tests.voice.sound import sample

NAMES = ("en-rising", "zh-gives-up")


def path(name: str) -> Path:
    """Where a golden log lies."""
    return ROOT / "tests" / "golden" / f"{name}.jsonl"


@cache
def log(name: str) -> tuple[Logged, ...]:
    """The log of a bundled call, fed in one block, by voice alone."""
    call, labels = sample(name)
    session = CallSession(
        CallSetup(
            call_id=name,
            roles=("caller", "agent"),
            language=labels["language"],
            playbook=bundled(labels["language"]),
            thresholds=Thresholds(),
        )
    )
    return (*session.feed(call), *session.finish())


def read(name: str) -> list[dict[str, Any]]:
    """The golden log."""
    return [json.loads(line) for line in path(name).read_text("utf-8").splitlines()]


def main() -> None:
    """Write all golden logs again."""
    for name in NAMES:
        lines = [to_line(name, logged) for logged in log(name)]
        path(name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
