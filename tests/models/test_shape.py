from __future__ import annotations

from pathlib import Path

import pytest

from models import shape
from models.errors import ModelError
from models.shape import Shape
from tests.models import tiny
from tests.models.conftest import WORDS


def test_what_the_file_says(folder: Path, tmp_path: Path) -> None:
    assert shape.read(folder / "model.bin") == Shape(window_s=30, tokens=448, multilingual=True)
    small = tiny.build(tmp_path / "small", WORDS, window_s=10, positions=96, english_only=True)
    assert shape.read(small / "model.bin") == Shape(window_s=10, tokens=96, multilingual=False)


@pytest.mark.parametrize("keep", [0, 3, 40, 1000])
def test_a_file_that_is_cut_off(folder: Path, tmp_path: Path, keep: int) -> None:
    (tmp_path / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:keep])
    with pytest.raises(ModelError, match="is no Whisper model in CTranslate2's format"):
        shape.read(tmp_path / "model.bin")


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"PK\x03\x04" * 500)
    with pytest.raises(ModelError, match="is no Whisper model"):
        shape.read(tmp_path / "model.bin")
    with pytest.raises(ModelError, match=r"model\.bin: is a directory|no such file"):
        shape.read(tmp_path / "nothing" / "model.bin")
