"""What strangers may hand in, and the only errors that it may lead to.

``tests/server/test_fuzz.py`` tries each target for a moment; ``tests/benchmarks/fuzz.py`` for a
million inputs, guided by what they reach.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from coaching.playbook import Playbook, PlaybookError
from coaching.thresholds import ThresholdError, Thresholds
from server.live.opening import Opening
from server.media.counters import Counters
from server.media.fields import Message
from server.media.intake import Intake
from server.media.messages import Start, Stop
from server.media.pcm import WIDTH, decode
from server.media.protocol import (
    ProtocolError,
    parse_first,
    parse_later,
    parse_server,
)
from server.wire import read_log
from tests.coaching.book import YAML
from tests.files import speech
from tests.server.media.fakes import FakeCall
from voice.clock import RATE
from voice.decode import Recording
from voice.errors import AudioError

MOST_S = 3.0 * 3600
"""A recording that claims more than it holds must not make the reader believe it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that takes bytes from outside.

    Attributes
    ----------
    run
        Hands them in; anything it raises is a bug.
    seeds
        Good inputs, from which bad ones are made.
    """

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


START = Start(v=1, call_id="a", rate=8000, encoding="pcm16", channels=("caller", "agent"))
MESSAGES = (
    START.model_dump_json(exclude_none=True).encode(),
    b'{"type":"resume","call_id":"a"}',
    b'{"type":"gap","samples":800}',
    b'{"type":"gap","samples":800,"channel":1}',
    b'{"type":"pause"}',
    b'{"type":"resume"}',
    b'{"type":"hold"}',
    b'{"type":"unhold"}',
    b'{"type":"consent","basis":"announced","announced_at":"2026-11-22T10:00:00Z"}',
    b'{"type":"consent","basis":"none","refused":true}',
    b'{"type":"transfer","agent_id":"8"}',
    b'{"type":"context","context":{"name":"Ms Wang","orders":[8841]}}',
    b'{"type":"stop"}',
)


def messages(data: bytes) -> None:
    """Text of a client, and of a server, as both sides read it."""
    for parse in (parse_first, parse_later, parse_server):
        try:
            found = parse(data)
        except ProtocolError as error:
            assert error.to_message().model_dump_json()
        else:
            assert isinstance(found, Message)
            assert type(found).model_validate_json(found.model_dump_json()) == found


def session(data: bytes) -> None:
    """A whole call: lines of text, and between them sound, in any order."""
    try:
        start = parse_first(data.partition(b"\n")[0])
    except ProtocolError:
        start = START
    if not isinstance(start, Start):
        start = START
    opening = Opening(call_id=start.call_id, roles=start.channels, pacing=start.pacing)
    call = FakeCall(opening, slow=False)
    intake = Intake(
        call, rate=start.rate, encoding=start.encoding, tracks=len(start.channels),
        counters=Counters(),
    )  # fmt: skip
    sent = 0
    for part in data.split(b"\n")[1:]:
        try:
            if part.startswith(b"{"):
                message = parse_later(part)
                if isinstance(message, Stop):
                    break
                intake.command(message)
            else:
                intake.audio(part)
                sent += len(part) // (WIDTH[start.encoding] * len(start.channels))
        except ProtocolError:
            continue
    intake.finish()
    assert intake.received >= sent
    for block, lost in call.blocks:
        assert block.shape == lost.shape
        assert np.isfinite(block).all()


def codecs(data: bytes) -> None:
    """Bytes as samples of each encoding."""
    for encoding in WIDTH:
        for tracks in (1, 2):
            try:
                block = decode(data, encoding, tracks)
            except AudioError:
                assert len(data) % (WIDTH[encoding] * tracks)
            else:
                assert block.shape == (tracks, len(data) // (WIDTH[encoding] * tracks))
                assert (np.abs(block) <= 1).all()


def recordings(data: bytes) -> None:
    """A file that says it is audio."""
    try:
        with closing(Recording(io.BytesIO(data))) as recording:
            length = 0
            for block in recording.blocks():
                assert np.isfinite(block).all()
                length += block.shape[1]
                if length > MOST_S * RATE:
                    break
    except AudioError as error:
        assert "\n" not in str(error)


def playbooks(data: bytes) -> None:
    """A company's cards."""
    try:
        Playbook.from_yaml(data.decode("utf-8", "replace"))
    except PlaybookError as error:
        assert str(error)


def thresholds(data: bytes) -> None:
    """A company's thresholds."""
    try:
        Thresholds.from_toml(data.decode("utf-8", "replace"))
    except ThresholdError as error:
        assert str(error)


def logs(data: bytes) -> None:
    """A log of events that was on somebody's disk."""
    try:
        list(read_log(data.decode("utf-8", "replace").splitlines()))
    except ValueError as error:
        assert str(error).startswith("line ")


def _wav(dtype: str) -> bytes:
    from scipy.io import wavfile

    file = io.BytesIO()
    scale = 1 if dtype == "<f4" else 32767
    wavfile.write(file, RATE, (speech(0.25).T * scale).astype(dtype))
    return file.getvalue()


def _not_a_number() -> bytes:
    """A file whose samples are no numbers, which floating point allows."""
    whole = _wav("<f4")
    return whole[:-64] + 16 * np.array([np.nan], "<f4").tobytes()


def _log() -> bytes:
    from tests.conftest import ROOT

    lines = (ROOT / "tests" / "golden" / "en-rising.jsonl").read_bytes().splitlines(keepends=True)
    return b"".join(lines[:40])


_SOUND = bytes(b for b in range(256) if b != 10) + b"\0"
TARGETS: dict[str, Target] = {
    "messages": Target(messages, MESSAGES),
    "session": Target(session, (b"\n".join([MESSAGES[0], _SOUND, *MESSAGES[2:12], _SOUND]),)),
    "codecs": Target(codecs, (_SOUND,)),
    "recordings": Target(recordings, (_wav("<i2"), _wav("<f4"), _not_a_number())),
    "playbooks": Target(playbooks, (YAML.encode(),)),
    "thresholds": Target(thresholds, (b"state_on = 80\nstate_off = 40\n", b"")),
    "logs": Target(logs, (_log(),)),
}
