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
from .frames import LAG_MAX, LAG_MIN, Flags, Frames, Recent, RecentLevel, Values

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

_LAGS = np.arange(LAG_MIN, LAG_MAX + 1, dtype=np.float32)
_OCTAVES = np.log2(_LAGS)
_NEIGHBOURS = np.arange(3)[:, np.newaxis]


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
        usable = ~frames.envelope.lost
        loud_db = self._loud.add(frames.low_db[usable])
        audible = usable & (frames.low_db > max(loud_db - _QUIET_DB, _SILENT_DB))

        similarity = frames.similarity[:, 1:-1]
        period = similarity.argmax(axis=1)
        rows = np.arange(len(period))
        best = similarity[rows, period]
        voiced = audible & (best > _VOICED)
        self._periods.add(period[voiced])
        if self._periods.weight >= _LEARN:
            period = self._near_usual(similarity)
            chosen = similarity[rows, period]
            voiced = audible & (chosen > np.maximum(_VOICED, best - _CLEARLY))
        f0 = _refined(frames.similarity, rows, period)
        f0[~voiced] = np.nan

        raw = np.concatenate([self._raw, f0])
        self._raw = raw[-2 * DELAY :]
        contour = Contour(self._next, _median_of_five(raw))
        self._next += len(f0)
        return contour, usable & (best > _NUCLEUS)

    def pass_over(self, count: int) -> Contour:
        """Take so many frames in which nobody speaks; parameters and F0 as of `feed`."""
        self._loud.pass_over(count)
        self._raw = np.full(2 * DELAY, np.nan, np.float32)
        contour = Contour(self._next, np.full(count, np.nan, np.float32))
        self._next += count
        return contour

    def _near_usual(self, similarity: Values) -> NDArray[np.intp]:
        """Return the best period of each frame within the speaker's range."""
        short, usual, long = (LAG_MIN + lag for lag in self._periods.quantiles(0.25, 0.5, 0.75))
        first = max(0, int(short / _RANGE[1]) - LAG_MIN)
        last = min(len(_LAGS), int(long / _RANGE[0]) + 2 - LAG_MIN)
        cost = _OCTAVE_COST * np.square(_OCTAVES[first:last] - _OCTAVES[usual - LAG_MIN])
        nearest: NDArray[np.intp] = (similarity[:, first:last] - cost).argmax(axis=1)
        return nearest + first


def _refined(similarity: Values, rows: NDArray[np.intp], period: NDArray[np.intp]) -> Values:
    """Return F0 in Hz at the top of the parabola through each peak and its neighbours."""
    before, top, after = similarity[rows, period + _NEIGHBOURS]
    slope, bend = before - after, before - 2 * top + after
    # where the range ends there may be a slope instead of a peak, whose top is not near
    shift = 0.5 * slope / np.minimum(bend, -1e-9)
    shift = np.minimum(np.maximum(shift, -0.5), 0.5)
    f0: Values = np.divide(RATE, LAG_MIN + period + shift, dtype=np.float32)
    return f0


def _median_of_five(f0: Values) -> Values:
    """Return medians of the voiced among five; NaN where fewer than three are [shape=(n-4,)]."""
    count = len(f0) - 2 * DELAY
    five = np.array([f0[k : k + count] for k in range(5)])
    five.sort(axis=0)  # NaN sorts last
    # of three or four the second is the (lower) median, of five the third
    return np.where(five[4] == five[4], five[2], np.where(five[2] == five[2], five[1], np.nan))
