"""What waits for a call's turn: its sound and its commands, in the order in which they came."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]
Command = Callable[[], None]

MOST_S = 30.0
"""Sound that may wait. A source that heeds backpressure stays far below; of what comes beyond,
only the length is kept: it enters as lost, so that media time holds."""


class Sound(NamedTuple):
    """Samples of all tracks, and which of them are lost."""

    block: Samples
    lost: Mask


class Inbox:
    """A bounded queue from any thread to the one that works on the call."""

    def __init__(self, tracks: int) -> None:
        self._tracks = tracks
        self._lock = Lock()
        self._items: deque[Sound | Command] = deque()
        self._samples = self._commands = 0
        self.overrun = 0
        """Samples (of each track) whose sound was dropped because too much was waiting."""

    @property
    def samples(self) -> int:
        """Samples of each track that wait."""
        return self._samples

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._items

    @property
    def commands(self) -> int:
        """Commands that wait, be it behind sound."""
        return self._commands

    @property
    def commanded(self) -> bool:
        """Whether a command comes next."""
        items = self._items
        return bool(items) and not isinstance(items[0], Sound)

    def put(self, block: Samples, lost: Mask | None) -> None:
        """Queue sound; ``lost`` is ``None`` where all of it arrived.

        Raises
        ------
        ValueError
            If it is not of this call's shape.
        """
        if block.ndim != 2 or block.shape[0] != self._tracks:
            raise ValueError(f"a block of {self._tracks} tracks is due, not {block.shape}")
        length = block.shape[1]
        with self._lock:
            if self._samples + length > MOST_S * RATE:
                self.overrun += length
                block, lost = nothing(self._tracks, length)
            elif lost is None:
                lost = np.zeros(block.shape, np.bool_)
            self._items.append(Sound(block, lost))
            self._samples += length

    def command(self, command: Command) -> None:
        """Queue something to be done once the sound before it has been heard."""
        with self._lock:
            self._items.append(command)
            self._commands += 1

    def take(self, most: int) -> Sound | Command | None:
        """Take the next command, or the sound up to it, at most so many samples of each track."""
        with self._lock:
            if not self._items:
                return None
            if not isinstance(self._items[0], Sound):
                self._commands -= 1
                return self._items.popleft()
            parts: list[Sound] = []
            room = most
            while room and self._items and isinstance(sound := self._items[0], Sound):
                self._items.popleft()
                if sound.block.shape[1] > room:
                    rest = Sound(sound.block[:, room:], sound.lost[:, room:])
                    self._items.appendleft(rest)
                    sound = Sound(sound.block[:, :room], sound.lost[:, :room])
                parts.append(sound)
                room -= sound.block.shape[1]
            self._samples -= most - room
        if len(parts) == 1:
            return parts[0]
        return Sound(
            np.concatenate([part.block for part in parts], axis=1),
            np.concatenate([part.lost for part in parts], axis=1),
        )


def nothing(tracks: int, length: int) -> Sound:
    """Sound of which nothing arrived, at the price of one sample."""
    shape = (tracks, length)
    return Sound(np.broadcast_to(np.float32(0), shape), np.broadcast_to(np.True_, shape))
