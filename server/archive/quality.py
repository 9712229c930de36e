"""What a recording is worth: how loud the caller is above the background, what is clipped or lost.

Levels are taken of the caller's channel alone. The agent's level is never computed, and neither is
that of somebody whose role nobody told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE, TICK
from voice.decode import FULL_SCALE
from voice.events import Role, SpeechEnded

LEAST_BLOCKS = 10
"""Blocks of speech, and of background, that a ratio is taken from: 1 s each."""
EDGE_S = 0.2
"""Around the edges of speech a block is neither: a syllable fades into the room."""
CHUNK = 2 * RATE
"""Samples that are looked at together."""
FLOOR_DB = -100.0
"""Digital silence, in dB re full scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was measured on the samples; see the columns of the same names."""

    duration_s: float
    snr_db: float | None
    clipped_share: float
    lost_share: float


class QualityMeter:
    """Measures while a recording is heard.

    Parameters
    ----------
    roles
        Who speaks on each track.
    """

    def __init__(self, roles: Sequence[Role]) -> None:
        self._caller = roles.index("caller") if "caller" in roles else None
        self._samples = self._clipped = self._lost = 0
        self._waiting: list[NDArray[np.float32]] = []
        self._waiting_samples = 0
        self._levels: list[NDArray[np.float32]] = []  # mean squares of blocks of 100 ms

    def feed(self, block: NDArray[np.float32], lost: NDArray[np.bool_] | None) -> None:
        """Take the next samples [shape=(tracks, n)], with those that no file held."""
        self._lost += 0 if lost is None else int(np.count_nonzero(lost))
        self._waiting.append(block)
        self._waiting_samples += block.shape[1]
        if self._waiting_samples >= CHUNK:
            self._measure()

    def of(self, events: Iterable[object]) -> Quality:
        """Sum up, once all is heard.

        Parameters
        ----------
        events
            Of the call: among them is who spoke when.
        """
        self._measure()
        rest = self._waiting[0] if self._waiting else np.zeros((1, 0), np.float32)
        clipped = self._clipped + int(np.count_nonzero(np.abs(rest) >= FULL_SCALE))
        samples = self._samples + rest.shape[1]
        every = max(1, samples * len(rest))
        return Quality(
            duration_s=samples / RATE,
            snr_db=self._snr_db([event for event in events if isinstance(event, SpeechEnded)]),
            clipped_share=clipped / every,
            lost_share=self._lost / every,
        )

    def _measure(self) -> None:
        """Work off what waits, but for the begin of a block that is not whole."""
        if not self._waiting:
            return
        waiting = np.concatenate(self._waiting, axis=1)
        ticks = waiting.shape[1] // TICK
        whole, rest = waiting[:, : ticks * TICK], waiting[:, ticks * TICK :]
        self._waiting, self._waiting_samples = [rest], rest.shape[1]
        self._samples += whole.shape[1]
        self._clipped += int(np.count_nonzero(np.abs(whole) >= FULL_SCALE))
        if self._caller is not None:
            blocks = whole[self._caller].reshape(ticks, TICK)
            self._levels.append(np.mean(blocks * blocks, axis=1))

    def _snr_db(self, spoken: Sequence[SpeechEnded]) -> float | None:
        if self._caller is None:
            return None
        levels = 10 * np.log10(np.concatenate([np.zeros(0), *self._levels]) + 10 ** (FLOOR_DB / 10))
        own = _inside(len(levels), (s for s in spoken if s.track == self._caller), -EDGE_S)
        # the other's voice may be heard through the caller's microphone: that is no background
        anybody = _inside(len(levels), spoken, EDGE_S)
        speech, background = levels[own], levels[~anybody]
        if min(len(speech), len(background)) < LEAST_BLOCKS:
            return None
        return round(float(np.median(speech) - np.median(background)), 1)


def _inside(blocks: int, spoken: Iterable[SpeechEnded], wider_s: float) -> NDArray[np.bool_]:
    """Which blocks lie wholly inside stretches of speech that are that much wider at each end.

    Of stretches that are made wider a block is inside that they touch.
    """
    inside = np.zeros(blocks, np.bool_)
    for one in spoken:
        first, last = (one.start_s - wider_s) * RATE / TICK, (one.at_s + wider_s) * RATE / TICK
        if wider_s < 0:
            first, last = np.ceil(first), np.floor(last)
        inside[max(0, int(first)) : max(0, int(np.ceil(last)))] = True
    return inside
