"""What a call wants of those who write its words down; the lane (``client``) is one."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from models.transcriber import Language, Samples

from .desk import Answer
from .schedule import Kind


class Transcribing(Protocol):
    """See :class:`server.lane.client.Lane`."""

    def submit(
        self,
        call_id: str,
        utterance_id: str,
        samples: Samples,
        language: Language | None,
        *,
        kind: Kind = "final",
        hotwords: str | None = None,
        deadline_s: float | None = None,
    ) -> Future[Answer]:
        """Ask for the words of an utterance."""

    def watch(self, call_id: str, on: bool) -> None:
        """Somebody watches a call from now on, or nobody."""
