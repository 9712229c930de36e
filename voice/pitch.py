"""F0 and voicing of a caller, causal: later samples never change what was said earlier.

In each frame the period is the lag of the highest peak of the frame's autocorrelation. What an
octave error looks like depends on the voice, so the search is kept near the speaker's own range:
quartiles of the last 30 s of voiced frames, found without that restriction (a tracker that learns
its range from its own restricted output can lock itself in). A frame whose best period lies
outside the range and beats every period inside is left unvoiced rather than guessed.

The result is a 5-point median over frames, which therefore come 20 ms late.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clock import RATE
from .compiled import compiled
from .frames import LAG_MAX, LAG_MIN, Flags, Frames, Values
from .recent import Recent, RecentLevel

DELAY = 2
"""Frames by which F0 is behind the frames fed: half of the median's five."""

_VOICED = 0.28  # least similarity of a voiced frame to itself one period on
_NUCLEUS = 0.2  # the same for a syllable's nucleus, which need not yield an F0; few noises reach it
_QUIET_DB = 28.0  # a voiced frame is at most so far under the loud ones
_SILENT_DB = -65.0  # and never below this, dB re full scale
_RANGE = 0.6, 2.0  # of the lower and upper quartile of F0; wide enough for a voice that is raised
_OCTAVE_COST = 0.2  # similarity lost one octave away from the speaker's median; two cost four times
_CLEARLY = 0.05  # similarity by which a period outside the range must win to make a frame unvoiced
_LEARN = 20  # voiced frames after which the speaker's range is used
_QUARTILES = 0.25, 0.5, 0.75

_OCTAVES = np.log2(np.arange(LAG_MIN, LAG_MAX + 1, dtype=np.float32))
_NO_COST = np.zeros_like(_OCTAVES)


@dataclass(frozen=True, slots=True)
class Contour:
    """F0 of consecutive frames, the first of which is frame `first`.

    Attributes
    ----------
    f0_hz
        [shape=(n,), Hz], NaN where unvoiced.
    """

    first: int
    f0_hz: Values


class Pitch:
    """F0 of one speaker, frame by frame.

    What is learned is brought up to date once a feed, so F0 is a function of the blocks fed;
    `Prosody` always feeds blocks of half a second.
    """

    def __init__(self) -> None:
        self._best = compiled(
            _best, "Tuple((int64[::1], float32[::1]))(float32[:, ::1], int64, int64, float32[::1])"
        )
        self._contour = compiled(
            _contour,
            "float32[::1](float32[:, ::1], int64[::1], boolean[::1], float32[::1], int64, int64)",
        )
        self._periods = Recent(bins=LAG_MAX - LAG_MIN + 1)
        self._loud = RecentLevel()
        self._raw = np.full(2 * DELAY, np.nan, np.float32)
        self._next = -DELAY

    def feed(self, frames: Frames) -> tuple[Contour, Flags]:
        """Take the next frames.

        Returns
        -------
        contour
            F0 of as many frames, `DELAY` frames earlier; before the call there is none.
        vocal
            Which of the frames fed are periodic enough for the nucleus of a syllable, whatever
            their period and level.
        """
        lost = frames.envelope.lost
        loud_db = self._loud.add(frames.low_db, lost)
        usable = ~lost
        audible = usable & (frames.low_db > max(loud_db - _QUIET_DB, _SILENT_DB))

        period, best = self._best(frames.similarity, 0, len(_OCTAVES), _NO_COST)
        voiced = audible & (best > _VOICED)
        self._periods.add(period[voiced])
        if self._periods.weight >= _LEARN:
            period, chosen = self._near_usual(frames.similarity)
            voiced = audible & (chosen > np.maximum(_VOICED, best - _CLEARLY))
        f0 = self._contour(frames.similarity, period, voiced, self._raw, LAG_MIN, RATE)
        contour = Contour(self._next, f0)
        self._next += len(f0)
        return contour, usable & (best > _NUCLEUS)

    def pass_over(self, count: int) -> Contour:
        """Take so many frames in which nobody speaks; parameters and F0 as of `feed`."""
        self._loud.pass_over(count)
        self._raw.fill(np.nan)
        contour = Contour(self._next, np.full(count, np.nan, np.float32))
        self._next += count
        return contour

    def _near_usual(self, similarity: Values) -> tuple[NDArray[np.int64], Values]:
        """Return the best period of each frame within the speaker's range; parameters as _best."""
        short, usual, long = (LAG_MIN + self._periods.quantile(share) for share in _QUARTILES)
        first = max(0, int(short / _RANGE[1]) - LAG_MIN)
        last = min(len(_OCTAVES), int(long / _RANGE[0]) + 2 - LAG_MIN)
        cost = _OCTAVE_COST * np.square(_OCTAVES - _OCTAVES[usual - LAG_MIN])
        return self._best(similarity, first, last, cost)


# what follows is compiled


def _best(
    similarity: Values, first: int, last: int, cost: Values
) -> tuple[NDArray[np.int64], Values]:
    """Return the best period of each frame, and how similar the frame is to itself then.

    Parameters
    ----------
    similarity
        At lags from one below the first period to one above the last [shape=(n, 120)].
    first, last
        Where to look: periods from `first` to below `last`, counted from `LAG_MIN`.
    cost
        What a period loses of its similarity in the comparison [shape=(118,)].
    """
    period = np.empty(len(similarity), np.int64)
    top = np.empty(len(similarity), np.float32)
    for frame in range(len(similarity)):
        best, found = np.float32(-np.inf), first
        for k in range(first, last):
            value = similarity[frame, k + 1] - cost[k]
            if value > best:
                best, found = value, k
        period[frame] = found
        top[frame] = similarity[frame, found + 1]
    return period, top


def _contour(
    similarity: Values,
    period: NDArray[np.int64],
    voiced: Flags,
    raw: Values,
    shortest: int,
    rate: int,
) -> Values:
    """Return medians of F0, Hz, of the voiced among five; NaN where fewer than three are.

    F0 is at the top of the parabola through each peak and its neighbours. `raw` is that of the
    four frames before, and becomes that of the last four. Periods are counted from the `shortest`.
    """
    count = len(period)
    f0 = np.empty(len(raw) + count, np.float32)
    f0[: len(raw)] = raw
    for frame in range(count):
        f0[len(raw) + frame] = np.nan
        if voiced[frame]:
            at = period[frame]
            before, top, after = (
                similarity[frame, at],
                similarity[frame, at + 1],
                similarity[frame, at + 2],
            )
            # where the range ends there may be a slope instead of a peak, whose top is not near
            bend = min(before - 2 * top + after, -1e-9)
            shift = min(max(0.5 * (before - after) / bend, -0.5), 0.5)
            f0[len(raw) + frame] = rate / (shortest + at + shift)
    raw[:] = f0[count:]
    medians = np.empty(count, np.float32)
    ordered = np.empty(5, np.float32)
    for frame in range(count):
        known = 0
        for value in f0[frame : frame + 5]:
            if value == value:
                place = known
                while place > 0 and ordered[place - 1] > value:
                    ordered[place] = ordered[place - 1]
                    place -= 1
                ordered[place] = value
                known += 1
        # of three or four the second is the (lower) median, of five the third
        medians[frame] = ordered[(known - 1) // 2] if known >= 3 else np.nan
    return medians
