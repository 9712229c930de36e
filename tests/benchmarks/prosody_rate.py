"""Articulation rate beside its measuring sticks.

A rate is syllables a second of phonation: of frames that VAD holds for speech, gaps under 0.25 s
included. Phonation is the same for all methods and for the text, so that their counts compare.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise

import numpy as np

from voice.clock import RATE
from voice.frames import EnvelopeAnalysis, Flags, FrameAnalysis, Samples
from voice.pitch import Pitch
from voice.prosody import SPEECH_PROBABILITY
from voice.syllables import Syllables
from voice.vad import CHUNK_S, Vad

from .prosody_material import Sentence, syllable_trains
from .prosody_trackers import blocks, functionals
from .prosody_truth import Floats, telephone


def our_nuclei(samples: Samples, *, listen: bool) -> Floats:
    """Return the times of nuclei on a caller's track (`listen`) or an agent's."""
    frames, envelopes, pitch, syllables = FrameAnalysis(), EnvelopeAnalysis(), Pitch(), Syllables()
    found: list[int] = []
    for block in blocks(np.concatenate([samples, np.zeros(RATE // 2, np.float32)])):
        lost = np.zeros(len(block), np.bool_)
        if listen:
            heard = frames.feed(block, lost)
            found += syllables.feed(heard.envelope, pitch.feed(heard)[1])
        else:
            found += syllables.feed(envelopes.feed(block, lost))
    return (np.array(found) + 0.5) / 100


def praat_nuclei(samples: Samples) -> Floats:
    """Return nuclei as de Jong & Wempe's Praat script finds them (2009; 2010: 25 dB under P99)."""
    import parselmouth
    from scipy.signal import find_peaks

    sound = parselmouth.Sound(samples.astype(np.float64), RATE)
    intensity = sound.to_intensity(minimum_pitch=50, time_step=0.016)
    level, at = intensity.values[0], intensity.xs()
    peaks, _ = find_peaks(level, prominence=2, height=np.quantile(level, 0.99) - 25)
    pitch = sound.to_pitch_ac(time_step=0.02, pitch_floor=60, pitch_ceiling=450)
    return np.array([at[p] for p in peaks if pitch.get_value_at_time(at[p]) > 0])


def phonation(samples: Samples) -> Flags:
    """Return which frames VAD holds for speech, gaps under 0.25 s included."""
    vad = Vad(tracks=1)
    heard = vad.feed(samples[np.newaxis], np.zeros((1, len(samples)), np.bool_))
    chunks = [*heard[0], *vad.flush()[0]]
    times_s = (np.arange(len(samples) // 80) + 0.5) / 100
    speech = np.array(chunks, np.float32)[(times_s / CHUNK_S).astype(int).clip(0, len(chunks) - 1)]
    spoken: Flags = speech >= SPEECH_PROBABILITY
    for start, stop in pairwise(np.flatnonzero(spoken)):
        if stop - start <= 25:
            spoken[start:stop] = True
    return spoken


def counters(samples: Samples, spoken: Flags) -> dict[str, float]:
    """Return how many syllables each method hears in phonation (60 ms around it included)."""
    near = np.convolve(spoken, np.ones(13), "same") > 0

    def count(times_s: Floats) -> float:
        return float(near[(times_s * 100).astype(int).clip(0, len(near) - 1)].sum())

    counts = {
        "ours, caller": count(our_nuclei(samples, listen=True)),
        "ours, agent": count(our_nuclei(samples, listen=False)),
    }
    if find_spec("parselmouth"):
        counts["Praat (de Jong & Wempe)"] = count(praat_nuclei(samples))
    if find_spec("opensmile"):
        values = functionals(samples, RATE)
        seconds = len(samples) / RATE
        counts["openSMILE loudness peaks"] = values["loudnessPeaksPerSec"] * seconds
        counts["openSMILE voiced segments"] = values["VoicedSegmentsPerSec"] * seconds
    return counts


def rate_table(read: list[Sentence]) -> None:
    """Print the errors of articulation rates, clean and after the telephone."""
    lines: dict[str, Callable[[Samples], Samples]] = {"8 kHz": lambda x: x, "telephone": telephone}
    results: dict[str, list[str]] = {}
    for through in lines.values():
        wrong: dict[str, list[float]] = {}
        for rate_hz, sound, peaks_s in syllable_trains():
            samples = through(sound)
            spoken = np.ones(len(samples) // 80, np.bool_)
            for name, number in counters(samples, spoken).items():
                heard_hz = (number - 1) / float(peaks_s[-1] - peaks_s[0])
                wrong.setdefault(name, []).append(abs(heard_hz - rate_hz))
        for name, errors in wrong.items():
            results.setdefault(name, []).append(f"{np.mean(errors):.2f} (most {max(errors):.2f})")
    for through in lines.values() if read else ():
        truth: list[float] = []
        heard: dict[str, list[float]] = {}
        for sentence in read:
            samples = through(sentence.samples)
            spoken = phonation(samples)
            seconds = spoken.sum() / 100
            truth.append(sentence.syllables / seconds)
            for name, number in counters(samples, spoken).items():
                heard.setdefault(name, []).append(number / seconds)
        for name, rates in heard.items():
            r = np.corrcoef(rates, truth)[0, 1]
            error = np.array(rates) - truth
            results[name].append(f"{r:.3f} / {np.abs(error).mean():.2f} ({error.mean():+.2f})")
    print(f"\n{'syllables/s':28}{'synthetic MAE, 8 kHz':>24}{'telephone':>24}", end="")
    print(f"{'read r / MAE (bias), 8 kHz':>30}{'telephone':>24}" if read else "")
    for name, cells in results.items():
        widths = (24, 24, 30, 24)
        print(f"{name:28}" + "".join(f"{c:>{w}}" for c, w in zip(cells, widths, strict=False)))
