"""What a call wants of those who write its words down; the lane (``client``) is one."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from models.transcriber import Language, Samples

from .desk import Answer
from .schedule import Kind


class Transcribes(Protocol):
    """What takes utterances and answers with their words: a lane, or a transcriber at hand."""

    def submit(
        self,
        call_id: str,
        utterance_id: str,
        samples: Samples,
        language: Language | None,
        *,
        hotwords: str | None = None,
    ) -> Future[Answer]:
        """Ask for the words of an utterance; see :meth:`server.lane.client.Lane.submit`."""
        ...


class Transcribing(Protocol):
    """A lane for live calls: see :class:`server.lane.client.Lane`."""

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
