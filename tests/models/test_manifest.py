from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from models import manifest
from models.errors import ModelError
from models.manifest import Manifest, Sealed

FILES = {"model.bin": {"bytes": 3, "sha256": sha256(b"abc").hexdigest()}}
GOOD: dict[str, Any] = {"name": "m", "source": "s", "files": FILES}


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    whole = Manifest(
        name="nano",
        source="a recipe",
        files={"model.bin": Sealed(bytes=3, sha256="1" * 64)},
        window_s=10.0,
        archive_name="nano.tar.xz",
        archive=Sealed(bytes=2, sha256="2" * 64),
        knows={"call.wav": "3" * 64},
    )
    manifest.write(tmp_path / "m.json", whole)
    assert manifest.read(tmp_path / "m.json") == whole
    assert [path.name for path in tmp_path.iterdir()] == ["m.json"]


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        GOOD | {"files": {}},
        GOOD | {"files": {"../model.bin": FILES["model.bin"]} | FILES},
        GOOD | {"files": {"/model.bin": FILES["model.bin"]} | FILES},
        GOOD | {"files": {"model.bin": {"bytes": "many", "sha256": ""}}},
        GOOD | {"archive": {"name": "../x", "bytes": 1, "sha256": ""}},
        GOOD | {"knows": ["call.wav"]},
    ],
)
def test_what_is_no_manifest(tmp_path: Path, data: Any) -> None:
    (tmp_path / "m.json").write_text(json.dumps(data))
    with pytest.raises(ModelError, match=r"m\.json: it"):
        manifest.read(tmp_path / "m.json")


def test_a_manifest_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"m\.json: no such file"):
        manifest.read(tmp_path / "m.json")
    (tmp_path / "m.json").write_bytes(b"\xff{")
    with pytest.raises(ModelError, match="no manifest"):
        manifest.read(tmp_path / "m.json")


def test_damage_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps(GOOD))
    sealed = manifest.read(tmp_path / "m.json")
    weights = tmp_path / "model.bin"
    assert manifest.damage(tmp_path, sealed) == "model.bin is missing"
    weights.write_bytes(b"abcd")
    assert manifest.damage(tmp_path, sealed) == "model.bin has 4 bytes instead of 3"
    weights.write_bytes(b"abd")
    assert "SHA-256" in (manifest.damage(tmp_path, sealed) or "")
    assert manifest.damage(tmp_path, sealed, thorough=False) is None
    weights.write_bytes(b"abc")
    assert manifest.damage(tmp_path, sealed) is None
