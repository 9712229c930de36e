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

from .compiled import compiled
from .frames import LOUDNESS_EXPONENT, Envelope, Flags, Values
from .recent import RecentLevel

_PROMINENCE = 0.08  # between a peak and the dips before and after it; 1 is a loud moment
_LEAST = 0.1  # loudness of a nucleus: 25 dB under the loud ones
_WEIGHTS = np.hanning(11)[1:-1].astype(np.float32) / 5  # smooths over 90 ms
_DELAY = len(_WEIGHTS) // 2
_EXPONENT = LOUDNESS_EXPONENT / 10  # dB -> loudness
# what is known of the envelope between two feeds
_RISING, _TOP, _DIP, _PEAK, _PEAK_VOCAL, _SETTLED = range(6)


class Syllables:
    """Nuclei of one track.

    Attributes
    ----------
    settled
        Index of a frame before which all nuclei are known: the dip after the last of them.
    """

    def __init__(self) -> None:
        self._follow = compiled(
            _follow,
            "int64[::1](float32[::1], boolean[::1], boolean[::1], int64, float64, float64,"
            " float64[::1])",
        )
        self._loud = RecentLevel()
        self._db = np.zeros(2 * _DELAY, np.float32)
        self._lost = np.ones(2 * _DELAY, np.bool_)  # before the call nothing is known
        self._vocal = np.zeros(_DELAY + 1, np.bool_)
        self._state = np.array([0, np.inf, np.inf, 0, 0, 0])

    @property
    def settled(self) -> int:
        """See above."""
        return int(self._state[_SETTLED])

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
        loud_db = self._loud.add(envelope.db, envelope.lost)
        vocal = np.ones_like(envelope.lost) if voiced is None else voiced
        db = np.concatenate([self._db, envelope.db])
        lost = np.concatenate([self._lost, envelope.lost])
        vocal = np.concatenate([self._vocal, vocal])
        self._db, self._lost = db[-2 * _DELAY :], lost[-2 * _DELAY :]
        self._vocal = vocal[-(_DELAY + 1) :]
        first, loud = envelope.first - _DELAY, 10 ** (_EXPONENT * loud_db)
        nuclei: list[int] = self._follow(
            db, lost, vocal, first, loud, _EXPONENT, self._state
        ).tolist()
        return nuclei

    def pass_over(self, count: int) -> None:
        """Take so many frames in which nobody speaks: what is near them is not known either."""
        self._loud.pass_over(count)
        self._lost = np.ones(2 * _DELAY, np.bool_)


# what follows is compiled


def _follow(
    db: Values,
    lost: Flags,
    vocal: Flags,
    first: int,
    loud: float,
    exponent: float,
    state: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Smooth an envelope, follow its rises and falls, and return the nuclei among its frames.

    Parameters
    ----------
    db, lost
        Of the frames from `_DELAY` before the first that is judged to `_DELAY` after the last.
    vocal
        Of the frames from one before the first that is judged on.
    first
        Index of the first frame that is judged.
    loud
        Loudness of loud moments.
    exponent
        10 to the power of so many times dB is loudness.
    state
        See `_RISING` and what follows it; is brought up to date.
    """
    prominence, least = _PROMINENCE * loud, _LEAST * loud
    count = len(db) - 2 * _DELAY
    found = np.empty(count, np.int64)
    nuclei = 0
    rising, top, dip, peak, peak_vocal, settled = (
        state[_RISING], state[_TOP], state[_DIP], state[_PEAK], state[_PEAK_VOCAL], state[_SETTLED],
    )  # fmt: skip
    for at in range(count):
        frame = first + at
        gone, smooth = False, 0.0
        for k in range(len(_WEIGHTS)):
            gone |= lost[at + k]
            smooth += _WEIGHTS[k] * db[at + k]
        now = 10 ** (exponent * smooth)
        near = 1.0 if vocal[at] or vocal[at + 1] or vocal[at + 2] else 0.0
        if gone:
            rising, dip, settled = 0.0, np.inf, frame + 1.0
        elif rising:
            if now > top:
                top, peak, peak_vocal = now, float(frame), near
            elif now < top - prominence:
                if peak_vocal and top > least:
                    found[nuclei] = int(peak)
                    nuclei += 1
                rising, dip, settled = 0.0, now, float(frame)
        elif now <= dip:
            dip, settled = now, float(frame)
        elif now > dip + prominence:
            rising, top, peak, peak_vocal = 1.0, now, float(frame), near
    state[_RISING], state[_TOP], state[_DIP] = rising, top, dip
    state[_PEAK], state[_PEAK_VOCAL], state[_SETTLED] = peak, peak_vocal, settled
    return found[:nuclei]
