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

Only loops over one frame and FFTs are used, never a matrix product: the result of a BLAS call
depends on how many rows it is given at once, and a frame must come out the same whatever the
blocks in which the samples arrived.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clock import RATE
from .compiled import compiled

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
_TEN = np.float32(10)
_FLUX_BANDS = 4  # 300-800-1000-1800-3400 Hz, which the envelope and the tilt need anyway
_FAINTEST = np.float32(1e-6)
_HALF_PERCENT = np.float32(50)  # what goes leaves one band and comes to another
_LEAST_POWER = np.float32(1e-9)


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
        self._loudness = compiled(_loudness, "float32[::1](complex64[:, ::1], int64[::1], float32)")

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
        spectra = self._spectra
        first, spectrum, touched = spectra.feed(samples, lost)
        return Envelope(first, self._loudness(spectrum, spectra.edges, spectra.scale), touched)

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
        self._measure = compiled(
            _measure,
            "float32[:, ::1](complex64[:, ::1], int64[::1], float32, boolean[::1], float32[::1],"
            " float32[::1], float32[:, ::1])",
        )
        self._similarity = compiled(_similarity, "float32[:, ::1](float32[:, ::1])")
        hz = self._spectra.hz
        raised = np.square(350 / hz.clip(140, 350))  # 12 dB an octave, held below 140 Hz
        self._equaliser = (raised / (1 + (hz / 1200) ** 4)).astype(np.float32)
        self._equaliser[hz < F0_MIN_HZ] = 0  # hum and offset are no voice
        self._shares = np.full(_FLUX_BANDS, np.nan, np.float32)  # of the last frame

    def feed(self, samples: Samples, lost: Flags) -> Frames:
        """Take the next samples of the track; parameters as `EnvelopeAnalysis.feed`."""
        spectra = self._spectra
        first, spectrum, touched = spectra.feed(samples, lost)
        magnitude = np.empty(spectrum.shape, np.float32)
        loudness_db, level_db, low_db, tilt_db, flux_pct = self._measure(
            spectrum, spectra.edges, spectra.scale, touched, self._shares, self._equaliser,
            magnitude,
        )  # fmt: skip
        acf = self._inverse(magnitude, type=1, axis=1, overwrite_x=True)
        return Frames(
            envelope=Envelope(first, loudness_db, touched),
            similarity=self._similarity(acf),
            level_db=level_db,
            low_db=low_db,
            tilt_db=tilt_db,
            flux_pct=flux_pct,
        )

    def pass_over(self, samples: Samples, lost: Flags) -> int:
        """Take samples that need no analysis, as `EnvelopeAnalysis.pass_over`."""
        self._shares.fill(np.nan)
        return self._spectra.pass_over(samples, lost)


class _Spectra:
    """Cuts a track into windowed frames and transforms them.

    Parameters
    ----------
    edges_hz
        Where the bands of interest meet, ascending.

    Attributes
    ----------
    hz
        Frequencies of a spectrum [shape=(257,)].
    edges
        Indices of `edges_hz` among them.
    scale
        Power in a spectrum -> mean square of the samples.
    """

    def __init__(self, *edges_hz: float) -> None:
        from librosa import fft_frequencies
        from librosa.filters import get_window
        from scipy.fft import rfft

        window = get_window("hann", WINDOW)
        self._window = window.astype(np.float32)
        self._cut = compiled(_cut, "float32[:, ::1](float32[::1], float32[::1], int64)")
        self._rfft = rfft
        self.hz: NDArray[np.float64] = fft_frequencies(sr=RATE, n_fft=_FFT)
        self.edges: NDArray[np.int64] = np.searchsorted(self.hz, edges_hz).astype(np.int64)
        # Parseval: squared magnitudes of half a spectrum -> mean square of the windowed samples
        self.scale = np.float32(2 / (_FFT * np.square(window).sum()))
        self._samples = np.zeros(_START, np.float32)
        self._lost = np.zeros(_START, np.bool_)
        self._next = 0

    def feed(self, samples: Samples, lost: Flags) -> tuple[int, NDArray[np.complex64], Flags]:
        """Return index of the first new frame, spectra [shape=(n, 257)] and which are lost."""
        first, count = self._next, self._take(samples, lost)
        touched: Flags = np.zeros(count, np.bool_)
        if not count:
            return first, np.zeros((0, len(self.hz)), np.complex64), touched
        spectrum = self._rfft(self._cut(self._samples, self._window, count), axis=1)
        if self._lost.any():
            for frame in range(count):
                touched[frame] = self._lost[frame * HOP : frame * HOP + WINDOW].any()
        self._drop(count)
        return first, spectrum, touched

    def pass_over(self, samples: Samples, lost: Flags) -> int:
        """Take samples without a look at them; return how many frames they complete."""
        count = self._take(samples, lost)
        self._drop(count)
        return count

    def _take(self, samples: Samples, lost: Flags) -> int:
        self._samples = np.concatenate([self._samples, samples])
        self._lost = np.concatenate([self._lost, lost])
        return max(0, (len(self._samples) - WINDOW) // HOP + 1)

    def _drop(self, count: int) -> None:
        self._samples = self._samples[count * HOP :]
        self._lost = self._lost[count * HOP :]
        self._next += count


# what follows is compiled


def _cut(samples: Samples, window: Values, count: int) -> Values:
    """Return windowed frames, each with zeros up to the length of the transform."""
    frames = np.zeros((count, _FFT), np.float32)
    for frame in range(count):
        for k in range(len(window)):
            frames[frame, k] = samples[frame * HOP + k] * window[k]
    return frames


def _loudness(
    spectrum: NDArray[np.complex64], edges: NDArray[np.int64], scale: np.float32
) -> Values:
    """Return loudness, dB [shape=(n,)], of the bands between edges."""
    loudness_db = np.empty(len(spectrum), np.float32)
    for frame in range(len(spectrum)):
        loudness = np.float32(0)
        for band in range(len(edges) - 1):
            power = np.float32(0)
            for k in range(edges[band], edges[band + 1]):
                real, imag = spectrum[frame, k].real, spectrum[frame, k].imag
                power += real * real + imag * imag
            loudness += max(power * scale, _QUIETEST) ** _EXPONENT
        loudness_db[frame] = _TEN / _EXPONENT * np.log10(loudness)
    return loudness_db


def _measure(
    spectrum: NDArray[np.complex64],
    edges: NDArray[np.int64],
    scale: np.float32,
    touched: Flags,
    shares: Values,
    equaliser: Values,
    magnitude: Values,
) -> Values:
    """Return loudness, level, power below 1000 Hz and tilt, dB, and flux, % [shape=(5, n)].

    The equalised magnitude is written to `magnitude`. `shares` are those of the frame before,
    NaN if it is not known, and become those of the last frame.
    """
    measured = np.empty((5, len(spectrum)), np.float32)
    power = np.empty(5, np.float32)
    for frame in range(len(spectrum)):
        for band in range(5):
            total = np.float32(0)
            for k in range(edges[band], edges[band + 1]):
                real, imag = spectrum[frame, k].real, spectrum[frame, k].imag
                total += real * real + imag * imag
            power[band] = total * scale
        for k in range(len(equaliser)):
            real, imag = spectrum[frame, k].real, spectrum[frame, k].imag
            magnitude[frame, k] = np.sqrt(real * real + imag * imag) * equaliser[k]
        low, high = power[0] + power[1] + power[2], power[3] + power[4]
        loudness = (
            max(power[1], _QUIETEST) ** _EXPONENT
            + max(power[2] + power[3], _QUIETEST) ** _EXPONENT
            + max(power[4], _QUIETEST) ** _EXPONENT
        )
        low_db = _TEN * np.log10(max(low, _QUIETEST))
        measured[0, frame] = _TEN / _EXPONENT * np.log10(loudness)
        measured[1, frame] = _TEN * np.log10(max(low + high, _QUIETEST))
        measured[2, frame] = low_db
        measured[3, frame] = low_db - _TEN * np.log10(max(high, _QUIETEST))
        amplitude = np.sqrt(power[1:])
        total = max(amplitude.sum(), _FAINTEST)
        flux = np.float32(0)
        for band in range(len(shares)):
            share = np.float32(np.nan) if touched[frame] else amplitude[band] / total
            flux += abs(share - shares[band])
            shares[band] = share
        measured[4, frame] = _HALF_PERCENT * flux
    return measured


def _similarity(acf: Values) -> Values:
    """Return the similarity at lags 15 to 134 from an autocorrelation [shape=(n, 257)]."""
    similarity = np.empty((len(acf), LAG_MAX - LAG_MIN + 3), np.float32)
    for frame in range(len(acf)):
        most = max(acf[frame, 0], _LEAST_POWER)
        for k in range(similarity.shape[1]):
            similarity[frame, k] = acf[frame, LAG_MIN - 1 + k] / most
    return similarity
