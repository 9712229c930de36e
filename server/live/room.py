"""Who waits until a call has little sound waiting: backpressure, as futures."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock


class Room:
    """Safe from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: list[tuple[int, Future[None]]] = []

    def ask(self, samples: int) -> Future[None]:
        """Give what is done once at most so many samples wait; :meth:`tell` must follow."""
        future: Future[None] = Future()
        with self._lock:
            self._asked.append((samples, future))
        return future

    def tell(self, waiting: int) -> None:
        """So many samples wait now."""
        if not self._asked:
            return
        with self._lock:
            free = [entry for entry in self._asked if waiting <= entry[0]]
            self._asked = [entry for entry in self._asked if entry not in free]
        for _, future in free:
            future.set_result(None)
