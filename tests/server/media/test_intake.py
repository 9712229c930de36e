"""From the bytes of a call to what the core is fed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.live.opening import Consent, Opening
from server.media.counters import Counters
from server.media.intake import Command, Intake
from server.media.pcm import Encoding, encode
from server.media.protocol import ProtocolError, parse_later
from voice.events import Role

from .fakes import FakeCall, Samples, heard, pcm


def intake(
    rate: int = 8000, encoding: Encoding = "pcm16", tracks: int = 2
) -> tuple[Intake, FakeCall]:
    roles: tuple[Role, ...] = ("caller", "agent")
    call = FakeCall(Opening(call_id="c", roles=roles[:tracks]), slow=False)
    return (
        Intake(call, rate=rate, encoding=encoding, tracks=tracks, counters=Counters()),
        call,
    )


def command(type_: str, **fields: object) -> Command:
    message = parse_later(json.dumps({"type": type_, **fields}))
    assert message.type != "stop"
    return message


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_any_rate_comes_out_in_place_and_as_long_as_it_was(rate: int) -> None:
    times = np.arange(3 * rate) / rate
    wave = np.where(times < 1.0, 0, 0.5 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
    taken, call = intake(rate, tracks=1)
    data = encode(wave[None], "pcm16")
    for start in range(0, len(data), 2 * (rate // 50)):
        taken.audio(data[start : start + 2 * (rate // 50)])
    taken.finish()
    out = call.samples()[0]
    assert len(out) == 24000
    truth = np.where(
        np.arange(24000) < 8000, 0, 0.5 * np.sin(2 * np.pi * 440 * np.arange(24000) / 8000)
    )
    inside = slice(8400, 23600)  # away from the edges, which the filter rounds
    assert np.abs(out[inside] - truth[inside]).max() < 0.002
    assert np.abs(out[:7600]).max() < 0.002
    assert taken.heard == taken.received == 3 * rate


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([8000, 11025, 16000, 48000]),
    st.lists(st.tuples(st.booleans(), st.integers(1, 5000)), min_size=1, max_size=15),
)
def test_length_is_conserved_across_gaps(rate: int, parts: list[tuple[bool, int]]) -> None:
    taken, call = intake(rate)
    for is_gap, length in parts:
        if is_gap:
            taken.command(command("gap", samples=length))
        else:
            taken.audio(pcm(length / 8000))
    taken.finish()
    total = sum(length for _, length in parts)
    assert taken.received == total
    assert call.samples().shape == (2, round(total * 8000 / rate))
    lost = sum(length for is_gap, length in parts if is_gap) * 8000 / rate
    assert abs(int(np.isnan(call.samples()[0]).sum()) - lost) <= len(parts)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([8000, 16000]),
    st.lists(st.integers(1, 3000), min_size=1, max_size=20),
)
def test_chunking_does_not_matter(rate: int, lengths: list[int]) -> None:
    data = pcm(sum(lengths) / 8000)
    whole, whole_call = intake(rate)
    whole.audio(data)
    whole.finish()
    parts, parts_call = intake(rate)
    start = 0
    for length in lengths:
        parts.audio(data[4 * start : 4 * (start + length)])
        start += length
    parts.finish()
    assert np.array_equal(whole_call.samples(), parts_call.samples())


@pytest.mark.parametrize("encoding", ["mulaw", "alaw"])
def test_g711_comes_out_as_the_standard_says(encoding: Encoding) -> None:
    from voice.g711 import decode_alaw, decode_mulaw

    codes = np.arange(256, dtype=np.uint8).repeat(2)
    taken, call = intake(encoding=encoding)
    taken.audio(codes.tobytes())
    taken.finish()
    decode = decode_mulaw if encoding == "mulaw" else decode_alaw
    assert np.array_equal(call.samples(), np.stack([decode(codes[::2])] * 2))


def test_16_bits_come_out_as_a_recording_would() -> None:
    taken, call = intake()
    data = pcm(0.5)
    taken.audio(data)
    assert np.array_equal(call.samples(), heard(data))
    assert encode(call.samples(), "pcm16") == data


@pytest.mark.parametrize(("encoding", "size"), [("pcm16", 5), ("pcm16", 6), ("mulaw", 3)])
def test_half_a_sample_group_is_refused_and_counts_for_nothing(
    encoding: Encoding, size: int
) -> None:
    taken, call = intake(encoding=encoding)
    with pytest.raises(ProtocolError) as refused:
        taken.audio(bytes(size))
    assert refused.value.code == "bad_audio"
    assert refused.value.expected == f"a multiple of {4 if encoding == 'pcm16' else 2} bytes"
    assert taken.received == 0
    assert not call.blocks


def test_a_gap_of_one_channel_hides_what_comes_for_it() -> None:
    taken, call = intake()
    first, second = pcm(0.1, 1), pcm(0.1, 2)
    taken.audio(first)
    taken.command(command("gap", samples=500, channel=1))
    taken.audio(second)
    expected: Samples = heard(first + second)
    expected[1, 800:1300] = np.nan
    assert np.array_equal(call.samples(), expected, equal_nan=True)
    with pytest.raises(ProtocolError):
        intake(tracks=1)[0].command(command("gap", samples=5, channel=1))


def test_what_is_said_between_samples_is_said_there() -> None:
    taken, call = intake(16_000)
    second = pcm(2.0)  # one second at 16 kHz
    for name in ("pause", "pause", "resume", "hold", "unhold"):
        taken.audio(second)
        taken.command(command(name))
    taken.command(command("transfer", agent_id="a-2"))
    taken.command(command("context", context={"name": "Ms Wang"}))
    taken.command(command("consent", basis="announcement", announced_at="2026-11-22T18:00:00Z"))
    taken.command(command("consent", basis="asked"))
    taken.command(command("consent", refused=True))
    assert call.commands == [
        (1.0, "pause", True),  # once: a client that resumed may say it again
        (3.0, "pause", False),
        (4.0, "hold", True),
        (5.0, "hold", False),
        (5.0, "transfer", "a-2"),
        (5.0, "context", {"name": "Ms Wang"}),
        (5.0, "consent", Consent(basis="announcement", announced=True)),
        (5.0, "consent", Consent(basis="asked", announced=False)),
        (5.0, "opt_out", None),
    ]


def test_frames_wait_until_a_tick_is_complete_and_for_no_command() -> None:
    taken, call = intake(encoding="pcm16")
    frame = encode(np.full((2, 160), 0.25, np.float32), "pcm16")
    for _ in range(4):
        taken.audio(frame)
    assert not call.blocks
    assert taken.received == 640
    taken.audio(frame)
    assert [block.shape for block, _ in call.blocks] == [(2, 800)]
    taken.audio(frame)
    taken.command(command("hold"))
    assert call.commands == [(0.12, "hold", True)]
    taken.audio(frame)
    for _ in range(3):  # with what was heard before the command they complete the next tick
        taken.audio(frame)
    assert call.fed_s == 0.2
    assert np.array_equal(call.samples(), np.full((2, 1600), 0.25, np.float32))
