"""A worker's function under which some recordings are deadly: sent to the workers by its name."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from server.archive.score import score_recording
from server.archive.tasks import Scored, Task

DEADLY = "deadly"
DEADLY_ONCE = "deadly-once"


def score_or_die(task: Task) -> Scored:
    """Score a recording, unless it is one that kills."""
    if task.call_id == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    if task.call_id == DEADLY_ONCE:
        mark = Path(task.addresses[0]).with_suffix(".dead")
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return score_recording(task)
