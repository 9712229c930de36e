"""Nothing leaves the machine: onnxruntime's telemetry is off before it is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

OPEN_A_MODEL = (
    "import numpy, onnxruntime; "
    "onnxruntime.InferenceSession({path!r}, providers=['CPUExecutionProvider'])"
)


def traces(folder: Path, code: str) -> list[str]:
    """What a process leaves in its folder for temporary files."""
    # as on a user's machine: on a build server (CI=true) it says nothing of its own accord
    env = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=ROOT, env=env | {"TMPDIR": str(folder)}, check=True)
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "code",
    [
        "from models import silero; silero.load((0.5, 0.5))",
        "from voice.vad import Vad; Vad(1)",
        "from models import whisper; import faster_whisper, onnxruntime\n"
        "from models import silero; silero.load((0.5, 0.5))",
    ],
)
def test_no_session_is_opened_with_its_maker(code: str, tmp_path: Path) -> None:
    assert traces(tmp_path, code) == []


def test_the_trace_is_there_where_nobody_says_no(tmp_path: Path) -> None:
    from models import silero

    assert traces(tmp_path, OPEN_A_MODEL.format(path=str(silero.find()))) == [".ses"]
