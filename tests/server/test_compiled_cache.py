"""Compiled code has a place even where the program's own folders cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from server import compiled_cache
from server.compiled_cache import VARIABLE, keep_compiled, kept_for_good, load_compiled
from tests.conftest import ROOT


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose caches lie here; the variable is put back in the end."""
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def read_only(folder: Path) -> bool:
    return "calmline" in folder.parts


def test_beside_the_source_is_the_usual_place(user: Path) -> None:
    keep_compiled()
    assert not os.environ[VARIABLE]
    assert kept_for_good()


def test_who_says_where_decides(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/somewhere")
    monkeypatch.setattr(compiled_cache, "_writable", lambda folder: False)
    keep_compiled()
    assert os.environ[VARIABLE] == "/somewhere"


def test_an_installation_that_is_read_only_has_the_users_cache(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_cache, "_writable", read_only)
    keep_compiled()
    place = Path(os.environ[VARIABLE])
    assert place.is_dir()
    assert place.is_relative_to(user)
    assert kept_for_good()


def test_what_is_compiled_is_loaded_by_one_process_at_a_time(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(user))
    held: list[bool] = []

    def imported(name: str) -> None:
        with pytest.raises(Timeout):
            FileLock(user / "calmline.lock", timeout=0).acquire()
        held.append(True)

    monkeypatch.setattr(compiled_cache, "import_module", imported)
    load_compiled.__wrapped__(precise=True)
    assert held == [True]
    with FileLock(user / "calmline.lock", timeout=0):
        pass  # and then it is free


def test_processes_that_begin_together_leave_a_cache_that_works(tmp_path: Path) -> None:
    program = (
        "from server.compiled_cache import load_compiled\n"
        "load_compiled(precise=True)\n"
        "import numpy as np\n"
        "from voice.precise import contour\n"
        "contour(np.zeros(8000, np.float32))\n"
    )
    environment = os.environ | {VARIABLE: str(tmp_path)}
    for _ in range(2):  # with an empty cache, and with what they have left
        together = [
            subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment)
            for _ in range(3)
        ]
        assert [process.wait() for process in together] == [0, 0, 0]


def test_a_user_without_a_home_still_can_analyse(tmp_path: Path) -> None:
    """The real thing: nothing but a temporary folder can be written, and librosa is imported."""
    file = tmp_path / "file"
    file.touch()
    program = (
        "import os\n"
        "from server import compiled_cache as cache\n"
        "cache._writable = lambda folder: False\n"
        "cache.keep_compiled()\n"
        "from voice.prosody import Prosody\n"
        "Prosody('caller')\n"
        "place = os.environ[cache.VARIABLE]\n"
        "kept = sum(len(names) for *_, names in os.walk(place))\n"
        "print(place, cache.kept_for_good(), kept > 20)\n"
    )
    nowhere = dict.fromkeys(("HOME", "XDG_CACHE_HOME"), str(file / "none"))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | nowhere | {VARIABLE: "", "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    place, for_good, used = done.stdout.split()
    assert Path(place).parent == tmp_path
    assert (for_good, used) == ("False", "True")
    assert not Path(place).exists()  # it went with the process
