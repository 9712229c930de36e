from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from server.archive.find import find, shown
from server.errors import Refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of many kinds."""
    for name in ("b.wav", "a/c.MP3", "a/.hidden.wav", ".git/d.wav", "notes.txt", "a/e.pdf"):
        file = tmp_path / "calls" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    return tmp_path / "calls"


def names(*sources: object, without: Path = Path("nowhere")) -> list[str]:
    return [one.name for one in find([str(s) for s in sources], without=without).recordings]


def test_a_folder(folder: Path) -> None:
    found = find([str(folder)], without=Path("nowhere"))
    assert [one.name for one in found.recordings] == ["a/c.MP3", "b.wav"]
    assert found.recordings[1].address == str((folder / "b.wav").resolve())
    assert found.recordings[1].bytes == len("b.wav")
    assert found.others == 2


def test_a_file_a_glob_and_each_recording_once(folder: Path) -> None:
    assert names(folder / "b.wav") == ["b.wav"]
    assert names(f"{folder}/**/*.MP3", folder / "b.wav", folder) == ["a/c.MP3", "b.wav"]
    assert names(f"{folder}/a/*.pdf") == ["e.pdf"]  # who names it, means it


def test_a_list(folder: Path) -> None:
    (folder / "list.txt").write_text("# a remark\nb.wav\n\na\nmissing.wav\n", "utf-8")
    found = find([str(folder / "list.txt")], without=Path("nowhere"))
    assert [one.name for one in found.recordings] == ["b.wav", "c.MP3"]
    assert found.missing == ("missing.wav",)


def test_an_object_store() -> None:
    store = fsspec.filesystem("memory")
    store.pipe("/bucket/2026/x.wav", b"12345")
    try:
        (one,) = find(["memory://bucket"], without=Path("nowhere")).recordings
    finally:
        store.rm("/bucket", recursive=True)
    assert (one.name, one.address, one.bytes) == ("2026/x.wav", "memory:///bucket/2026/x.wav", 5)


def test_the_archive_itself_is_left_out(folder: Path) -> None:
    assert names(folder, without=folder / "a") == ["b.wav"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("nothing", "there is no such file or folder"),
        ("*.wav", "there are no recordings in it"),
        ("nonsense://x", "this kind of address is unknown"),
    ],
)
def test_a_source_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as refused:
        names(source)
    assert refused.value.message.endswith(f"{source}: {complaint}")


def test_addresses_are_shown_without_secrets() -> None:
    assert shown("https://u:p@host/a.wav?sig=secret") == "https://host/a.wav"
    assert shown("what?.wav") == "what?.wav"
