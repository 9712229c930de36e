"""Fetching from a hub on loopback: real sockets, no network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from models import catalog, manifest
from models.catalog import Places
from models.errors import ModelError
from models.fetch import fetch
from tests.models.hub import COMMIT, Hub, serve

NAME = "tiny"
REPOSITORY = "Systran/faster-whisper-tiny"


@pytest.fixture
def hub(folder: Path) -> Iterator[Hub]:
    with serve(REPOSITORY, folder) as served:
        yield served


def test_a_model_is_brought_verified_and_found(hub: Hub, places: Places, folder: Path) -> None:
    told: dict[str, tuple[int, int]] = {}

    def progress(file: str, done: int, total: int) -> None:
        assert done >= told.get(file, (0, 0))[0]
        told[file] = (done, total)

    fetched = fetch(NAME, places, progress=progress, endpoint=hub.url)
    assert fetched == places.fetched / NAME
    for path in folder.iterdir():
        assert (fetched / path.name).read_bytes() == path.read_bytes()
        assert told[path.name] == (path.stat().st_size, path.stat().st_size)
    sealed = manifest.read(fetched / "manifest.json")
    assert sealed.source == f"{REPOSITORY}@{COMMIT}"
    assert sealed.files["model.bin"] == manifest.seal(folder / "model.bin")
    assert "README.md" not in sealed.files
    assert catalog.find(NAME, places).folder == fetched
    assert catalog.find("auto", places).name == NAME


def test_what_is_here_is_not_brought_again(hub: Hub, places: Places) -> None:
    fetch(NAME, places, endpoint=hub.url)
    hub.asked.clear()
    hub.down = True
    fetch(NAME, places, endpoint=hub.url)
    assert hub.asked == []


def test_an_interrupted_download_goes_on_where_it_stopped(
    hub: Hub, places: Places, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the hub's library writes whole blocks of 10 MB, more than this file has
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1_000_000)
    hub.break_off = ("model.bin", 3_000_000)
    with pytest.raises(ModelError, match=r"answered 503; what has arrived is kept"):
        fetch(NAME, places, endpoint=hub.url)
    assert catalog.present(places) == []
    first = list(hub.asked)
    assert ("model.bin", 0) in first

    hub.break_off, hub.down = None, False
    hub.asked.clear()
    fetched = fetch(NAME, places, endpoint=hub.url)
    # not a byte that was here already was asked for again, nor a file that was complete
    (start,) = [start for name, start in hub.asked if name == "model.bin"]
    assert 2_000_000 <= start <= 3_000_000
    assert not {name for name, _ in first[:-1]} & {name for name, _ in hub.asked}
    assert (fetched / "model.bin").read_bytes() == (folder / "model.bin").read_bytes()


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_a_file_that_is_not_what_the_hub_lists_is_refused(
    hub: Hub, places: Places, name: str
) -> None:
    hub.spoiled.add(name)
    with pytest.raises(ModelError, match=rf"{name} of {REPOSITORY} is not the file"):
        fetch(NAME, places, endpoint=hub.url)
    assert catalog.present(places) == []
    hub.spoiled.clear()
    fetch(NAME, places, endpoint=hub.url)
    assert catalog.find(NAME, places).name == NAME


def test_a_damaged_model_is_brought_again(hub: Hub, places: Places, folder: Path) -> None:
    fetched = fetch(NAME, places, endpoint=hub.url)
    weights = bytearray((fetched / "model.bin").read_bytes())
    weights[-1] ^= 1
    (fetched / "model.bin").write_bytes(weights)
    fetch(NAME, places, endpoint=hub.url)
    assert (fetched / "model.bin").read_bytes() == (folder / "model.bin").read_bytes()


def test_a_repository_can_be_named(places: Places, folder: Path) -> None:
    with serve("someone/own-model", folder) as hub:
        fetched = fetch("someone/own-model", places, endpoint=hub.url)
    assert fetched.name == "someone--own-model"
    assert catalog.find("someone/own-model", places).folder == fetched


def test_a_repository_of_something_else(places: Places, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "config.json").write_text(json.dumps({}))
    with (
        serve("someone/else", tmp_path / "else") as hub,
        pytest.raises(ModelError, match=r"no faster-whisper model: it has no model\.bin"),
    ):
        fetch("someone/else", places, endpoint=hub.url)


def test_a_name_that_nobody_knows_costs_no_request(hub: Hub, places: Places) -> None:
    with pytest.raises(ModelError, match=r"'smal'.*did you mean small"):
        fetch("smal", places, endpoint=hub.url)
    assert not places.fetched.exists()


def test_a_repository_that_does_not_exist(hub: Hub, places: Places) -> None:
    with pytest.raises(ModelError, match="the hub has no such model"):
        fetch("nobody/nothing", places, endpoint=hub.url)


def test_offline(hub: Hub, places: Places) -> None:
    closed = "http://127.0.0.1:9"  # the discard port: nobody listens there
    with pytest.raises(ModelError, match=r"tiny: the hub cannot be reached.*--model") as caught:
        fetch(NAME, places, endpoint=closed)
    assert "\n" not in str(caught.value)


def test_one_process_at_a_time(hub: Hub, places: Places) -> None:
    partial = places.fetched / ".partial"
    partial.mkdir(parents=True)
    with (
        FileLock(partial / f"{NAME}.lock"),
        pytest.raises(ModelError, match="another process fetches tiny"),
    ):
        fetch(NAME, places, endpoint=hub.url)


def test_a_place_that_cannot_be_written(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    places = Places(fetched=tmp_path / "file", cache=tmp_path)
    with pytest.raises(ModelError, match=r"file.*(not a directory|file exists)"):
        fetch(NAME, places, endpoint=hub.url)
