"""One call's sound on its way from bytes to the core; outlives the sockets that bring it."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from voice.clock import RATE, TICK

from ..live.opening import Consent
from .aligner import Aligner, Alignment, Block
from .counters import Counters
from .messages import (
    ConsentGiven,
    Gap,
    Hold,
    NewContext,
    Pause,
    Resume,
    Transfer,
    Unhold,
)
from .pcm import WIDTH, Encoding, decode
from .ports import LiveCall
from .protocol import ProtocolError
from .rate import ToCoreRate

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]
Command = Gap | Pause | Resume | Hold | Unhold | ConsentGiven | Transfer | NewContext


class Intake:
    """Decodes, resamples, aligns and feeds.

    Frames that come at the core's own rate are kept as bytes until they complete a tick, before
    which nothing is decided: the work on five frames of 20 ms is that on one.

    Parameters
    ----------
    call
        Takes blocks of all tracks.
    rate
        Of the client, in Hz.
    encoding
    tracks
        Channels of the client.
    counters
        Of the plane.

    Attributes
    ----------
    received : int
        The next sample group that is due, by the client's count: gaps included.
    """

    def __init__(
        self, call: LiveCall, *, rate: int, encoding: Encoding, tracks: int, counters: Counters
    ) -> None:
        self.received = 0
        self._call = call
        self._rate = rate
        self._encoding: Encoding = encoding
        self._tracks = tracks
        self._to_core = ToCoreRate(rate, tracks)
        self._aligner = Aligner(tracks)
        self._absent: list[deque[tuple[int, int]]] = [deque() for _ in range(tracks)]
        self._pushed = 0
        self._group = WIDTH[encoding] * tracks
        self._kept: list[bytes] = []
        self._kept_samples = 0
        self._paused = self._held = False
        self._counters = counters
        self._counted = Alignment()

    @property
    def heard(self) -> int:
        """The next sample group that has not been fed to the core, by the client's count."""
        return min(self.received, round(self._call.heard_s * RATE) * self._rate // RATE)

    def backlog_s(self, data: bytes) -> float:
        """Give how much sound would wait once these samples had been taken, in seconds."""
        samples = self._kept_samples + len(data) // self._group
        return self._call.backlog_s + samples / self._rate

    def audio(self, data: bytes) -> None:
        """Take interleaved samples.

        Raises
        ------
        ProtocolError
            If they are not whole sample groups; then none of them counts.
        """
        samples, rest = divmod(len(data), self._group)
        if rest:
            raise ProtocolError(
                "bad_audio",
                f"{len(data)} bytes are not whole groups of {self._group}",
                f"a multiple of {self._group} bytes",
            )
        self._counters.frames += 1
        self._counters.bytes += len(data)
        self.received += samples
        self._kept.append(data)
        self._kept_samples += samples
        # a resampler holds back as much as it likes, so that its ticks are not known here
        if self._rate != RATE or self._pushed % TICK + self._kept_samples >= TICK:
            self._decode()

    def command(self, message: Command) -> None:
        """Take what the client says between samples: it holds from here on.

        Raises
        ------
        ProtocolError
            If it names a channel that the call does not have.
        """
        call = self._call
        if not isinstance(message, Transfer | NewContext):
            # what was said before it must not come out after it
            self._flush()
        match message:
            case Gap(channel=None):
                self.received += message.samples
                length = self._to_core.skip(message.samples)
                self._pushed += length
                self._aligner.gap(length)
                self._feed(self._aligner.take())
            case Gap():
                self._leave_out(message)
            case Pause() | Resume():
                paused = isinstance(message, Pause)
                if paused != self._paused:  # a resumed client may say it twice
                    self._paused = paused
                    call.pause(paused)
            case Hold() | Unhold():
                held = isinstance(message, Hold)
                if held != self._held:
                    self._held = held
                    call.hold(held)
            case ConsentGiven(refused=True):
                call.opt_out()
            case ConsentGiven():
                announced = message.announced_at is not None
                call.consent(Consent(basis=message.basis, announced=announced))
            case Transfer():
                call.transfer(message.agent_id)
            case NewContext():
                call.context(message.context)

    def finish(self) -> None:
        """Feed what is left; no more sound will come."""
        self._flush()
        self._feed(self._aligner.finish())

    def _decode(self) -> None:
        data, self._kept, self._kept_samples = b"".join(self._kept), [], 0
        self._push(self._to_core.feed(decode(data, self._encoding, self._tracks)))

    def _flush(self) -> None:
        if self._kept:
            self._decode()
        self._push(self._to_core.flush())

    def _leave_out(self, gap: Gap) -> None:
        channel = gap.channel or 0
        if channel >= self._tracks:
            raise ProtocolError("bad_message", "gap.channel: there is no such channel")
        absent = self._absent[channel]
        start = max(self._pushed, absent[-1][1] if absent else 0)
        absent.append((start, start + round(gap.samples * RATE / self._rate)))

    def _push(self, block: Samples) -> None:
        if not block.shape[1]:
            return
        lost = self._mask(block.shape)
        self._pushed += block.shape[1]
        self._aligner.push_block(block, lost)
        self._feed(self._aligner.take())

    def _mask(self, shape: tuple[int, ...]) -> Mask | None:
        start, end = self._pushed, self._pushed + shape[1]
        lost: Mask | None = None
        for track, absent in enumerate(self._absent):
            while absent and absent[0][1] <= start:
                absent.popleft()
            for first, last in absent:
                if first < end:
                    lost = np.zeros(shape, np.bool_) if lost is None else lost
                    lost[track, max(0, first - start) : last - start] = True
        return lost

    def _feed(self, blocks: list[Block]) -> None:
        for block, lost in blocks:
            self._call.feed(block, lost)
        counts, before = self._aligner.counts, self._counted
        for name in ("lost", "late", "dropped", "corrected"):
            more = getattr(counts, name) - getattr(before, name)
            if more:
                setattr(self._counters, name, getattr(self._counters, name) + more)
                setattr(before, name, getattr(counts, name))
