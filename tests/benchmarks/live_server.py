"""A server to measure: ``calmline serve`` as a process whose threads the kernel knows by name.

``python -m tests.benchmarks.live_server serve ...`` takes the arguments of ``calmline``, and
``--laborious``: the model of ``--model`` does all the work of an utterance and says nothing; and
``--parts-in FOLDER``: what CPU goes into which part is left there, see ``live_parts``.
"""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import re
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.server.processes import PATIENCE_S, ServerProcess

from .live_parts import FOLDER, SUFFIX, Thread, accounts, install, split

LABORIOUS, PARTS_IN = "--laborious", "--parts-in"
"""Options of the measured server."""
WIDE = 40
"""Requests at a time that fill every pool."""
_PR_SET_NAME = 15
_NAME_BYTES = 15
_POOLS = ("AnyIO", "asyncio", "closer")
_STORE = "calls.db"
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_VOICE = "calmline-voice"


class Measured(ServerProcess):
    """A server whose costs are read from ``/proc``."""

    module = "tests.benchmarks.live_server"

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def descriptors(self) -> int:
        """Open files and sockets but the benchmark's, and the store's, which ``stored`` counts."""
        return sum(not (name.startswith(_STORE) or name.endswith(SUFFIX)) for name in self._open())

    @property
    def stored(self) -> int:
        """Descriptors of the store's files: SQLite keeps some until its pool needs them again."""
        return sum(name.startswith(_STORE) for name in self._open())

    def _open(self) -> list[str]:
        names = []
        for number in os.listdir(f"/proc/{self.pid}/fd"):
            with suppress(FileNotFoundError):  # closed meanwhile
                names.append(Path(os.readlink(f"/proc/{self.pid}/fd/{number}")).name)
        return names

    @property
    def lasting_threads(self) -> tuple[str, ...]:
        """Names of threads that do not belong to a pool which grows on demand."""
        tasks = f"/proc/{self.pid}/task"
        names = [spent(f"{tasks}/{task}/stat")[0] for task in os.listdir(tasks)]
        return tuple(sorted(name for name in names if not name.startswith(_POOLS)))

    @property
    def resident_mb(self) -> float:
        """Memory of the server and its voice processes, without those of the lane."""
        voices = [child for child, name in _children(self.pid) if name == _VOICE]
        return sum(_resident_mb(pid) for pid in (self.pid, *voices))

    def cpu_s(self, parts: Path) -> dict[str, float]:
        """CPU seconds so far by part, processes of voice and words included.

        Parameters
        ----------
        parts
            The folder that the server was told of by ``PARTS_IN``.
        """
        threads = {}
        for process, name in ((self.pid, ""), *_children(self.pid)):
            # of the lane and of others that are no part of the server, ended threads count, too
            if process != self.pid and name != _VOICE:
                threads[process] = Thread(*spent(f"/proc/{process}/stat"))
                continue
            for task in os.listdir(f"/proc/{process}/task"):
                threads[int(task)] = Thread(*spent(f"/proc/{process}/task/{task}/stat"))
        return split(threads, accounts(parts))

    def get(self, path: str) -> Any:
        """What the control plane says, be it 200 or 503."""
        opener = urllib.request.build_opener(_Any, urllib.request.ProxyHandler({}))
        with opener.open(self.web_url + path, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def warm(self) -> None:
        """Fill the pools of threads and of database connections, which stay filled."""
        with ThreadPoolExecutor(WIDE) as askers:
            for _ in askers.map(self.get, ["/v1/calls"] * 4 * WIDE):
                pass


class _Any(urllib.request.HTTPErrorProcessor):
    """Takes every answer for one."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response


@contextmanager
def measured(data: Path, *options: str) -> Iterator[Measured]:
    """Run a server that can be measured."""
    server = Measured(data, *options)
    try:
        yield server
    finally:
        server.close()


def spent(path: str) -> tuple[str, float]:
    """Name and CPU seconds of a process or thread, by its ``stat``."""
    try:
        text = Path(path).read_text()
    except OSError:  # it has just ended
        return "", 0.0
    name = text[text.index("(") + 1 : text.rindex(")")]
    fields = text[text.rindex(")") + 2 :].split()
    return name, (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def _children(pid: int) -> Iterator[tuple[int, str]]:
    """Give all processes that come of one, each with its name."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry)] = int(fields[1])
    line = [pid]
    for one in line:
        found = [child for child, parent in parents.items() if parent == one]
        line += found
        for child in found:
            yield child, spent(f"/proc/{child}/stat")[0]


def _name(name: str) -> None:
    """Tell the kernel the name of this thread."""
    ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode()[:_NAME_BYTES], 0, 0, 0)


def _name_threads() -> None:
    """Tell the kernel the names of threads, which Python only does from 3.14 on."""
    bootstrap = threading.Thread._bootstrap_inner  # type: ignore[attr-defined]

    def named(thread: threading.Thread) -> None:
        _name(thread.name)
        bootstrap(thread)

    threading.Thread._bootstrap_inner = named  # type: ignore[attr-defined]


def _labour() -> None:
    """Have the lane do the work of each utterance, whatever its model would say."""
    from functools import partial

    from models.catalog import Model
    from server import serving

    from .words_models import laborious_model

    def loader(model: Model) -> partial[Any]:
        return partial(laborious_model, model)

    vars(serving)["loader"] = loader


if __name__ == "__mp_main__":  # a process that the server has started
    _name(multiprocessing.current_process().name)
    if multiprocessing.current_process().name == _VOICE:
        install()

if __name__ == "__main__":
    from server.cli import main

    _name_threads()
    if LABORIOUS in sys.argv:
        sys.argv.remove(LABORIOUS)
        _labour()
    if PARTS_IN in sys.argv:
        place = sys.argv.index(PARTS_IN)
        _, os.environ[FOLDER] = sys.argv[place : place + 2]
        del sys.argv[place : place + 2]
        install()
    main()
