"""The media plane in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from .plane import MediaPlane
from .ports import Floor
from .settings import MediaSettings


class MediaServer:
    """A media plane with its own loop, so that consoles cannot hold up sound.

    Parameters
    ----------
    floor, settings
        See :class:`~server.media.plane.MediaPlane`.
    """

    def __init__(self, floor: Floor, settings: MediaSettings) -> None:
        self._plane = MediaPlane(floor, settings)
        self._host = settings.host
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)
        self.counters = self._plane.counters

    @property
    def url(self) -> str:
        """Where to find it, once it listens."""
        name = f"[{self._host}]" if ":" in self._host else self._host
        return f"ws://{name}:{self._plane.port}"

    def start(self) -> None:
        """Listen.

        Raises
        ------
        OSError
            If the port cannot be had.
        """
        self._thread.start()
        try:
            self._do(self._plane.start())
        except BaseException:
            self._end()
            raise

    def stop(self, drain_s: float) -> None:
        """Take no more calls, let those that are there end, and return. Idempotent."""
        if self._thread.is_alive():
            self._do(self._plane.close(drain_s))
            self._end()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
