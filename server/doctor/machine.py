"""Checks of the machine that Calmline is to run on."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from .findings import Finding

DISK_BYTES = 1e9
"""Under this a store, a model or a recording may not find room."""
BUILT = 1_760_000_000
"""A time that is past (October 2025): a clock that shows an earlier one is wrong."""
HOME = "CALMLINE_HOME"
"""Environment variable: the data folder, as `calmline serve --data`."""
ANOTHER = "give another folder, on a disk of this machine"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "firefox")
"""Programs that can show the console."""


def gpu() -> Finding:
    """Whether words can be transcribed on a GPU."""
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    return Finding(status="ok", found=f"{count} for words" if count else "none: words on the CPU")


def processor() -> Finding:
    """How much can be done at once."""
    from ..live.processes import usual_processes

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    cores = usable or os.cpu_count() or 1
    threads = os.environ.get("OMP_NUM_THREADS", "")
    found = f"{cores} cores, {usual_processes()} processes for voices"
    if threads:
        found += f", OMP_NUM_THREADS={threads}"
    if cores < 2:
        return Finding(
            status="warn", found=found, advice="words may come late: give it two cores or more"
        )
    return Finding(status="ok", found=found)


def data_folder(data: Path | None) -> Finding:
    """The data folder, where a database must be kept, and read while it is written."""
    import sqlite3
    from contextlib import closing

    import platformdirs

    usual = platformdirs.user_data_path("calmline", appauthor=False)
    folder = data or Path(os.environ.get(HOME) or usual)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as scratch:
        path = Path(scratch) / "try.db"
        with closing(sqlite3.connect(path)) as writer, closing(sqlite3.connect(path)) as reader:
            (mode,) = writer.execute("PRAGMA journal_mode=WAL").fetchone()
            writer.execute("CREATE TABLE calls (name TEXT)")
            writer.execute("INSERT INTO calls VALUES ('王女士')")
            unseen = reader.execute("SELECT count(*) FROM calls").fetchone()
            writer.commit()
            seen = reader.execute("SELECT name FROM calls").fetchone()
    free = shutil.disk_usage(folder).free
    found = f"{folder}: SQLite {sqlite3.sqlite_version}, {mode}, {free / 1e9:.0f} GB free"
    if (mode, unseen, seen) != ("wal", (0,), ("王女士",)):
        return Finding(status="fail", found=found, advice=ANOTHER)
    if free < DISK_BYTES:
        return Finding(status="warn", found=found, advice="make room")
    return Finding(status="ok", found=found)


def ports() -> Finding:
    """Whether a server can listen, and whether its usual ports are free."""
    from ..settings import MEDIA_PORT, WEB_PORT

    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5.0):
            pass
    taken = []
    for port in (MEDIA_PORT, WEB_PORT):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            taken.append(str(port))
    if taken:
        return Finding(
            status="warn",
            found=f"taken: {' and '.join(taken)}",
            advice="is a server running? otherwise give calmline serve other ports",
        )
    return Finding(status="ok", found=f"{MEDIA_PORT} and {WEB_PORT} are free")


def browser() -> Finding:
    """Something to show the console in."""
    if sys.platform in ("darwin", "win32"):
        return Finding(status="ok", found="that of the system")
    found = [name for name in BROWSERS if shutil.which(name)]
    if not found:
        return Finding(
            status="warn",
            found="none: the demo shows the call in the terminal",
            advice="install chromium or firefox, or open the console from another machine",
        )
    return Finding(status="ok", found=", ".join(found))


def clock() -> Finding:
    """Whether the time is right, as far as one can tell, and fine enough."""
    resolution_s = time.get_clock_info("monotonic").resolution
    found = f"{time.strftime('%Y-%m-%d %H:%M:%S')} UTC{time.strftime('%z')}"
    if time.time() < BUILT:
        return Finding(status="fail", found=found, advice="set the clock: it shows the past")
    if resolution_s > 0.01:
        found += f", steps of {resolution_s * 1e3:.0f} ms"
        return Finding(status="warn", found=found, advice="delays are measured in such steps")
    return Finding(status="ok", found=found)


def terminal() -> Finding:
    """Whether Chinese can be shown."""
    encoding = sys.stdout.encoding or "none"
    found = f"{encoding}, {shutil.get_terminal_size().columns} columns"
    if encoding.lower().replace("-", "") != "utf8":
        return Finding(
            status="warn", found=found, advice="set LANG=C.UTF-8 (or PYTHONUTF8=1) for Chinese"
        )
    return Finding(status="ok", found=found)
