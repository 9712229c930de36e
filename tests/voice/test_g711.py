import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import g711

ALL = np.arange(256, dtype=np.uint8)


@pytest.mark.parametrize(
    ("code", "value"),
    # ITU-T G.711 table 2a/2b, brought to 16 bits: extremes, segment edges, zeros
    [(0x00, -32124), (0x80, 32124), (0x7F, 0), (0xFF, 0), (0xFE, 8), (0xEF, 132), (0x8F, 16764)],
)
def test_mulaw_code_points(code: int, value: int) -> None:
    assert g711.decode_mulaw(np.array([code], np.uint8))[0] * 32768 == value


@pytest.mark.parametrize(
    ("code", "value"),
    [(0x55, -8), (0xD5, 8), (0x2A, -32256), (0xAA, 32256), (0x45, -264), (0x80, 5504)],
)
def test_alaw_code_points(code: int, value: int) -> None:
    assert g711.decode_alaw(np.array([code], np.uint8))[0] * 32768 == value


def test_each_code_survives_a_round_trip() -> None:
    back = g711.encode_mulaw(g711.decode_mulaw(ALL))
    assert set(ALL[back != ALL]) == {0x7F}  # negative zero is sent as positive zero
    np.testing.assert_array_equal(g711.encode_alaw(g711.decode_alaw(ALL)), ALL)


@given(st.floats(-1, 1, width=32))
def test_no_code_lies_nearer(sample: float) -> None:
    for encode, decode in (
        (g711.encode_mulaw, g711.decode_mulaw),
        (g711.encode_alaw, g711.decode_alaw),
    ):
        got = abs(float(decode(encode(np.array([sample], np.float32)))[0]) - sample)
        assert got <= np.abs(decode(ALL) - sample).min() + 1 / 32768


def test_what_is_too_loud_is_clipped() -> None:
    loud = np.array([-2.0, 2.0], np.float32)
    np.testing.assert_array_equal(g711.encode_mulaw(loud), [0x00, 0x80])


def test_ffmpeg_agrees() -> None:
    import av

    for name, decode in (("pcm_mulaw", g711.decode_mulaw), ("pcm_alaw", g711.decode_alaw)):
        codec = av.CodecContext.create(name, "r")
        codec.sample_rate, codec.layout = 8000, "mono"
        frame = codec.decode(av.Packet(ALL.tobytes()))[0]
        np.testing.assert_array_equal(frame.to_ndarray()[0] / 32768, decode(ALL))
