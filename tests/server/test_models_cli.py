"""`calmline models` as a user types it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from models import archive
from models.catalog import BUNDLE, Places
from server import models_cli
from tests.conftest import ROOT
from tests.files import speech, tone, write_wav
from tests.models import tiny
from tests.models.hub import serve

WORDS = [" good", " afternoon", " this", " is", " Anna."]
REPOSITORY = "Systran/faster-whisper-tiny"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that greets, with a window of 10 s."""
    return tiny.build(tmp_path_factory.mktemp("tiny") / "greeter", WORDS, window_s=10.0)


@pytest.fixture(scope="module")
def packed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a bundled one."""
    bundle = tmp_path_factory.mktemp("packed")
    archive.pack(folder, bundle, name="nano", source="a test")
    return bundle


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A home with nothing in it, where the commands look."""
    places = Places(
        fetched=tmp_path / "fetched", cache=tmp_path / "cache", bundle=tmp_path / "bundle"
    )
    monkeypatch.setattr(models_cli, "places", lambda: places)
    return places


def run(*words: object) -> Result:
    return CliRunner().invoke(models_cli.models, [str(word) for word in words])


def refused(result: Result) -> str:
    """The one line that a refused command prints."""
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("calmline: ")
    return line


def test_importing_the_command_brings_nothing_heavy() -> None:
    program = (
        "import sys, server.models_cli; "
        "print({'numpy', 'faster_whisper', 'huggingface_hub', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_places_are_the_users_or_those_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(models_cli.FETCHED, raising=False)
    monkeypatch.delenv(models_cli.CACHE, raising=False)
    assert models_cli.places() == Places.of_user()
    monkeypatch.setenv(models_cli.FETCHED, str(tmp_path / "f"))
    monkeypatch.setenv(models_cli.CACHE, str(tmp_path / "c"))
    assert models_cli.places() == Places(
        fetched=tmp_path / "f", cache=tmp_path / "c", bundle=BUNDLE
    )


def test_list_with_nothing_here(home: Places) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "no model is here" in result.output
    assert "small" in result.output
    found = json.loads(run("list", "--json").output)
    assert found["models"] == []
    assert {"tiny", "small", "large-v3-turbo"} <= set(found["fetchable"])


def test_list_tells_that_the_bundled_model_is_for_demos(
    home: Places, packed: Path, folder: Path
) -> None:
    copytree(packed, home.bundle)
    (row,) = json.loads(run("list", "--json").output)["models"]
    assert row == {
        "name": "nano",
        "origin": "bundled",
        "where": str(home.bundle),
        "bytes": sum(path.stat().st_size for path in folder.iterdir()),
        "languages": ["en", "zh"],
        "window_s": 10.0,
        "note": "demo only: it knows the bundled calls",
    }
    table = run("list").output
    for word in ("nano", "en, zh", "10 s", "demo only"):
        assert word in table
    assert not home.cache.exists()


def test_fetch_brings_a_model_to_where_the_environment_says(tmp_path: Path, folder: Path) -> None:
    """The real command in a process of its own, for the hub's address is read at its start."""
    program = "from server.models_cli import models; models(prog_name='calmline models')"
    with serve(REPOSITORY, folder) as hub:
        environment = {
            **os.environ,
            "HF_ENDPOINT": hub.url,
            models_cli.FETCHED: str(tmp_path / "fetched"),
        }
        done = subprocess.run(
            [sys.executable, "-c", program, "fetch", "tiny"],
            cwd=ROOT, env=environment, capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"tiny is here: {tmp_path / 'fetched' / 'tiny'}")
    assert (tmp_path / "fetched" / "tiny" / "model.bin").is_file()


def test_fetch_offers_names_that_come_near(home: Places) -> None:
    assert "did you mean small" in refused(run("fetch", "smal"))


def test_check_prints_what_the_model_is_and_costs(home: Places, folder: Path) -> None:
    result = run("check", folder, "--device", "cpu")
    assert result.exit_code == 0, result.output
    for word in ("greeter", "no manifest", "ctranslate2-", "en, zh", "10 s", "real-time factor"):
        assert word in result.output
    assert "verdict" not in result.output


def test_check_compares_windows_on_recordings(home: Places, folder: Path, tmp_path: Path) -> None:
    call = write_wav(tmp_path / "call.wav", speech(8))
    result = run("check", folder, "--device", "cpu", "--language", "en", "--audio", call)
    assert result.exit_code == 0, result.output
    # this model says the same five words whatever it hears, in any window
    assert re.search(r"agreement  0 of [1-9]\d* words .*\(0\.0%\); 0 utterances", result.output)
    assert "too little to say" in result.output
    assert "Anna" not in result.output


def test_check_takes_auto_where_only_recordings_are_named(home: Places, tmp_path: Path) -> None:
    wavs = [write_wav(tmp_path / f"{n}.wav", speech(2)) for n in "ab"]
    assert "there is no model on this machine" in refused(run("check", "--audio", *wavs))


def test_check_refuses_what_it_cannot_use(home: Places, folder: Path, tmp_path: Path) -> None:
    tone_only = write_wav(tmp_path / "tone.wav", tone(440, 8000, 2.0))
    for audio, reason in (
        (tmp_path / "absent.wav", "no such file"),
        (folder / "config.json", "not audio"),
        (tone_only, "no speech is heard"),
    ):
        result = run("check", folder, "--device", "cpu", "--audio", audio)
        assert reason in refused(result)
    assert "no model is called" in refused(run("check", "nonsense"))


def test_check_names_a_damaged_model(home: Places, packed: Path) -> None:
    copytree(packed, home.bundle)
    (home.bundle / "nano.tar.xz").write_bytes(b"\0")
    assert "nano.tar.xz is damaged" in refused(run("check", "nano", "--device", "cpu"))
