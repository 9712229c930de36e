"""Syllable nuclei: the peaks of the envelope, found as the sound comes in.

After de Jong & Wempe (2009, doi:10.3758/BRM.41.2.385): a nucleus is a peak that stands out from
the dips around it, is not far below the loud ones and, on a caller's track, is voiced. Theirs
looks at a whole recording; here a peak counts once the envelope has fallen far enough behind it,
and *loud* is what was loud in the last 30 s. Theirs asks for a prominence in dB; here it is a
share of the loudness of loud moments, about 1 dB at their level and 8 dB at 20 dB under it, so
that the wobble of a faint sound is no syllable.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .frames import LOUDNESS_EXPONENT, Envelope, Flags, RecentLevel, Values

_PROMINENCE = 0.08  # between a peak and the dips before and after it; 1 is a loud moment
_LEAST = 0.1  # loudness of a nucleus: 25 dB under the loud ones
_WEIGHTS = np.hanning(11)[1:-1].astype(np.float32) / 5  # smooths over 90 ms
_DELAY = len(_WEIGHTS) // 2
_EXPONENT = LOUDNESS_EXPONENT / 10  # dB -> loudness


class Syllables:
    """Nuclei of one track.

    Attributes
    ----------
    settled
        Index of a frame before which all nuclei are known: the dip after the last of them.
    """

    def __init__(self) -> None:
        self._loud = RecentLevel()
        self._envelope = np.zeros(2 * _DELAY, np.float32)
        self._lost = np.ones(2 * _DELAY, np.bool_)  # before the call nothing is known
        self._voiced = np.zeros(_DELAY + 1, np.bool_)
        self._rising = False
        self._top = self._dip = np.inf
        self._peak = 0
        self.settled = 0

    def feed(self, envelope: Envelope, voiced: Flags | None = None) -> list[int]:
        """Take the next frames.

        Parameters
        ----------
        envelope
            Consecutive frames.
        voiced
            Whether they are voiced [shape=(n,)]; without it voicing is not asked for.

        Returns
        -------
        list of int
            Indices of the frames of the nuclei that became known, ascending.
        """
        loud_db = self._loud.add(envelope.db[~envelope.lost])
        loud = 10 ** (_EXPONENT * loud_db)
        prominence, least = _PROMINENCE * loud, _LEAST * loud
        loudness, unknown = self._smooth(envelope)
        near_voice = self._near_voice(np.ones_like(envelope.lost) if voiced is None else voiced)
        found = []
        first = envelope.first - _DELAY
        for frame, (now, gone, vocal) in enumerate(
            zip(loudness.tolist(), unknown.tolist(), near_voice.tolist(), strict=True), first
        ):
            if gone:
                self._rising, self._dip, self.settled = False, np.inf, frame + 1
            elif self._rising:
                if now > self._top:
                    self._top, self._peak, self._peak_vocal = now, frame, vocal
                elif now < self._top - prominence:
                    if self._peak_vocal and self._top > least:
                        found.append(self._peak)
                    self._rising, self._dip, self.settled = False, now, frame
            elif now <= self._dip:
                self._dip, self.settled = now, frame
            elif now > self._dip + prominence:
                self._rising, self._top, self._peak = True, now, frame
                self._peak_vocal = vocal
        return found

    def pass_over(self, count: int) -> None:
        """Take so many frames in which nobody speaks: what is near them is not known either."""
        self._loud.pass_over(count)
        self._lost = np.ones(2 * _DELAY, np.bool_)

    def _smooth(self, envelope: Envelope) -> tuple[Values, NDArray[np.bool_]]:
        """Return the smoothed loudness `_DELAY` frames ago, and where it is unknown."""
        db = np.concatenate([self._envelope, envelope.db])
        lost = np.concatenate([self._lost, envelope.lost])
        self._envelope, self._lost = db[-2 * _DELAY :], lost[-2 * _DELAY :]
        count = len(envelope.db)
        smooth = np.zeros(count, np.float32)
        unknown = np.zeros(count, np.bool_)
        for k, weight in enumerate(_WEIGHTS):
            smooth += weight * db[k : k + count]
        if lost.any():
            for k in range(len(_WEIGHTS)):
                unknown |= lost[k : k + count]
        return np.power(np.float32(10), np.float32(_EXPONENT) * smooth), unknown

    def _near_voice(self, voiced: Flags) -> Flags:
        """Return whether frames `_DELAY` ago or their neighbours are voiced."""
        flags = np.concatenate([self._voiced, voiced])
        self._voiced = flags[-(_DELAY + 1) :]
        count = len(voiced)
        near: Flags = flags[:count] | flags[1 : count + 1] | flags[2 : count + 2]
        return near
