"""Prosody of one track: how somebody spoke in the last 5 s.

Whose track it is decides what there is to know. A caller's has everything; of any other track
only the syllable envelope is ever computed, by an analysis that has no pitch, level or tilt.

librosa gives the window, frequencies and units of the live path, which cost next to nothing. Its
pitch trackers are not in it: ``pyin`` takes over a hundred times the time (it is the precise mode,
see `voice.precise`), and ``yin`` has no voicing decision, without which unvoiced frames pass for
500 Hz. Its onset detector finds far more onsets than syllables on the telephone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clock import RATE
from .compiled import compiled
from .events import Role
from .frames import HOP, Envelope, EnvelopeAnalysis, Flags, FrameAnalysis, Samples, Values
from .pitch import Pitch
from .syllables import Syllables

WINDOW_FRAMES = 500
"""Frames that a measurement looks back over: 5 s."""
BLOCK = RATE // 2
"""Samples taken at once; windows end on a multiple of it, so nothing waits."""
SPEECH_PROBABILITY = 0.3
"""From here on a frame is speech for `Prosody.measure`. Silero's own 0.5 decides when somebody
speaks; a rate needs all of what is said, soft syllables too."""

_FRAMES_PER_S = RATE // HOP
_KEPT = WINDOW_FRAMES + 100  # frames remembered; a window may end a little while ago
# frames; a shorter gap belongs to articulation (0.25 s: Goldman-Eisler 1968), a longer one is a
# silence and no pause within speech
_PAUSES = 25, 200
_NEAR_SPEECH = 6  # frames from speech at which a nucleus counts
_REACH = 2  # frames that the window of a frame reaches beyond it, to both sides
_LEAST_SPEECH_S = 1.0
_LEAST_VOICED_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a window of 5 s says, rounded to 3 decimals.

    The fields are those of `voice.events.ProsodyWindow`. ``None`` is what could not be measured:
    too little speech, too little voice, or a track of which it is not computed.
    """

    speech_s: float
    lost_s: float
    pause_ratio: float
    articulation_rate_hz: float | None
    voiced_s: float | None = None
    f0_median_hz: float | None = None
    f0_median_st: float | None = None
    f0_spread_st: float | None = None
    level_db: float | None = None
    tilt_db: float | None = None
    spectral_flux_pct: float | None = None


class Prosody:
    """The prosody of one track.

    What is measured belongs to the samples and to where speech is, alone: the track is taken in
    blocks of half a second from its start, however it is fed. A block is passed over if there is
    no speech in it nor in the one before or after. Frames touched by lost samples count in nothing.

    Parameters
    ----------
    role
        Whose track it is. Only a ``caller`` is listened to for pitch, level and tilt.
    """

    def __init__(self, role: Role) -> None:
        self._voice = _Voice() if role == "caller" else None
        self._analysis = EnvelopeAnalysis() if self._voice is None else None
        self._look_at = compiled(
            _look_at,
            "UniTuple(int64, 2)(boolean[::1], boolean[::1], float32[::1], boolean[::1])",
        )
        self._count = compiled(_count, "int64(boolean[::1], int64[::1])")
        self._syllables = Syllables()
        self._nuclei: deque[int] = deque()
        self._lost_samples = _Ring(1, unknown=0)  # in the 10 ms of each frame
        self._samples = np.zeros(0, np.float32)
        self._lost = np.zeros(0, np.bool_)
        self._spoken = True  # in the last block
        self._doubtful: tuple[Samples, Flags] | None = None  # needed if the next block has speech

    def feed(self, samples: Samples, lost: Flags, *, spoken: bool = True) -> None:
        """Take the next samples [shape=(n,), 8 kHz, -1 to 1] and which never arrived.

        Samples wait until they fill a block; the tail of a call that never does is in no window.
        Blocks that are filled with samples that are not `spoken` hold no speech.
        """
        self._samples = np.concatenate([self._samples, samples])
        self._lost = np.concatenate([self._lost, lost])
        while len(self._samples) >= BLOCK:
            self._take(self._samples[:BLOCK], self._lost[:BLOCK], spoken)
            self._samples, self._lost = self._samples[BLOCK:], self._lost[BLOCK:]

    def _take(self, samples: Samples, lost: Flags, spoken: bool) -> None:
        if self._doubtful is not None:
            (self._hear if spoken else self._pass_over)(*self._doubtful)
            self._doubtful = None
        if spoken or self._spoken:
            self._hear(samples, lost)
        else:
            self._doubtful = samples, lost
        self._spoken = spoken

    def _pass_over(self, samples: Samples, lost: Flags) -> None:
        if self._voice is not None:
            count = self._voice.pass_over(samples, lost)
        else:
            assert self._analysis is not None
            count = self._analysis.pass_over(samples, lost)
        self._syllables.pass_over(count)
        self._lost_samples.append(lost.reshape(1, -1, HOP).sum(axis=2))

    def _hear(self, samples: Samples, lost: Flags) -> None:
        envelope: Envelope
        vocal: Flags | None = None
        if self._voice is not None:
            envelope, vocal = self._voice.hear(samples, lost)
        else:
            assert self._analysis is not None
            envelope = self._analysis.feed(samples, lost)
        self._nuclei.extend(self._syllables.feed(envelope, vocal))
        self._lost_samples.append(lost.reshape(1, -1, HOP).sum(axis=2))
        while self._nuclei and self._nuclei[0] < self._lost_samples.end - _KEPT:
            self._nuclei.popleft()

    def measure(self, end_frame: int, speech: Flags, other: Flags) -> Measures | None:
        """Measure the 5 s that end where frame `end_frame` would begin.

        Parameters
        ----------
        end_frame
            In a block with speech, and at most 0.9 s before the end of what was fed. Of what was
            fed, the last 20 ms have no level yet and the last 40 ms no F0.
        speech
            Whether this track speaks [shape=(500,)], by VAD, see `SPEECH_PROBABILITY`.
        other
            Whether the other track does.

        Returns
        -------
        Measures or None
            ``None`` with less than a second of speech. Gaps under 0.25 s belong to the speech
            around them; a pause is a gap of at most 2 s between own speech in the window, less
            the time in which the other speaks. The articulation rate is that of the speech up
            to the dip after the last syllable that is known.
        """
        start = end_frame - WINDOW_FRAMES
        lost = self._lost_samples.window(start - _REACH, end_frame + _REACH)[0]
        own = np.empty(WINDOW_FRAMES, np.bool_)
        spoken, paused = self._look_at(speech, other, lost, own)
        speech_s, pause_s = spoken / _FRAMES_PER_S, paused / _FRAMES_PER_S
        if speech_s < _LEAST_SPEECH_S:
            return None
        voice = {} if self._voice is None else self._voice.measure(start, end_frame, own)
        rate_hz = self._articulation_rate(start, own)
        return Measures(
            speech_s=round(speech_s, 3),
            lost_s=round(float(lost[_REACH:-_REACH].sum()) / RATE, 3),
            pause_ratio=round(pause_s / (speech_s + pause_s), 3),
            articulation_rate_hz=None if rate_hz is None else round(rate_hz, 3),
            **{name: round(float(value), 3) for name, value in voice.items()},
        )

    def _articulation_rate(self, start: int, own: Flags) -> float | None:
        known = own[: max(0, self._syllables.settled - start)]
        phonation_s = _seconds(known)
        if phonation_s < _LEAST_SPEECH_S:
            return None
        return self._count(known, np.array(self._nuclei, np.int64) - start) / phonation_s


class _Voice:
    """What only a caller's track is listened to for."""

    def __init__(self) -> None:
        import librosa

        self._semitones = librosa.hz_to_midi
        self._analysis = FrameAnalysis()
        self._pitch = Pitch()
        self._f0 = _Ring(1)
        self._timbre = _Ring(3)  # level, tilt, flux

    def hear(self, samples: Samples, lost: Flags) -> tuple[Envelope, Flags]:
        """Take the next block; return its syllable envelope and where a nucleus may be."""
        frames = self._analysis.feed(samples, lost)
        contour, vocal = self._pitch.feed(frames)
        self._f0.append(contour.f0_hz[np.newaxis, max(0, -contour.first) :])
        self._timbre.append(np.stack([frames.level_db, frames.tilt_db, frames.flux_pct]))
        return frames.envelope, vocal

    def pass_over(self, samples: Samples, lost: Flags) -> int:
        """Take a block in which nobody speaks; return how many frames it completes."""
        count = self._analysis.pass_over(samples, lost)
        contour = self._pitch.pass_over(count)
        self._f0.append(contour.f0_hz[np.newaxis, max(0, -contour.first) :])
        self._timbre.append(np.full((3, count), np.nan, np.float32))
        return count

    def measure(self, start: int, stop: int, own: Flags) -> dict[str, float]:
        """Return the measures of the voiced frames among `own`, as far as there are enough."""
        f0 = self._f0.window(start, stop)[0]
        voiced = own & ~np.isnan(f0)
        voiced_s = _seconds(voiced)
        if voiced_s < _LEAST_VOICED_S:
            return {"voiced_s": voiced_s}
        ordered_f0 = np.sort(f0[voiced])
        # of frames after what is not known there is no flux; NaN sorts last
        level, tilt, flux = np.sort(self._timbre.window(start, stop)[:, voiced], axis=1)
        flux = flux[: int(np.count_nonzero(flux == flux))]
        median_hz = _quantile(ordered_f0, 0.5)
        low, median, high, reference = self._semitones(
            [_quantile(ordered_f0, 0.2), median_hz, _quantile(ordered_f0, 0.8), 100.0]
        )
        return {
            "voiced_s": voiced_s,
            "f0_median_hz": median_hz,
            "f0_median_st": median - reference,
            "f0_spread_st": high - low,
            "level_db": _quantile(level, 0.5),
            "tilt_db": _quantile(tilt, 0.5),
            **({"spectral_flux_pct": _quantile(flux, 0.5)} if len(flux) else {}),
        }


class _Ring:
    """The last values of each frame.

    Parameters
    ----------
    rows
        Values of one frame.
    unknown
        What stands for the values of frames before the call and after its last.

    Attributes
    ----------
    end
        Index of the first frame not known yet.
    """

    def __init__(self, rows: int, unknown: float = np.nan) -> None:
        self._unknown = unknown
        self._values = np.full((rows, _KEPT), unknown, np.float32)
        self.end = 0

    def append(self, values: NDArray[np.float32 | np.intp]) -> None:
        """Remember the values [shape=(rows, n)] of the next frames."""
        count = values.shape[1]
        self._values = np.concatenate([self._values[:, count:], values], axis=1, dtype=np.float32)
        self.end += count

    def window(self, start: int, stop: int) -> Values:
        """Return the values of frames from `start` to below `stop` [shape=(rows, stop - start)].

        Raises
        ------
        ValueError
            If frames were asked for that are forgotten already.
        """
        first = start - (self.end - _KEPT)
        if first < 0:
            raise ValueError(f"frame {start} is more than {_KEPT} frames before {self.end}")
        known = self._values[:, first : first + stop - start]
        window = np.full((len(known), stop - start), self._unknown, np.float32)
        window[:, : known.shape[1]] = known
        return window


def _seconds(frames: Flags) -> float:
    return int(np.count_nonzero(frames)) / _FRAMES_PER_S


def _quantile(ordered: Values, share: float) -> float:
    """Return a quantile of ascending values, interpolated; numpy's costs more than the sort."""
    where = share * (len(ordered) - 1)
    below = int(where)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (where - below) * (ordered[above] - ordered[below]))


# what follows is compiled


def _look_at(speech: Flags, other: Flags, lost: Values, own: Flags) -> tuple[int, int]:
    """Tell own speech from pauses in a window.

    Parameters
    ----------
    speech, other
        Whether this track speaks, and the other one.
    lost
        Samples that are lost in each 10 ms, from `_REACH` before the window to as far after it.
    own
        Becomes own speech with its shortest gaps closed, where no lost sample is in sight.

    Returns
    -------
    tuple of int
        Frames of own speech, and of pauses in it in which nobody speaks and nothing is lost.
    """
    shortest, longest = _PAUSES
    spoken = paused = 0
    last = -longest - 2  # frame of speech
    for frame in range(len(speech)):
        own[frame] = False
        if speech[frame]:
            gap = frame - last - 1
            for past in range(last + 1 if gap <= longest else frame, frame + 1):
                intact = True
                for slot in range(past, past + 2 * _REACH + 1):
                    intact &= lost[slot] == 0
                if intact and (past == frame or gap < shortest):
                    own[past] = True
                    spoken += 1
                elif intact and not other[past]:
                    paused += 1
            last = frame
    return spoken, paused


def _count(own: Flags, nuclei: NDArray[np.int64]) -> int:
    """Count the nuclei in own speech; VAD is late for soft beginnings, so next to it will do."""
    found = 0
    for nucleus in nuclei:
        if 0 <= nucleus < len(own):
            for at in (nucleus - _NEAR_SPEECH, nucleus, nucleus + _NEAR_SPEECH):
                if own[min(max(at, 0), len(own) - 1)]:
                    found += 1
                    break
    return found
