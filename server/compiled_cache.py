"""Where compiled code is kept: that of librosa, and of the loops in `voice`.

numba keeps it beside the source, or else in the user's own cache, and gives up if neither can be
written, as in a container whose disk is read-only. Here it is told a place in any case.

What it keeps of librosa consists of files that refer to each other. Two processes that compile it
at the same time leave some of one and some of the other, and from then on each that runs it
crashes. So processes load it one after the other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
"""numba's own: who sets it decides."""
PACKAGES = ("librosa", "voice")
PATIENCE_S = 300.0
"""Longer than compiling takes on any machine."""
_FOR_NOW = "calmline-compiled-"


def keep_compiled() -> None:
    """Choose a place, for this process and those that it starts; before numba is imported.

    The last resort is a folder that goes with this process, so that each start compiles anew.
    """
    if os.environ.get(VARIABLE) or all(_writable(folder) for folder in _sources()):
        return
    import platformdirs

    usual = platformdirs.user_cache_path("calmline", appauthor=False) / "compiled"
    try:
        usual.mkdir(parents=True, exist_ok=True)
        found = str(usual) if _writable(usual) else None
    except OSError:
        found = None
    if found is None:
        import atexit
        import shutil
        import tempfile

        # of a random name and for this user alone: what lies there is run
        found = tempfile.mkdtemp(prefix=_FOR_NOW)
        atexit.register(shutil.rmtree, found, ignore_errors=True)
    os.environ[VARIABLE] = found


@cache
def load_compiled(*, precise: bool = False) -> None:
    """Load all that numba compiles, once in a process, while no other process does.

    Parameters
    ----------
    precise
        Whether librosa's own pitch tracker is wanted, too.
    """
    with _alone():
        from voice.prosody import Prosody

        Prosody("caller"), Prosody("agent")
        if precise:
            import_module("librosa.core.pitch")  # compiled when it is imported


@contextmanager
def _alone() -> Iterator[None]:
    from filelock import FileLock, Timeout

    given = os.environ.get(VARIABLE)
    folder = Path(given) if given else next(iter(_sources())) / "__pycache__"
    lock = FileLock(folder / "calmline.lock", timeout=PATIENCE_S)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, Timeout):  # who cannot write there compiles nothing there, either
        yield
        return
    try:
        yield
    finally:
        lock.release()


def kept_for_good() -> bool:
    """Whether the next start finds what this one has compiled."""
    return not Path(os.environ.get(VARIABLE, "")).name.startswith(_FOR_NOW)


def _sources() -> Iterable[Path]:
    for package in PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            yield Path(spec.origin).parent


def _writable(folder: Path) -> bool:
    compiled = folder / "__pycache__"
    return os.access(compiled if compiled.exists() else folder, os.W_OK)
