"""The bundled model's compact form: packed into one file for git, unpacked to a cache to be used.

Unpacking is atomic: the folder has its name only when every file in it has been verified, so that
two processes may do it at once, and one that is killed leaves nothing half done behind.
"""

from __future__ import annotations

import lzma
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from . import manifest as manifests
from . import shape
from .errors import ModelError
from .manifest import Manifest, seal


def pack(
    folder: Path,
    target: Path,
    *,
    name: str,
    source: str,
    window_s: float | None = None,
    knows: Iterable[Path] = (),
) -> Path:
    """Pack a model's folder into ``target/<name>.tar.xz``, described by ``target/manifest.json``.

    The same files give the same bytes.

    Parameters
    ----------
    folder
        A CTranslate2 model; every file in it is packed.
    target
        An existing folder.
    name, source
        As in :class:`~models.manifest.Manifest`.
    window_s
        The same; read from the weights if it is not given.
    knows
        Recordings whose words the model may be trusted with.

    Returns
    -------
    Path
        Of the archive.
    """
    path = target / f"{name}.tar.xz"
    files = sorted(file for file in folder.iterdir() if file.is_file())
    with tarfile.open(path, "w:xz", preset=9, format=tarfile.USTAR_FORMAT) as archive:
        for file in files:
            entry = tarfile.TarInfo(file.name)  # no owner, no date: only the content counts
            entry.size = file.stat().st_size
            with file.open("rb") as content:
                archive.addfile(entry, content)
    manifest = Manifest(
        name=name,
        source=source,
        files={file.name: seal(file) for file in files},
        window_s=window_s or shape.read(folder / manifests.WEIGHTS).window_s,
        archive_name=path.name,
        archive=seal(path),
    )
    manifests.write(target / manifests.NAME, knowing(manifest, knows))
    return path


def knowing(manifest: Manifest, recordings: Iterable[Path]) -> Manifest:
    """The manifest of a model that may be trusted with these recordings, too."""
    return replace(
        manifest, knows={**manifest.knows, **{path.name: seal(path).sha256 for path in recordings}}
    )


def unpack(bundle: Path, manifest: Manifest, cache: Path) -> Path:
    """The folder of a bundled model, unpacked into the cache unless it lies there unharmed.

    Parameters
    ----------
    bundle
        The folder that holds the archive.
    manifest
        What the archive and its files should be.
    cache
        Where to unpack to; made if need be.

    Returns
    -------
    Path
        Named after the model and its checksum, so that versions never mix.

    Raises
    ------
    ModelError
        If the archive is missing or damaged, or the cache cannot be written.
    """
    target = place(manifest, cache)
    if target.is_dir() and manifests.damage(target, manifest) is None:
        return target
    archive = _verified(bundle, manifest)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{target.name}.", dir=cache) as room:
            fresh = Path(room) / "new"
            _extract(archive, fresh, manifest)
            harm = manifests.damage(fresh, manifest)
            if harm is not None:
                raise ModelError(f"{archive}: {harm}: install Calmline again")
            _put(fresh, target, Path(room) / "old", manifest)
    except OSError as error:
        raise ModelError(
            f"the bundled model must be unpacked once, but {cache} cannot be written "
            f"({(error.strerror or str(error)).lower()}): name a folder that can"
        ) from error
    return target


def place(manifest: Manifest, cache: Path) -> Path:
    """Where a bundled model is unpacked to."""
    return cache / f"{manifest.name}-{manifest.files[manifests.WEIGHTS].sha256[:12]}"


def _verified(bundle: Path, manifest: Manifest) -> Path:
    if manifest.archive_name is None or manifest.archive is None:
        raise ModelError(f"{bundle}: its manifest names no archive")
    path = bundle / manifest.archive_name
    if not path.is_file():
        raise ModelError(f"{path} is missing: install Calmline again")
    if sha256(path.read_bytes()).hexdigest() != manifest.archive.sha256:
        raise ModelError(f"{path} is damaged (SHA-256): install Calmline again")
    return path


def _extract(archive: Path, target: Path, manifest: Manifest) -> None:
    target.mkdir()
    try:
        with tarfile.open(archive, "r:xz") as packed:
            for entry in packed:
                content = packed.extractfile(entry) if entry.name in manifest.files else None
                if content is not None:
                    with (target / entry.name).open("wb") as file:
                        shutil.copyfileobj(content, file)
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise ModelError(f"{archive} cannot be unpacked ({error})") from error


def _put(fresh: Path, target: Path, aside: Path, manifest: Manifest) -> None:
    """Give the verified folder its name, in the place of a damaged one."""
    if target.exists():
        try:
            os.rename(target, aside)
        except FileNotFoundError:
            pass  # another process has just done so
    try:
        os.rename(fresh, target)
    except OSError:
        # another process was quicker: fine, if what it left is whole
        if manifests.damage(target, manifest) is not None:
            raise
    shutil.rmtree(aside, ignore_errors=True)
