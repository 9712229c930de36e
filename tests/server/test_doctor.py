"""What the doctor says of a machine, sound and broken in one place after the other."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from models.catalog import BUNDLE, Places
from server import models_cli, settings
from server.doctor import doctor, engine, machine, report
from server.doctor.findings import Finding
from server.doctor.report import Check, Line
from tests.conftest import ROOT
from voice.vad import Vad


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> list[Line]:
    """Everything, once, on this machine."""
    return list(report.examine(report.checks(tmp_path_factory.mktemp("data"))))


def look(check: Callable[[], Finding], advice: str = "") -> Line:
    """Do one check as the doctor does."""
    (line,) = report.examine([Check(name="it", look=check, advice=advice)])
    return line


def test_this_machine_can_run_calmline(sound: list[Line]) -> None:
    by_name = {line.name: line for line in sound}
    assert [line for line in sound if line.status == "fail"] == []
    assert {"python", "numpy", "websockets", "bundled model", "Opus", "clock"} <= by_name.keys()
    assert len(by_name) == len(sound)
    assert by_name["own models"].status == "warn"  # tests see no model that was fetched
    assert "wal" in by_name["data folder"].found
    assert by_name["WAV"].found == "a tone of 220 Hz came back as 220 Hz, 1.00 s of it"
    assert all(line.advice for line in sound if line.status != "ok")
    assert all(line.seconds >= 0 for line in sound)


def test_a_report_for_machines(
    sound: list[Line], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "examine", lambda todo: sound)
    assert doctor(True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["checks"][0].keys() == {"name", "status", "found", "advice", "seconds"}
    assert [line["name"] for line in told["checks"]] == [line.name for line in sound]


def test_a_report_for_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    bad = partial(machine.data_folder, tmp_path / "file" / "data")
    todo = [
        Check(name="clock", look=machine.clock),
        Check(name="data folder", look=bad, advice=machine.ANOTHER),
    ]
    monkeypatch.setattr(report, "checks", lambda data: todo)
    assert doctor(False) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "ok clock" in told
    assert "fail data folder" in told
    assert "NotADirectoryError" in told
    assert "give another folder" in told
    assert told.endswith("Something it needs does not work.")


def test_a_report_on_a_terminal_without_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(screen, "ascii"))
    odd = Check(name="it", look=lambda: Finding(status="warn", found="/home/王女士", advice="—"))
    monkeypatch.setattr(report, "checks", lambda data: [odd])
    assert doctor(False) == 0
    assert doctor(True) == 0
    told = look(machine.terminal)
    assert (told.status, told.found.split(",")[0]) == ("warn", "ascii")
    sys.stdout.flush()
    assert b"/home/???" in screen.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="homes are set otherwise there")
def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    program = (
        "from server.doctor import machine; from server.doctor.report import Check, examine;"
        "check = Check(name='data', look=lambda: machine.data_folder(None), advice='move');"
        "print([(line.status, line.advice) for line in examine([check])])"
    )
    home = {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=home, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[('fail', 'move')]", done.stderr


def test_a_data_folder_is_left_as_it_was(tmp_path: Path) -> None:
    assert look(partial(machine.data_folder, tmp_path / "new" / "data")).status == "ok"
    assert list((tmp_path / "new" / "data").iterdir()) == []


def test_a_data_folder_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(machine.HOME, str(tmp_path / "there"))
    assert look(partial(machine.data_folder, None)).found.startswith(str(tmp_path / "there"))


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "DISK_BYTES", shutil.disk_usage(tmp_path).total + 1)
    line = look(partial(machine.data_folder, tmp_path))
    assert (line.status, line.advice) == ("warn", "make room")


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    line = look(engine.python)
    assert (line.status, line.advice) == ("fail", "install Python 3.11 or later")


@pytest.mark.parametrize(
    ("name", "wanted", "found"),
    [("no-such-package", ">=1", "it is missing"), ("numpy", ">=99", "is not >=99")],
)
def test_a_package_that_is_not_there(name: str, wanted: str, found: str) -> None:
    line = look(partial(engine.dependency, name, wanted))
    assert line.status == "fail"
    assert found in line.found
    assert line.advice == f'pip install "{name}{wanted}"'


def test_a_package_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "calm_broken.py").write_text("import calm_library_that_is_not_here")
    record = tmp_path / "calm_broken-2.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: calm-broken\nVersion: 2.0\n")
    (record / "RECORD").write_text("calm_broken.py,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    line = look(partial(engine.dependency, "Calm.Broken", ">=1"), "again")
    assert (line.status, line.advice) == ("fail", "again")
    assert line.found == "ModuleNotFoundError: No module named 'calm_library_that_is_not_here'"


def test_only_what_is_needed_here_is_asked_for() -> None:
    names = [name for name, _ in engine.requirements()]
    assert "numpy" in names
    assert not {"pytest", "opensmile", "torch"} & set(names)


def test_a_bundled_model_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = Places(fetched=tmp_path, cache=tmp_path / "cache", bundle=tmp_path / "bundle")
    monkeypatch.setattr(models_cli, "places", lambda: nowhere)
    line = look(engine.bundled_model)
    assert (line.status, line.found) == ("fail", "it is missing")


def test_a_bundled_model_that_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(BUNDLE, bundle)
    for path in bundle.glob("*.tar.xz"):
        path.write_bytes(path.read_bytes()[:1000])
    broken = Places(fetched=tmp_path, cache=tmp_path / "cache", bundle=bundle)
    monkeypatch.setattr(models_cli, "places", lambda: broken)
    line = look(engine.bundled_model, "install again")
    assert (line.status, line.advice) == ("fail", "install again")


def test_a_codec_that_is_not_there() -> None:
    assert look(partial(engine.decoding, "no_codec", "wav")).status == "fail"


def test_a_tone_that_comes_back_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    tone = engine._tone
    monkeypatch.setattr(engine, "_tone", lambda rate: tone(rate)[::2])
    line = look(partial(engine.decoding, "pcm_s16le", "wav"))
    assert line.status == "fail"
    assert "came back as 440 Hz, 0.50 s" in line.found


def test_a_voice_that_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vad, "feed", lambda self, block, lost: np.zeros((len(block), 9)))
    line = look(engine.voice_activity)
    assert line.status == "fail"
    assert "speech in 0% of a call" in line.found


def test_loops_that_are_compiled_at_each_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(engine.pitch).status == "ok"
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/tmp/calmline-compiled-x")
    line = look(engine.pitch)
    assert (line.status, line.advice) == (
        "warn", "let NUMBA_CACHE_DIR name a folder that can be written"
    )  # fmt: skip
    assert line.found.endswith("at each start anew")


def test_a_processor_with_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0}, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    line = look(machine.processor)
    assert line.status == "warn"
    assert line.found.startswith("1 cores, ")
    assert line.found.endswith("OMP_NUM_THREADS=1")


def test_a_port_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(settings, "WEB_PORT", port)
        monkeypatch.setattr(settings, "MEDIA_PORT", port)
        line = look(machine.ports)
    assert (line.status, line.found) == ("warn", f"taken: {port} and {port}")


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="there is always one there")
def test_a_machine_without_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert look(machine.browser).status == "warn"
    program = tmp_path / "firefox"
    program.touch(0o755)
    assert look(machine.browser).found == "firefox"


def test_a_clock_that_shows_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert look(machine.clock).status == "fail"


def test_a_gpu_that_ctranslate2_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctranslate2

    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 2)
    assert look(machine.gpu).found == "2 for words"


def test_asking_for_the_doctor_brings_nothing_heavy() -> None:
    program = (
        "import sys, server.doctor; "
        "print({'numpy', 'faster_whisper', 'librosa', 'av', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr
