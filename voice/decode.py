"""Any recording to blocks of samples at 8 kHz.

PyAV (FFmpeg) reads the format, soxr brings the rate to 8 kHz. Opening files is the server's:
what comes in here is a binary file that is already open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .clock import RATE
from .errors import AudioError

if TYPE_CHECKING:
    import av

Samples = NDArray[np.float32]

MAX_CHANNELS = 2
FULL_SCALE = 0.999
"""From here on a sample counts as clipped."""
LEAST_RATE = 4000
"""Below it nobody records speech, and a few bytes would claim hours."""
SANE = 1000.0
"""No sample is 60 dB over full scale."""
BLOCK = RATE // 2
"""Samples of a block: some formats hand out 10 ms at a time, others seconds, and either costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioInfo:
    """What a recording says of itself.

    Attributes
    ----------
    duration_s
        As its header tells; ``None`` where it does not.
    """

    channels: int
    rate: int
    codec: str
    duration_s: float | None


class Recording:
    """Reads a recording block by block.

    Parameters
    ----------
    file
        An open binary file, seekable where its format needs it.

    Attributes
    ----------
    info : AudioInfo
    complaint : str or None
        What was wrong with a recording that could still be read to some point; complete only
        once :meth:`blocks` has run out.

    Raises
    ------
    AudioError
        If it is empty, is not audio, or has more than two channels.
    """

    def __init__(self, file: IO[bytes]) -> None:
        missing = _missing_bytes(file)
        self._container = _open(file)
        streams = self._container.streams.audio
        if not streams:
            raise AudioError("there is no audio in it")
        self._stream = streams[0]
        context = self._stream.codec_context
        if context is None:
            raise AudioError("its sound is coded in a way that nobody here can read")
        if context.sample_rate < LEAST_RATE:
            raise AudioError(
                f"it has {context.sample_rate} samples a second: speech needs {LEAST_RATE}"
            )
        self.info = AudioInfo(
            channels=context.channels,
            rate=context.sample_rate,
            codec=context.codec.name,
            duration_s=self._duration_s(),
        )
        self._spoiled = False
        self.complaint = f"it is cut off: {missing} bytes are missing" if missing else None
        if not 1 <= self.info.channels <= MAX_CHANNELS:
            raise AudioError(
                f"it has {self.info.channels} channels: give one with the caller on one channel "
                "and the agent on the other, or two mono files"
            )

    def blocks(self) -> Iterator[Samples]:
        """Give the sound in order.

        Yields
        ------
        np.ndarray [shape=(channels, n), dtype=float32]
            At 8 kHz, in [-1, 1].

        Raises
        ------
        AudioError
            If not a single sample can be decoded.
        """
        clipped = total = 0
        for block in _together(_to_rate(self._decoded(), self.info.rate, self.info.channels)):
            total += block.size
            clipped += int((np.abs(block) >= FULL_SCALE).sum())
            yield np.clip(block, -1, 1)
        if total == 0:
            raise AudioError("not one sample of it can be decoded: is it cut off or damaged?")
        if clipped > total / 1000:
            self._complain(f"{clipped / total:.1%} of its samples are clipped")
        expected, got = self.info.duration_s, total / self.info.channels / RATE
        if expected is not None and got < expected - max(1.0, 0.01 * expected):
            self._complain(f"it ends at {got:.0f} s although its header says {expected:.0f} s")

    def close(self) -> None:
        """Let go of the decoder (not of the file)."""
        self._container.close()

    def _decoded(self) -> Iterator[Samples]:
        """Frames at their own rate, as float32."""
        import av

        # the same layout and rate, only the sample format changes
        to_float = av.AudioResampler(format="fltp", layout=self._stream.layout.name)
        try:
            for frame in self._container.decode(self._stream):
                frame.pts = None  # stream times are not ours: samples are counted
                for converted in to_float.resample(frame):
                    yield self._numbers(converted.to_ndarray())
        except (av.FFmpegError, ValueError) as error:
            self._complain(f"it is damaged from some point on ({type(error).__name__})")

    def _numbers(self, block: Samples) -> Samples:
        """Floating-point files may hold what is no sample; one would spoil all that follows."""
        good = np.abs(block) <= SANE
        if good.all():
            return block
        if not self._spoiled:
            self._complain("some of its samples are no numbers: they are taken as silence")
            self._spoiled = True
        return np.where(good, block, np.float32(0))

    def _duration_s(self) -> float | None:
        if self._stream.duration is not None and self._stream.time_base is not None:
            return float(self._stream.duration * self._stream.time_base)
        if self._container.duration is not None:
            return float(self._container.duration / 1_000_000)  # FFmpeg's AV_TIME_BASE
        return None

    def _complain(self, text: str) -> None:
        self.complaint = f"{self.complaint}; {text}" if self.complaint else text


def _missing_bytes(file: IO[bytes]) -> int:
    """How much of a WAV file is missing, by its own header: FFmpeg reads on without a word."""
    head = file.read(8)
    size = file.seek(0, 2)
    file.seek(0)
    promised = int.from_bytes(head[4:8], "little") + 8
    # writers that stream leave the size at 0 or at its largest
    told = head[:4] == b"RIFF" and 8 < promised < 0xFFFFFF00
    return max(0, promised - size) if told else 0


def _open(file: IO[bytes]) -> av.container.InputContainer:
    import av

    try:
        # FFmpeg reads WAV in packets of 1 KiB unless asked for more; other formats ignore it
        return av.open(file, mode="r", options={"max_size": "32768"})
    except (av.FFmpegError, ValueError, OSError) as error:
        raise AudioError("it is not audio that can be read") from error


def _to_rate(blocks: Iterator[Samples], rate: int, channels: int) -> Iterator[Samples]:
    if rate == RATE:
        yield from blocks
        return
    import soxr

    # soxr aligns its output with its input by itself; what it holds back comes with the last call
    stream = soxr.ResampleStream(rate, RATE, channels, dtype="float32", quality="HQ")
    for block in blocks:
        yield _planar(stream.resample_chunk(_interleaved(block)), channels)
    yield _planar(stream.resample_chunk(np.zeros((0, channels), np.float32), last=True), channels)


def _together(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """The same sound in blocks of `BLOCK` samples; the last one may be shorter."""
    waiting: list[Samples] = []
    count = 0
    for block in blocks:
        waiting.append(block)
        count += block.shape[1]
        if count >= BLOCK:
            whole = np.concatenate(waiting, axis=1)
            last = count // BLOCK * BLOCK
            for at in range(0, last, BLOCK):
                yield np.ascontiguousarray(whole[:, at : at + BLOCK])
            waiting, count = [whole[:, last:]], count - last
    if count:
        yield np.concatenate(waiting, axis=1)


def _interleaved(block: Samples) -> Samples:
    return np.ascontiguousarray(block.T)


def _planar(samples: Samples, channels: int) -> Samples:
    return np.ascontiguousarray(samples.reshape(-1, channels).T)
