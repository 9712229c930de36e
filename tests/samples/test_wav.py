"""A file written here is read back sample for sample by an independent decoder."""

import io
import struct

import numpy as np
import pytest

from samples.wav import HEADER_BYTES, mulaw_wav
from voice.g711 import decode_mulaw


@pytest.mark.parametrize("channels", [1, 2])
def test_pyav_reads_what_was_written(channels: int) -> None:
    import av

    codes = np.random.default_rng(7).integers(0, 256, (channels, 8001), np.uint8)

    with av.open(io.BytesIO(mulaw_wav(codes, 8000))) as container:
        stream = container.streams.audio[0]
        described = (stream.codec_context.name, stream.rate, stream.channels)
        decoded = np.concatenate([f.to_ndarray() for f in container.decode(stream)], axis=1)

    assert described == ("pcm_mulaw", 8000, channels)
    assert np.array_equal(decoded.reshape(-1, channels).T / 32768, decode_mulaw(codes))


def test_sizes_in_the_header_are_those_of_the_file() -> None:
    data = mulaw_wav(np.zeros((1, 7), np.uint8), 8000)

    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    assert struct.unpack_from("<4sI", data, HEADER_BYTES - 8) == (b"data", 7)
    assert len(data) % 2 == 0
