"""``calmline stream``: a recording goes to a server as a call, at any pace."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE

from .errors import Refused
from .sources import Side, Source, open_source

if TYPE_CHECKING:
    from .media.client import CallClient, CallError
    from .media.messages import Ended, Start

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]
Advance = Callable[[float], None]

CHUNK = RATE // 10
"""Samples that are sent at a time (100 ms)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """How it went.

    Attributes
    ----------
    media_s
        Length of what the server has heard, in seconds.
    events
        How many it told.
    drops
        Sockets that broke, after which the call was resumed.
    interrupted
        Whether the user broke it off; the call was ended all the same.
    complaints
        What was wrong with a recording that could still be used.
    """

    call_id: str
    media_s: float
    events: int
    drops: int
    interrupted: bool
    complaints: tuple[str, ...]


def stream(
    files: Sequence[Path],
    to: str,
    *,
    caller: Side | None = None,
    offset_s: float = 0.0,
    speed: float = 1.0,
    token: str | None = None,
    language: Literal["en", "zh"] | None = None,
    call_id: str | None = None,
    pacing: Literal["realtime", "lockstep"] | None = None,
    agent_id: str | None = None,
    queue: str | None = None,
    caller_ref: str | None = None,
    context: Mapping[str, Any] | None = None,
    announced: bool = False,
    progress: bool = True,
) -> Streamed:
    """Send a recording to a server as a call, and wait until it is analysed and stored.

    Parameters
    ----------
    files
        One recording, or two mono ones: the caller's, then the agent's.
    to
        ``ws://host:port``.
    caller, offset_s
        See :func:`server.sources.open_source`.
    speed
        Multiples of real time; 0 is as fast as the server takes it.
    call_id
        By default the file's name and something random.
    pacing
        By default ``realtime`` at speed 1, else ``lockstep``.
    context
        What the console shows of the caller.
    announced
        Whether the caller was told of the analysis.
    progress
        Whether to show on standard error, if that is a terminal, how far it is.

    Raises
    ------
    Refused
        If a file cannot be used, or the server is not there or does not take the call.
    """
    from pydantic import ValidationError

    from .media.client import CallError
    from .media.messages import ConsentBasis, Start

    if speed < 0:
        raise Refused("--speed: give 0 (as fast as it goes) or more")
    if len(files) > 2:
        raise Refused("give one recording of the call, or two mono files of it")
    source = open_source(files, caller, offset_s)
    consent = ConsentBasis(basis="announcement", announced_at=_now()) if announced else None
    try:
        start = Start(
            v=1,
            call_id=call_id or _call_id(files[0]),
            token=token,
            rate=RATE,
            encoding="pcm16",
            channels=source.roles,
            pacing=pacing or ("realtime" if speed == 1 else "lockstep"),
            language=language,
            agent_id=agent_id,
            queue=queue,
            consent=consent,
            caller_ref=caller_ref,
            context=dict(context or {}),
        )
        with _progress(source.duration_s if progress else None) as advance:
            return asyncio.run(_call(to, start, source, speed, advance))
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the call"
        raise Refused(f"{field}: it may not be like this: {error.errors()[0]['msg']}") from error
    except CallError as error:
        raise Refused(_advice(to, error)) from error
    finally:
        source.close()


async def _call(to: str, start: Start, source: Source, speed: float, advance: Advance) -> Streamed:
    from .media.client import CallClient

    async with CallClient(to, start) as call:
        sending = asyncio.create_task(_send(call, source, speed, advance))
        interrupted = False
        with _on_interrupt(sending.cancel):
            try:
                await sending
            except asyncio.CancelledError:
                interrupted = True
        ended: Ended = await call.stop()
        return Streamed(
            call_id=start.call_id,
            media_s=ended.media_s,
            events=ended.events,
            drops=call.drops,
            interrupted=interrupted,
            complaints=tuple(source.complaints),
        )


async def _send(call: CallClient, source: Source, speed: float, advance: Advance) -> None:
    """Send it all, each chunk when its last sample would have been spoken."""
    began, sent = monotonic(), 0
    for block, lost in source.blocks():
        for at in range(0, block.shape[1], CHUNK):
            chunk = block[:, at : at + CHUNK]
            length = chunk.shape[1]
            sent += length
            if speed:
                await asyncio.sleep(began + sent / RATE / speed - monotonic())
            await _send_chunk(call, chunk, None if lost is None else lost[:, at : at + CHUNK])
            advance(length / RATE)


async def _send_chunk(call: CallClient, chunk: Samples, lost: Mask | None) -> None:
    """Send samples; what a recording does not have is told as a gap, not sent as silence."""
    if lost is None or not lost.any():
        await call.send(chunk)
        return
    # from one change of who is there to the next
    edges = np.flatnonzero((lost[:, 1:] != lost[:, :-1]).any(axis=0)) + 1
    for part in np.split(np.arange(chunk.shape[1]), edges):
        absent = np.flatnonzero(lost[:, part[0]])
        if len(absent) == len(chunk):
            await call.gap(len(part))
            continue
        for channel in absent:
            await call.gap(len(part), int(channel))
        await call.send(chunk[:, part[0] : part[-1] + 1])


@contextmanager
def _on_interrupt(then: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl-C break off the sending only: the call is still ended in good order."""
    loop = asyncio.get_running_loop()
    # without signals (another thread, Windows) Ctrl-C ends the program, and the call as broken
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGINT, then)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)


@contextmanager
def _progress(duration_s: float | None) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if duration_s is None or not console.is_terminal:
        yield lambda seconds: None
        return
    columns = (TextColumn("streaming"), BarColumn(), TextColumn("{task.completed:.0f} s"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task("streaming", total=duration_s)
        yield lambda seconds: progress.advance(task, seconds)


def _advice(to: str, error: CallError) -> str:
    advice = {
        "unreachable": f"{to}: no server answers there: start one with `calmline serve`",
        "unauthorized": f"{to}: the token is missing or wrong: give it with --token",
        "call_exists": f"{to}: there is a call of this id already: choose another --call-id",
    }
    return advice.get(error.code, f"{to}: {error}")


def _call_id(file: Path) -> str:
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem)[:48].strip("-")
    return f"{stem or 'call'}-{uuid4().hex[:8]}"


def _now() -> datetime:
    return datetime.now(UTC)
