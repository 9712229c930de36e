"""The only thing that ever downloads: a model from the Hugging Face hub, on the user's command.

huggingface_hub asks, follows redirects and resumes within a run; it forgets a file that a dead
process left half done, and over plain HTTP it checks no checksum. So the half-done file is kept
here, and nothing gets the model's name before every file is the one that the hub lists.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha1
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from . import catalog
from . import manifest as manifests
from .catalog import Places
from .errors import ModelError
from .manifest import Manifest, Sealed, seal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Progress = Callable[[str, int, int], None]
"""Told the file, the bytes that are here and the bytes that there will be."""

_WANTED = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json")
_VOCABULARY = "vocabulary."  # .json or, in older conversions, .txt


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file as the hub lists it; large ones by SHA-256, small ones by their git object id."""

    name: str
    bytes: int
    sha256: str | None
    git_sha1: str


def fetch(
    name: str,
    places: Places,
    *,
    progress: Progress = lambda file, done, total: None,
    endpoint: str | None = None,
) -> Path:
    """Download a model, or what is missing of it, and verify every file.

    Parameters
    ----------
    name
        One of :func:`~models.catalog.hub_names`, or ``owner/repository``.
    places
        Where it goes.
    progress
        Told how far each file is.
    endpoint
        Address of the hub; by default what huggingface_hub is configured for.

    Returns
    -------
    Path
        The model's folder, complete.

    Raises
    ------
    ModelError
        If the name means nothing, the hub cannot be reached, or a file is not what the hub says;
        what has arrived is kept, and the next call goes on from there.
    """
    repository = name if catalog.is_repository(name) else catalog.hub_names().get(name)
    if repository is None:
        raise ModelError(catalog.unknown(name))
    target = places.fetched / catalog.folder_name(name)
    if _whole(target):
        return target
    with _room(places, target) as room, _told(name):
        revision, files = _listed(repository, endpoint)
        _check_space(room, sum(file.bytes for file in files))
        sealed = {}
        for file in files:
            sealed[file.name] = _download(repository, revision, file, room, progress, endpoint)
        manifest = Manifest(name=name, source=f"{repository}@{revision}", files=sealed)
        manifests.write(room / manifests.NAME, manifest)
        for stray in room.iterdir():
            if stray.name not in {*sealed, manifests.NAME}:
                stray.unlink()
        if target.exists():
            shutil.rmtree(target)
        os.rename(room, target)
    return target


def _whole(folder: Path) -> bool:
    if not (folder / manifests.NAME).is_file():
        return False
    return manifests.damage(folder, manifests.read(folder / manifests.NAME)) is None


@contextmanager
def _room(places: Places, target: Path) -> Iterator[Path]:
    """A folder for what is half done, for one process at a time."""
    from filelock import FileLock, Timeout

    # beside the models, so that the finished one only needs another name
    room = places.fetched / ".partial" / target.name
    try:
        room.mkdir(parents=True, exist_ok=True)
        with FileLock(room.with_name(room.name + ".lock"), blocking=False):
            yield room
    except Timeout as error:
        raise ModelError(f"another process fetches {target.name} just now") from error
    except OSError as error:
        raise ModelError(f"{room}: {(error.strerror or str(error)).lower()}") from error


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what the hub's library raises into one line that says what to do."""
    import httpx2
    from huggingface_hub import errors

    try:
        yield
    except errors.OfflineModeIsEnabled as error:
        raise ModelError(
            f"{name} cannot be fetched: huggingface_hub is set to work offline (HF_HUB_OFFLINE)"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise ModelError(f"{name}: the hub has no such model, or not for everybody") from error
    except errors.HfHubHTTPError as error:
        raise ModelError(
            f"{name}: the hub answered {error.response.status_code}; what has arrived is kept: "
            f"calmline models fetch {name}"
        ) from error
    except errors.HFValidationError as error:
        raise ModelError(f"{name} cannot be the name of a repository ({error})") from error
    except (httpx2.HTTPError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the network
        raise ModelError(
            f"{name}: the hub cannot be reached, or the connection was lost ({error}); what has "
            f"arrived is kept: calmline models fetch {name}. Without network, copy a model's "
            "folder to this machine and give its path with --model"
        ) from error


def _listed(repository: str, endpoint: str | None) -> tuple[str, list[RemoteFile]]:
    """The newest commit of a repository, and the files in it that a model needs."""
    from huggingface_hub import HfApi

    info = HfApi(endpoint=endpoint).model_info(repository, files_metadata=True)
    files = [
        RemoteFile(
            name=file.rfilename,
            bytes=file.size or 0,
            sha256=file.lfs.sha256 if file.lfs else None,
            git_sha1=file.blob_id or "",
        )
        for file in info.siblings or []
        if file.rfilename in _WANTED or file.rfilename.startswith(_VOCABULARY)
    ]
    missing = set(catalog.PARTS) - {file.name for file in files}
    if info.sha is None or missing:
        raise ModelError(
            f"{repository} is no faster-whisper model: it has no {' and no '.join(sorted(missing))}"
        )
    return info.sha, files


def _check_space(room: Path, needed: int) -> None:
    here = sum(file.stat().st_size for file in room.iterdir())
    free = shutil.disk_usage(room).free
    if needed - here > free:
        raise ModelError(
            f"{room}: there is room for {free / 1e6:.0f} MB on this disk, and "
            f"{(needed - here) / 1e6:.0f} MB are needed"
        )


def _download(
    repository: str,
    revision: str,
    file: RemoteFile,
    room: Path,
    progress: Progress,
    endpoint: str | None,
) -> Sealed:
    """Bring one file to its full length, then verify it."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import (  # type: ignore[attr-defined] # documented, yet not in __all__
        build_hf_headers,
        disable_progress_bars,
        logging,
    )

    done = room / file.name
    if done.is_file() and done.stat().st_size == file.bytes:
        sealed = seal(done)
        if _genuine(file, done, sealed):  # from a call that another file has ended
            progress(file.name, file.bytes, file.bytes)
            return sealed
    # the commit is part of the name: a part of another version must not be gone on with
    part = room / f"{file.name}.{revision[:12]}.part"
    if part.is_file() and part.stat().st_size > file.bytes:
        part.unlink()
    disable_progress_bars()  # ours counts what is in the file, also after a resume
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    with _Part(part, lambda size: progress(file.name, size, file.bytes)) as body:
        http_get(
            hf_hub_url(repository, file.name, revision=revision, endpoint=endpoint),
            body,
            resume_size=body.seek(0, os.SEEK_END),
            headers=build_hf_headers(),
            expected_size=file.bytes,
        )
    sealed = seal(part)
    if not _genuine(file, part, sealed):
        part.unlink()
        raise ModelError(
            f"{file.name} of {repository} is not the file that the hub lists (checksum): it was "
            "thrown away; fetch again, and if that does not help, look for a proxy on the way"
        )
    os.replace(part, done)
    return sealed


def _genuine(file: RemoteFile, path: Path, sealed: Sealed) -> bool:
    """Whether a file is the one that the hub lists."""
    if sealed.bytes != file.bytes:
        return False
    if file.sha256 is not None:
        return sealed.sha256 == file.sha256
    # https://git-scm.com/book/en/v2/Git-Internals-Git-Objects: the id of a blob
    content = path.read_bytes()
    return sha1(b"blob %d\0" % len(content) + content).hexdigest() == file.git_sha1


class _Part(FileIO):
    """A half-done file that tells its length whenever it grows."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        super().__init__(path, "ab+")
        self._tell = tell

    def write(self, content: ReadableBuffer, /) -> int:
        count = super().write(content)
        self._tell(self.tell())
        return count
