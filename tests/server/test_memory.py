"""What calls leave behind is given back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from tests.conftest import ROOT

_LEFT_BEHIND = """
import sys
from pathlib import Path
from server.memory import Tidy

def resident_mb():
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024

kept = []
for number in range(40_000):  # what lasts lies between what does not
    passing = [bytes(2000) for _ in range(2)]
    kept.append((bytes(100), passing))
kept = [one for one, _ in kept]
before = resident_mb()
Tidy(every_s=3600.0).call_ended()
unchanged = resident_mb()
Tidy(every_s=0.0).call_ended()
print(before, unchanged, resident_mb())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_free_memory_goes_back_but_not_all_the_time() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _LEFT_BEHIND], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before, unchanged, after = map(float, found.stdout.split())
    assert unchanged > before - 20
    assert after < before - 50
