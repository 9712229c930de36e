"""What a call waits for when it begins: nothing that is to be loaded."""

from __future__ import annotations

import subprocess
import sys

_OPENS = """
import sys, tempfile
from pathlib import Path
from tests.server.live.floors import floor_in, opening

with tempfile.TemporaryDirectory() as folder, floor_in(Path(folder)) as (floor, _):
    before = set(sys.modules)
    floor.open(opening("c"))
    print(*sorted(set(sys.modules) - before))
"""


def test_the_first_call_loads_nothing() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _OPENS], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []
