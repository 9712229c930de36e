"""Recordings of every kind, good and bad, made on the spot."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.voice.sound import sample

Samples = NDArray[np.float32]


def speech(seconds: float = 8.0, *, tracks: int = 2) -> Samples:
    """Seconds of a bundled call in which both speak [shape=(tracks, n)], at 8 kHz."""
    return sample("en-calm")[0][:tracks, 40000 : 40000 + round(seconds * 8000)]


def tone(hz: float, rate: int, seconds: float, channels: int = 1) -> Samples:
    """A sine at half of full scale [shape=(channels, n)]."""
    wave_ = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)
    return np.tile(wave_.astype(np.float32), (channels, 1))


def write_wav(path: Path, samples: Samples, rate: int = 8000, width: int = 2) -> Path:
    """Write PCM of 8 or 16 bits."""
    clipped = np.clip(samples.T, -1, 1)
    if width == 1:
        data = (np.round(clipped * 127) + 128).astype(np.uint8)
    else:
        data = np.round(clipped * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(data.tobytes())
    return path


def write_coded(path: Path, samples: Samples, codec: str, rate: int = 8000) -> Path:
    """Write by any codec of FFmpeg; the container follows from the name."""
    layout = "mono" if len(samples) == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.round(np.clip(samples.T.reshape(1, -1), -1, 1) * 32767).astype(np.int16),
            format="s16",
            layout=layout,
        )
        frame.sample_rate = rate
        wanted = stream.codec_context.format.name
        resampler = av.AudioResampler(
            format=wanted,
            layout=layout,
            rate=rate,
            frame_size=stream.codec_context.frame_size or None,
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path
