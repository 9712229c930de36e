from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from models import archive, catalog, manifest, whisper
from models.catalog import Places
from models.errors import ModelError
from tests.conftest import ROOT
from tests.models.conftest import Speech


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What stands for a model's folder."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "model.bin").write_bytes(bytes(range(256)) * 2000)
    (folder / "config.json").write_text("{ }")
    return folder


def pack(folder: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    archive.pack(folder, target, name="nano", source="a test", window_s=10.0)


@pytest.fixture
def bundled(files: Path, places: Places) -> Places:
    """Places with that model bundled."""
    pack(files, places.bundle)
    return places


def unpack(places: Places) -> Path:
    bundle = places.bundle
    return archive.unpack(bundle, manifest.read(bundle / "manifest.json"), places.cache)


def test_packing_the_same_files_gives_the_same_bytes(
    bundled: Places, files: Path, tmp_path: Path
) -> None:
    os.utime(files / "model.bin", (0, 0))  # only the content counts
    pack(files, tmp_path / "again")
    for name in ("nano.tar.xz", "manifest.json"):
        assert (tmp_path / "again" / name).read_bytes() == (bundled.bundle / name).read_bytes()


def test_unpacked_it_is_what_was_packed(bundled: Places, files: Path) -> None:
    unpacked = unpack(bundled)
    assert unpacked.parent == bundled.cache
    assert {p.name: p.read_bytes() for p in unpacked.iterdir()} == {
        p.name: p.read_bytes() for p in files.iterdir()
    }
    assert list(bundled.cache.iterdir()) == [unpacked]


def test_a_bundled_model_is_unpacked_when_it_is_loaded(
    packed: Path, places: Places, speech: Speech
) -> None:
    places = replace(places, bundle=packed)
    model = catalog.find("nano", places)
    assert not places.cache.exists()
    transcript = whisper.load(model, "cpu").transcribe(speech(3.0), "en")
    assert transcript.text == "good afternoon this is Anna."
    assert transcript.engine.startswith("nano-")


def test_it_is_unpacked_once(bundled: Places) -> None:
    before = unpack(bundled).stat()
    (bundled.bundle / "nano.tar.xz").unlink()  # it is not even looked at again
    assert unpack(bundled).stat() == before


@pytest.mark.parametrize("harm", ["changed", "cut off", "missing"])
def test_a_damaged_cache_is_repaired(bundled: Places, harm: str) -> None:
    weights = unpack(bundled) / "model.bin"
    content = weights.read_bytes()
    if harm == "missing":
        weights.unlink()
    else:
        weights.write_bytes(content[:-1] + b"?" if harm == "changed" else content[:-9])
    assert (unpack(bundled) / "model.bin").read_bytes() == content
    assert len(list(bundled.cache.iterdir())) == 1


def test_several_processes_at_once(bundled: Places) -> None:
    program = (
        "import sys; from pathlib import Path; from models import archive, manifest;"
        "b, c = map(Path, sys.argv[1:]);"
        "print(archive.unpack(b, manifest.read(b / 'manifest.json'), c))"
    )
    command = [sys.executable, "-c", program, str(bundled.bundle), str(bundled.cache)]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    told = {process.communicate()[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert told == {str(unpack(bundled))}
    assert len(list(bundled.cache.iterdir())) == 1


def test_a_damaged_archive_is_refused(bundled: Places) -> None:
    path = bundled.bundle / "nano.tar.xz"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=r"nano\.tar\.xz is damaged \(SHA-256\)"):
        unpack(bundled)
    path.unlink()
    with pytest.raises(ModelError, match=r"nano\.tar\.xz is missing"):
        unpack(bundled)
    assert not bundled.cache.exists()


def test_an_archive_that_holds_other_files_is_refused(bundled: Places, files: Path) -> None:
    path = bundled.bundle / "manifest.json"
    promised = manifest.read(path)
    (files / "config.json").write_text("{}")
    pack(files, bundled.bundle)
    manifest.write(path, replace(manifest.read(path), files=promised.files))
    with pytest.raises(ModelError, match=r"config\.json has 2 bytes instead of 3"):
        unpack(bundled)
    assert list(bundled.cache.iterdir()) == []


def test_a_cache_that_cannot_be_written(bundled: Places, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    places = Places(fetched=tmp_path, cache=tmp_path / "file" / "cache", bundle=bundled.bundle)
    with pytest.raises(ModelError, match=r"must be unpacked once, but .*cache cannot be written"):
        unpack(places)


def test_what_it_knows_is_the_content_of_recordings(bundled: Places, tmp_path: Path) -> None:
    recording = tmp_path / "call.wav"
    recording.write_bytes(b"sound")
    sealed = archive.knowing(manifest.read(bundled.bundle / "manifest.json"), [recording])
    manifest.write(tmp_path / "manifest.json", sealed)
    assert manifest.read(tmp_path / "manifest.json").knows == {
        "call.wav": manifest.seal(recording).sha256
    }
