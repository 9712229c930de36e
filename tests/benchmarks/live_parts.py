"""What of a server's CPU goes into which part of the work, without touching the server.

The methods by which a part is entered are wrapped by a clock of the thread's own CPU time. A part
costs what is spent within its methods, less what is spent in other parts that they call. What a
thread spends outside all of them belongs to the part that the thread is for, so that parts add up
to what the system says of the processes. The clock costs, too: how much is measured where it runs,
counted for each call, taken from the parts and told as a part of its own.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from time import thread_time
from typing import Any, NamedTuple

PARTS = (
    "socket", "aligner", "pipe", "vad", "prosody", "voice", "coach", "call", "opening",
    "consoles", "store", "rest", "clock", "lane",
)  # fmt: skip
"""``voice`` is the rest of the engine's hearing, ``call`` what the server does around the engine
(inbox, recording, lines of the log), ``opening`` the beginning of calls, ``rest`` what no part
claims, ``clock`` the price of this table."""
ENTRIES: dict[str, tuple[str, ...]] = {
    "aligner": ("server.media.intake:Intake._decode", "server.media.intake:Intake.finish"),
    "pipe": ("server.live.remote_call:RemoteCall.feed",),
    "vad": ("voice.vad:Vad.feed_ticks", "voice.vad:Vad.flush"),
    "prosody": ("voice.track:Track.measure",),
    "voice": (
        "coaching.session:CallSession.feed",
        "coaching.session:CallSession.end_audio",
        "coaching.session:CallSession.finish",
    ),
    "coach": ("coaching.coach:Coach.tick",),
    "call": ("server.live.call:LiveCall.work",),
    "opening": ("server.live.floor:Floor.open", "server.live.analysis:Analysis.call"),
    "consoles": tuple(
        f"server.live.outlet:Outlet.{name}"
        for name in ("publish", "clock", "partial", "update", "end")
    ),
    "store": tuple(
        f"server.store.writer:StoreWriter.{name}" for name in ("begin", "append", "update", "end")
    ),
}
"""Where each part is entered."""
THREADS = {
    "media": "socket", "voice-seat": "pipe", "voice-sender": "pipe", "calmline-voice": "pipe",
    "voice": "call", "web": "consoles", "AnyIO": "consoles", "asyncio": "opening",
    "store-writer": "store", "closer": "store", "calmline-words": "lane", "lane": "lane",
}  # fmt: skip
"""What a thread (or process) is for, by the beginning of its name."""
FOLDER = "CALMLINE_BENCHMARK_PARTS"
"""Names, to all processes of a server, where they leave their sums."""
SUFFIX = ".parts"
"""Of the files that they leave."""

_INDEX = {part: place for place, part in enumerate(PARTS)}
_OUTSIDE = len(PARTS)
_WIDTH = _OUTSIDE + 1
# seconds and calls of each part, calls out of each part (the last: of none), price of a call
_ROW = struct.Struct(f"{3 * _WIDTH + 2}d")


class Account(NamedTuple):
    """What a thread's clock says.

    Attributes
    ----------
    spent_s
        CPU seconds by part.
    entered, called
        How often a part was entered, and by which part (``None``: outside all).
    within_s, around_s
        What the clock itself adds to a part that is entered, and to the one that enters it.
    """

    spent_s: dict[str, float]
    entered: dict[str, float]
    called: dict[str | None, float]
    within_s: float
    around_s: float


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as the system knows it."""

    name: str
    cpu_s: float


class Clock:
    """Wraps functions; each thread that enters one has a file of its own, always up to date.

    Parameters
    ----------
    folder
        Of the files, named after the threads.
    now
        CPU time of the calling thread.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = thread_time) -> None:
        self._folder = folder
        self._now = now
        self._local = threading.local()
        self._price = (0.0, 0.0)

    def weigh(self, rounds: int = 20, calls: int = 200) -> None:
        """Measure what the clock adds to a call; before the first thread has a file."""

        def nothing() -> None:
            pass

        sums = self._local.row = memoryview(bytearray(_ROW.size)).cast("d")
        self._local.within, self._local.part = 0.0, _OUTSIDE
        timed, place = self.wrapped("rest", nothing), _INDEX["rest"]
        found = []
        for _ in range(rounds):
            sums[place] = 0.0
            began = self._now()
            for _ in range(calls):
                nothing()
            middle = self._now()
            for _ in range(calls):
                timed()
            whole = self._now() - middle - (middle - began)
            found.append((whole, sums[place]))
        whole, within = min(found)
        self._price = within / calls, max(0.0, whole - within) / calls
        del self._local.row

    def wrapped(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function that does the same, timed."""
        now, local, place = self._now, self._local, _INDEX[part]

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            try:
                row = local.row
            except AttributeError:
                row = self._begin()
            caller, before = local.part, local.within
            local.part, local.within = place, 0.0
            began = now()
            try:
                return function(*args, **kwargs)
            finally:
                spent = now() - began
                row[place] += spent - local.within
                row[_WIDTH + place] += 1
                row[2 * _WIDTH + caller] += 1
                local.part, local.within = caller, before + spent

        return timed

    def _begin(self) -> memoryview[float]:
        path = self._folder / f"{threading.get_native_id()}{SUFFIX}"
        with path.open("w+b") as file:
            file.write(_ROW.pack(*[0.0] * (3 * _WIDTH), *self._price))
            file.flush()
            row = memoryview(mmap.mmap(file.fileno(), _ROW.size)).cast("d")
        self._local.row, self._local.within, self._local.part = row, 0.0, _OUTSIDE
        return row


def install() -> None:
    """Time this process's parts from now on, if the benchmark asked for it."""
    if FOLDER not in os.environ:
        return
    clock = Clock(Path(os.environ[FOLDER]))
    clock.weigh()
    for part, entries in ENTRIES.items():
        for entry in entries:
            owner, name = found(entry)
            setattr(owner, name, clock.wrapped(part, getattr(owner, name)))


def found(entry: str) -> tuple[Any, str]:
    """Give the class of an entry, and the name of its method.

    Raises
    ------
    AttributeError
        If there is none any more.
    """
    module, _, names = entry.partition(":")
    kind, _, name = names.partition(".")
    owner = getattr(import_module(module), kind)
    getattr(owner, name)
    return owner, name


def accounts(folder: Path) -> dict[int, Account]:
    """Read what the clocks say, by thread."""
    return {int(path.stem): _read(path.read_bytes()) for path in folder.glob(f"*{SUFFIX}")}


def _read(data: bytes) -> Account:
    values = _ROW.unpack(data)
    entered = values[_WIDTH : 2 * _WIDTH]
    called = values[2 * _WIDTH : 3 * _WIDTH]
    return Account(
        dict(zip(PARTS, values, strict=False)),
        dict(zip(PARTS, entered, strict=False)),
        dict(zip((*PARTS, None), called, strict=True)),
        *values[-2:],
    )


def part_of(name: str) -> str:
    """Give what a thread of this name is for."""
    return next((part for start, part in THREADS.items() if name.startswith(start)), "rest")


def split(threads: Mapping[int, Thread], clocks: Mapping[int, Account]) -> dict[str, float]:
    """Share the CPU seconds of threads out to parts; their sum is that of the threads."""
    parts: defaultdict[str, float] = defaultdict(float)
    for number, thread in threads.items():
        own = part_of(thread.name)
        parts[own] += thread.cpu_s
        account = clocks.get(number)
        if account is None:
            continue
        for part, spent_s in account.spent_s.items():
            parts[own] -= spent_s
            parts[part] += spent_s
        for part, times in account.entered.items():
            parts[part] -= times * account.within_s
            parts["clock"] += times * account.within_s
        for caller, times in account.called.items():
            parts[caller or own] -= times * account.around_s
            parts["clock"] += times * account.around_s
    return dict(parts)


def table(rows: Iterable[tuple[str, Mapping[str, float]]], unit: str) -> str:
    """Give a table of parts, one line a row."""
    lines = [f"{unit:>24} {'server':>7} " + " ".join(f"{part:>8}" for part in PARTS)]
    for name, parts in rows:
        cells = " ".join(f"{parts.get(part, 0.0):>8.2f}" for part in PARTS)
        lines.append(f"{name:>24} {server_ms(parts):>7.2f} {cells}")
    return "\n".join(lines)


def server_ms(parts: Mapping[str, float]) -> float:
    """Give what the server and its voice processes cost: all but the lane and the clock."""
    return sum(spent for part, spent in parts.items() if part not in ("lane", "clock"))
