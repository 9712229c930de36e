"""What a model's folder should hold: names, sizes and checksums of its files, in ``manifest.json``.

The bundled model has one in the repository, a fetched model gets one when it has been verified.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from .errors import ModelError

NAME = "manifest.json"
WEIGHTS = "model.bin"
"""The file without which a folder is no CTranslate2 model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A file's size in bytes and its SHA-256 (hexadecimal)."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A model's files, and what else must be known of it before it is loaded.

    Attributes
    ----------
    name
        What the model is called on the command line.
    source
        Where it came from: a recipe, or ``owner/repository@commit``.
    files
        The files of the model's folder by name.
    window_s
        The longest sound the model hears at once, in seconds; bundled models only.
    archive
        The compact form that holds these files, and its name; bundled models only.
    knows
        SHA-256 of the recordings whose words the model may be trusted with, by file name;
        bundled models only.
    """

    name: str
    source: str
    files: Mapping[str, Sealed]
    window_s: float | None = None
    archive_name: str | None = None
    archive: Sealed | None = None
    knows: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Size of the model's folder."""
        return sum(file.bytes for file in self.files.values())


def seal(path: Path) -> Sealed:
    """Measure a file: its size and checksum."""
    digest = sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return Sealed(bytes=size, sha256=digest.hexdigest())


def damage(folder: Path, manifest: Manifest, *, thorough: bool = True) -> str | None:
    """What is wrong with a model's folder, or ``None``.

    Parameters
    ----------
    folder
        Where the files should lie.
    manifest
        What they should be.
    thorough
        Compare checksums; otherwise only sizes, which costs nothing however large the model.
    """
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != expected.bytes:
            return f"{name} has {path.stat().st_size} bytes instead of {expected.bytes}"
        if thorough and seal(path).sha256 != expected.sha256:
            return f"{name} is not the file that it should be (SHA-256)"
    return None


def read(path: Path) -> Manifest:
    """Read a manifest file.

    Raises
    ------
    ModelError
        If it cannot be read, or names no weights.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        archive = data.get("archive")
        manifest = Manifest(
            name=str(data["name"]),
            source=str(data["source"]),
            files={_plain(name): _sealed(file) for name, file in data["files"].items()},
            window_s=float(data["window_s"]) if "window_s" in data else None,
            archive_name=_plain(archive["name"]) if archive else None,
            archive=_sealed(archive) if archive else None,
            knows={str(name): str(digest) for name, digest in data.get("knows", {}).items()},
        )
    except OSError as error:
        raise ModelError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: it is no manifest of a model ({error!r})") from error
    if WEIGHTS not in manifest.files:
        raise ModelError(f"{path}: it names no {WEIGHTS}")
    return manifest


def write(path: Path, manifest: Manifest) -> None:
    """Write a manifest file, whole or not at all."""
    data: dict[str, Any] = {"name": manifest.name, "source": manifest.source}
    if manifest.window_s is not None:
        data["window_s"] = manifest.window_s
    if manifest.archive is not None:
        data["archive"] = {"name": manifest.archive_name, **asdict(manifest.archive)}
    data["files"] = {name: asdict(file) for name, file in sorted(manifest.files.items())}
    if manifest.knows:
        data["knows"] = dict(sorted(manifest.knows.items()))
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    part.replace(path)


def _plain(name: str) -> str:
    # a manifest names files of one folder: nothing in it may point elsewhere
    if not name or name != Path(name).name or name in {".", ".."}:
        raise ValueError(f"{name!r} is no plain file name")
    return name


def _sealed(data: Mapping[str, Any]) -> Sealed:
    return Sealed(bytes=int(data["bytes"]), sha256=str(data["sha256"]).lower())
