"""Speech from Debian's text-to-speech programs: the only voices the bundled model knows.

The voices are those of ``flite`` (``awb``, ``slt``, ``rms``), of SVOX Pico (``pico``, Debian's
``libttspico-utils`` in the non-free section) and of ``espeak-ng`` (``m3``, ``f2``, ``f4``:
variants of its Mandarin voice).  espeak-ng 1.51 reads Chinese characters as English letter
names, so it is given pinyin with tone digits, which it speaks well.
"""

from __future__ import annotations

import math
import re
import subprocess
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
VOICES: dict[str, tuple[str, ...]] = {
    "en": ("awb", "slt", "rms", "pico"),
    "zh": ("m3", "f2", "f4"),
}
ESPEAK_WPM = 155
ESPEAK_PITCH = 50

# espeak-ng's pitch knob runs 0-99 and is exponential in Hz: 90 points are one e-fold
# (measured on the Mandarin voice with pyin: 35 -> 0.87, 65 -> 1.18, 80 -> 1.40 times the F0 at 50).
ESPEAK_POINTS_PER_EFOLD = 90.0

_PUNCTUATION = {"，": ",", "。": ".", "？": "?", "！": "!", "、": ","}


def pinyin(text: str) -> list[str]:
    """Return the syllables and punctuation marks of a Mandarin text.

    Parameters
    ----------
    text
        Simplified characters and the marks ``，。？！、`` only; numbers are written as words.

    Returns
    -------
    list of str
        One item a character: a syllable with its tone digit (``"ni3"``, neutral tone 5, sandhi
        applied) or one of ``, . ? !``.

    Raises
    ------
    ValueError
        If the text holds a character that has no reading.
    """
    from pypinyin import Style, lazy_pinyin

    def mark(run: str) -> Any:  # a list is taken item by item, which pypinyin's types leave out
        unknown = [c for c in run if c not in _PUNCTUATION]
        if unknown:
            raise ValueError(f"no Mandarin reading for {''.join(unknown)!r} (spell numbers out)")
        return [_PUNCTUATION[c] for c in run]

    return lazy_pinyin(
        text, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True, errors=mark
    )


def speak(
    text: str, language: str, voice: str, *, rate: float = 1.0, pitch: float = 1.0
) -> npt.NDArray[np.float32]:
    """Speak a text.

    Parameters
    ----------
    text
        What is said; numbers are written as words, so that what is heard is what is written.
    language
        ``"en"`` or ``"zh"``.
    voice
        One of ``VOICES[language]``.
    rate
        Speaking rate as a factor of the voice's own, 0.5 to 2.
    pitch
        Mean F0 as a factor of the voice's own, 0.7 to 1.5.

    Returns
    -------
    numpy.ndarray
        ``float32 [samples]`` in -1 to 1, mono, 16 kHz.

    Raises
    ------
    ValueError
        If the language, voice, rate, pitch or a character of the text is not supported.
    FileNotFoundError
        If the text-to-speech program is not installed.
    """
    if voice not in VOICES.get(language, ()):
        raise ValueError(f"no voice {voice!r} for language {language!r}; there are {VOICES}")
    if not (0.5 <= rate <= 2.0 and 0.7 <= pitch <= 1.5):
        raise ValueError(f"rate {rate} must lie in 0.5-2 and pitch {pitch} in 0.7-1.5")
    if re.search(r"[\d<>&]", text):
        raise ValueError(f"numbers and signs must be written as words: {text!r}")
    command = _command(language, voice)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(
            command(text, voice, rate, pitch, str(path)),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return _read(path)


def _command(language: str, voice: str) -> Callable[[str, str, float, float, str], list[str]]:
    if language == "zh":
        return _espeak
    return _pico if voice == "pico" else _flite


def _espeak(text: str, voice: str, rate: float, pitch: float, path: str) -> list[str]:
    points = ESPEAK_PITCH + ESPEAK_POINTS_PER_EFOLD * math.log(pitch)
    return [
        "espeak-ng",
        *("-v", f"cmn-latn-pinyin+{voice}"),
        *("-s", str(round(ESPEAK_WPM * rate))),
        *("-p", str(min(99, max(0, round(points))))),
        *("-w", path),
        " ".join(pinyin(text)),
    ]


def _flite(text: str, voice: str, rate: float, pitch: float, path: str) -> list[str]:
    return [
        "flite",
        *("-voice", voice),
        *("--setf", f"duration_stretch={1 / rate:.3f}"),
        *("--setf", f"f0_shift={pitch:.3f}"),
        *("-t", text),
        *("-o", path),
    ]


def _pico(text: str, voice: str, rate: float, pitch: float, path: str) -> list[str]:
    del voice
    marked = f"<pitch level='{100 * pitch:.0f}'><speed level='{100 * rate:.0f}'>{text}"
    return ["pico2wave", "-l", "en-US", "-w", path, f"{marked}</speed></pitch>"]


def _read(path: Path) -> npt.NDArray[np.float32]:
    import soxr

    with wave.open(str(path)) as file:
        rate_hz = file.getframerate()
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    samples = (pcm / 32768).astype(np.float32)
    if rate_hz == RATE_HZ:
        return samples
    resampled: npt.NDArray[np.float32] = soxr.resample(samples, rate_hz, RATE_HZ)
    return resampled.astype(np.float32)
