"""One analysis of 50 ms frames, every 10 ms, for all that prosody measures.

A single pair of transforms gives everything: the spectrum of a frame gives its level, its spectral
tilt and the envelope in which syllables are sought; the spectrum's magnitude, transformed back,
is an autocorrelation in which the pitch period is the highest peak.

The autocorrelation is that of the *magnitude*, not of the power (Boersma 1993 uses the power;
the generalised form is Tolonen & Karjalainen 2000, doi:10.1109/89.876309), and it is equalised
for the telephone: the band below 350 Hz, which the line takes away, is raised again, and the
formants above 1200 Hz count less. On telephone speech that leaves far fewer octave errors.

There are two analyses because they may know different things. `EnvelopeAnalysis` is for whoever
must not be listened to for pitch or loudness (an agent): it has no second transform, no level and
no tilt, so nothing of the kind can be asked of it. `FrameAnalysis` is for a caller.

Only element-wise operations, row sums and FFTs are used, never a matrix product: the result of a
BLAS call depends on how many rows it is given at once, and a frame must come out the same
whatever the blocks in which the samples arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .clock import RATE

Samples = NDArray[np.float32]
Values = NDArray[np.float32]
Flags = NDArray[np.bool_]

HOP = 80
"""Samples from one frame to the next: 10 ms. Frame ``i`` is centred on sample ``80 i + 40``, the
middle of the 10 ms that it stands for; its window reaches 20 ms beyond them."""
WINDOW = 400
"""Samples of a frame: 50 ms, three periods of the lowest F0 sought."""
F0_MIN_HZ, F0_MAX_HZ = 60.0, 500.0
LAG_MIN, LAG_MAX = 16, 133
"""The periods sought, in samples: 500 down to 60 Hz."""
LOUDNESS_EXPONENT = 0.4
"""Power -> loudness, near the 0.3 of Stevens' law (1957, doi:10.1037/h0046162); see `Envelope`."""

_FFT = 512  # the alias of the longest lag is lag 378, where the tails of the window hardly meet
_START = (WINDOW - HOP) // 2  # frame 0 begins this many samples before the call does
_QUIETEST = np.float32(1e-12)  # power below -120 dB is silence
_EXPONENT = np.float32(LOUDNESS_EXPONENT)
_FLUX_BANDS = 4  # 300-800-1000-1800-3400 Hz, which the envelope and the tilt need anyway
_FAINTEST = np.float32(1e-6)


class Recent:
    """Quantiles of what was usual lately, in constant memory.

    A histogram that forgets: with each value added the older ones count a little less, so that it
    remembers about as many values as `memory` says.

    Parameters
    ----------
    bins
        Values are integers from 0 to ``bins - 1``.
    memory
        Number of values after which one counts 1/e; 3000 frames are 30 s.
    """

    def __init__(self, bins: int, memory: float = 3000.0) -> None:
        self._counts = np.zeros(bins)
        self._memory = memory
        self.weight = 0.0
        """How many values are remembered."""

    def add(self, values: NDArray[np.intp]) -> None:
        """Remember values [shape=(n,), 0 to bins - 1]."""
        fading = exp(-len(values) / self._memory)
        self._counts *= fading
        self._counts += np.bincount(values, minlength=len(self._counts))
        self.weight = self.weight * fading + len(values)

    def quantiles(self, *q: float) -> list[int]:
        """Return the smallest values that a share `q` (0 to 1) does not exceed."""
        total = self._counts.cumsum()
        last = float(total[-1])
        return total.searchsorted([share * last for share in q]).tolist()  # type: ignore[no-any-return]


class RecentLevel:
    """How loud the loud moments of the last 30 s were: the 99th percentile of levels."""

    def __init__(self) -> None:
        self._levels = Recent(bins=141)  # of 1 dB, -120 to 20

    def add(self, level_db: Values) -> float:
        """Remember levels [shape=(n,), dB]; return their running 99th percentile in dB."""
        # ufuncs, since ndarray.clip costs as much as all the rest
        self._levels.add(np.minimum(np.maximum(level_db + 120, 0), 140).astype(np.intp))
        return self._levels.quantiles(0.99)[0] - 120.0

    def pass_over(self, count: int) -> None:
        """Remember that so many frames were as good as silent."""
        self._levels.add(np.zeros(count, np.intp))


@dataclass(frozen=True, slots=True)
class Envelope:
    """The syllable envelope of consecutive frames.

    Attributes
    ----------
    first
        Index of the first frame; frame ``i`` is centred on second ``(i + 0.5) / 100``.
    db
        Loudness from 300 to 3400 Hz [shape=(n,)], dB: the energies of three bands, one for each
        formant, each raised to `LOUDNESS_EXPONENT` and added up. A vowel next to a nasal or a
        liquid differs from it in the upper bands more than in the sum of all; on the shared read
        speech syllables found in it agree better with the text than those found in one band.
    lost
        Frames touched by lost samples [shape=(n,)]; their other values mean nothing.
    """

    first: int
    db: Values
    lost: Flags


@dataclass(frozen=True, slots=True)
class Frames:
    """What a caller's consecutive frames say.

    Attributes
    ----------
    envelope
        Index, syllable envelope and lost frames.
    similarity
        Equalised autocorrelation at lags 15 to 134 [shape=(n, 120), at most 1].
    level_db
        RMS level from 50 to 3400 Hz [shape=(n,)], dB re full scale (a full-scale sine: -3 dB).
    low_db
        The same from 50 to 1000 Hz, where voiced sounds are strong and fricatives weak.
    tilt_db
        Alpha ratio [shape=(n,)], dB: energy 50-1000 Hz over 1000-3400 Hz (the eGeMAPS measure,
        Eyben 2016, doi:10.1109/TAFFC.2015.2457417, ended at the telephone band's edge).
    flux_pct
        Spectral flux [shape=(n,)], 0 to 100: how much of the amplitude from 300 to 3400 Hz went
        over to another of four bands since the frame before, 10 ms earlier. NaN where that one is
        not known. Amplitudes are shares of their sum, so loudness and gain do not matter; the
        bands are wide, so neither do the harmonics of a voice that moves. Flux goes with arousal
        (Weninger et al. 2013, doi:10.3389/fpsyg.2013.00292) and is in eGeMAPS.
    """

    envelope: Envelope
    similarity: Values
    level_db: Values
    low_db: Values
    tilt_db: Values
    flux_pct: Values


class EnvelopeAnalysis:
    """The syllable envelope of a track, and nothing else of it."""

    def __init__(self) -> None:
        self._spectra = _Spectra(300, 800, 1800, 3400)

    def feed(self, samples: Samples, lost: Flags) -> Envelope:
        """Take the next samples of the track and return the frames that they complete.

        Parameters
        ----------
        samples
            [shape=(n,), float32, -1 to 1] at 8 kHz, any ``n``.
        lost
            Which of them never arrived [shape=(n,)].

        Returns
        -------
        Envelope
            Bit-identical whatever the chunks in which the samples came.
        """
        first, magnitude, touched = self._spectra.feed(samples, lost)
        loudness = _loudness(*self._spectra.bands(magnitude))
        return Envelope(first, self._spectra.db(loudness) / _EXPONENT, touched)

    def pass_over(self, samples: Samples, lost: Flags) -> int:
        """Take samples that need no analysis; return how many frames they complete."""
        return self._spectra.pass_over(samples, lost)


class FrameAnalysis:
    """Everything that prosody needs of a caller's track."""

    def __init__(self) -> None:
        from scipy import fft

        self._spectra = _Spectra(50, 300, 800, 1000, 1800, 3400)
        # the cosine transform of a real, even spectrum is its inverse FFT, and cheaper than irfft
        self._inverse = fft.dct
        hz = self._spectra.hz
        raised = np.square(350 / hz.clip(140, 350))  # 12 dB an octave, held below 140 Hz
        self._equaliser = (raised / (1 + (hz / 1200) ** 4)).astype(np.float32)
        self._equaliser[hz < F0_MIN_HZ] = 0  # hum and offset are no voice
        self._forget()

    def feed(self, samples: Samples, lost: Flags) -> Frames:
        """Take the next samples of the track; parameters as `EnvelopeAnalysis.feed`."""
        first, magnitude, touched = self._spectra.feed(samples, lost)
        bands = self._spectra.bands(magnitude)
        under, formant_1, upto_1000, from_1000, formant_3 = bands
        low = under + formant_1 + upto_1000
        high = from_1000 + formant_3
        loudness = _loudness(formant_1, upto_1000 + from_1000, formant_3)
        level_db, low_db, high_db, loudness_db = self._spectra.db(
            np.array([low + high, low, high, loudness])
        )
        magnitude *= self._equaliser
        acf = self._inverse(magnitude, type=1, axis=1, overwrite_x=True)
        return Frames(
            envelope=Envelope(first, loudness_db / _EXPONENT, touched),
            similarity=acf[:, LAG_MIN - 1 : LAG_MAX + 2] / np.maximum(acf[:, :1], 1e-9),
            level_db=level_db,
            low_db=low_db,
            tilt_db=low_db - high_db,
            flux_pct=self._flux(bands[1:], touched),
        )

    def pass_over(self, samples: Samples, lost: Flags) -> int:
        """Take samples that need no analysis, as `EnvelopeAnalysis.pass_over`."""
        self._forget()
        return self._spectra.pass_over(samples, lost)

    def _forget(self) -> None:
        self._shares = np.full((_FLUX_BANDS, 1), np.nan, np.float32)  # of the last frame

    def _flux(self, power: Values, touched: Flags) -> Values:
        """Return the flux from bands [shape=(4, n)]; shares of lost frames are not known."""
        amplitude = np.sqrt(power)
        shares = amplitude / np.maximum(amplitude.sum(axis=0), _FAINTEST)
        if touched.any():
            shares[:, touched] = np.nan
        known = np.concatenate([self._shares, shares], axis=1)
        self._shares = known[:, -1:]
        flux: Values = np.abs(known[:, 1:] - known[:, :-1]).sum(axis=0)
        flux *= np.float32(50)  # what goes leaves one band and comes to another
        return flux


class _Spectra:
    """Cuts a track into windowed frames and transforms them; sums their energies.

    Parameters
    ----------
    edges_hz
        Where the bands of `bands` meet, ascending.
    """

    def __init__(self, *edges_hz: float) -> None:
        from librosa import fft_frequencies, power_to_db
        from librosa.filters import get_window
        from librosa.util import frame
        from scipy.fft import rfft

        window = get_window("hann", WINDOW)
        self._window = window.astype(np.float32)
        self._frame, self._rfft, self._to_db = frame, rfft, power_to_db
        self.hz: NDArray[np.float64] = fft_frequencies(sr=RATE, n_fft=_FFT)
        self._edges = np.searchsorted(self.hz, edges_hz)
        # Parseval: squared magnitudes of half a spectrum -> mean square of the windowed samples
        self._scale = np.float32(2 / (_FFT * np.square(window).sum()))
        self._samples = np.zeros(_START, np.float32)
        self._lost = np.zeros(_START, np.bool_)
        self._next = 0

    def feed(self, samples: Samples, lost: Flags) -> tuple[int, Values, Flags]:
        """Return index of the first new frame, magnitudes [shape=(n, 257)] and which are lost."""
        first, count = self._next, self._take(samples, lost)
        if not count:
            return first, np.zeros((0, len(self.hz)), np.float32), np.zeros(0, np.bool_)
        padded = np.zeros((count, _FFT), np.float32)  # here; scipy would copy to do it
        np.multiply(self._cut(self._samples), self._window, out=padded[:, :WINDOW])
        magnitude = np.abs(self._rfft(padded, axis=1, overwrite_x=True))
        touched: Flags = np.zeros(count, np.bool_)
        if self._lost.any():
            np.any(self._cut(self._lost), axis=1, out=touched)
        self._drop(count)
        return first, magnitude, touched

    def pass_over(self, samples: Samples, lost: Flags) -> int:
        """Take samples without a look at them; return how many frames they complete."""
        count = self._take(samples, lost)
        self._drop(count)
        return count

    def bands(self, magnitude: Values) -> Values:
        """Return mean squares [shape=(bands, n)] of the samples in each band."""
        power = np.square(magnitude[:, : self._edges[-1]])
        sums: Values = np.add.reduceat(power, self._edges[:-1], axis=1).T * self._scale
        return sums

    def db(self, power: Values) -> Values:
        """Return dB of power, at least -120."""
        db: Values = self._to_db(power, amin=_QUIETEST, top_db=None)
        return db

    def _take(self, samples: Samples, lost: Flags) -> int:
        self._samples = np.concatenate([self._samples, samples])
        self._lost = np.concatenate([self._lost, lost])
        return max(0, (len(self._samples) - WINDOW) // HOP + 1)

    def _drop(self, count: int) -> None:
        self._samples = self._samples[count * HOP :]
        self._lost = self._lost[count * HOP :]
        self._next += count

    def _cut(self, values: NDArray[Any]) -> NDArray[Any]:
        frames: NDArray[Any] = self._frame(values, frame_length=WINDOW, hop_length=HOP, axis=0)
        return frames


def _loudness(*bands: Values) -> Values:
    """Return the loudness of bands [each shape=(n,)] together, as power ** `_EXPONENT`."""
    total = np.zeros_like(bands[0])
    for power in bands:
        total += np.power(np.maximum(power, _QUIETEST), _EXPONENT)
    return total
