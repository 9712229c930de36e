"""What a client has sent of late, so that it can go on where a broken socket left off."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(slots=True)
class _Sent:
    start: int
    length: int
    payload: bytes | str
    """Interleaved samples, or a message."""


class Ring:
    """The last seconds of a call as they were sent: samples, gaps and other messages, in order.

    Parameters
    ----------
    room
        Sample groups that are kept.
    group
        Bytes of a sample group.

    Attributes
    ----------
    end : int
        The next sample group to send.
    """

    def __init__(self, room: int, group: int) -> None:
        self.end = 0
        self._room = room
        self._group = group
        self._sent: deque[_Sent] = deque()

    def sound(self, data: bytes) -> None:
        """Remember samples."""
        self._add(len(data) // self._group, data)

    def gap(self, length: int, message: str) -> None:
        """Remember a gap, and how it was told."""
        self._add(length, message)

    def message(self, message: str) -> None:
        """Remember a message that takes no time."""
        self._add(0, message)

    def forget(self, before: int) -> None:
        """Keep nothing before a sample group: it has arrived."""
        while self._sent and self._sent[0].start + self._sent[0].length < before:
            self._sent.popleft()

    def since(self, next_sample: int) -> tuple[int, list[bytes | str | int]]:
        """Give what is to be sent again.

        Messages at the very place are among it: whether they arrived cannot be told, and none does
        harm twice.

        Returns
        -------
        missing : int
            Sample groups after ``next_sample`` that are kept no more.
        again : list
            Samples, messages, and (as a number) the rest of a gap that had arrived in part.
        """
        again: list[bytes | str | int] = []
        kept_from = self._sent[0].start if self._sent else self.end
        for sent in self._sent:
            passed = next_sample - sent.start
            if passed > 0 and passed >= sent.length:
                continue
            if passed <= 0:
                again.append(sent.payload)
            elif isinstance(sent.payload, bytes):
                again.append(sent.payload[passed * self._group :])
            else:
                again.append(sent.length - passed)
        return max(0, kept_from - next_sample), again

    def _add(self, length: int, payload: bytes | str) -> None:
        self._sent.append(_Sent(self.end, length, payload))
        self.end += length
        while self._sent[0].start + self._sent[0].length < self.end - self._room:
            self._sent.popleft()
