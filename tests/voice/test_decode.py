from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from tests.files import speech, tone, write_coded, write_wav
from voice.decode import AudioInfo, Recording
from voice.errors import AudioError


def read(path: Path) -> tuple[np.ndarray, AudioInfo, str | None]:
    with path.open("rb") as file:
        recording = Recording(file)
        sound = np.concatenate(list(recording.blocks()), axis=1)
        recording.close()
    return sound, recording.info, recording.complaint


def test_8_khz_comes_out_as_it_is(tmp_path: Path) -> None:
    sound, info, complaint = read(write_wav(tmp_path / "a.wav", speech()))
    assert np.abs(sound - speech()).max() < 1e-4
    assert (info.channels, info.rate, info.codec) == (2, 8000, "pcm_s16le")
    assert info.duration_s == pytest.approx(8.0)
    assert complaint is None


@pytest.mark.parametrize("rate", [11025, 16000, 44100, 48000])
def test_other_rates_are_brought_to_8_khz_in_time(tmp_path: Path, rate: int) -> None:
    sound, _, _ = read(write_wav(tmp_path / "a.wav", tone(440, rate, 1.0), rate))
    want = tone(440, 8000, 1.0)
    assert sound.shape[1] == pytest.approx(8000, abs=2)
    inside = slice(200, 7800)
    assert np.abs(sound[0, inside] - want[0, inside]).max() < 0.01


def test_8_bits_are_enough(tmp_path: Path) -> None:
    sound, _, _ = read(write_wav(tmp_path / "a.wav", tone(440, 8000, 1.0), width=1))
    assert np.abs(sound - tone(440, 8000, 1.0)).max() < 0.02


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.flac", "flac"),
        ("a.mp3", "libmp3lame"),
        ("a.opus", "libopus"),
        ("mu.wav", "pcm_mulaw"),
        ("a.wav", "pcm_alaw"),
    ],
)
def test_any_format_is_read(tmp_path: Path, name: str, codec: str) -> None:
    sound, info, complaint = read(write_coded(tmp_path / name, speech(4.0), codec))
    assert info.channels == 2
    assert complaint is None
    length = min(sound.shape[1], 32000)
    # coders delay a little: compare what the ear compares
    heard, meant = (np.abs(x[0, :length]).mean() for x in (sound, speech(4.0)))
    assert heard == pytest.approx(meant, rel=0.1)
    assert sound.shape[1] == pytest.approx(32000, abs=3000)


@pytest.mark.parametrize("content", [b"", b"hello, this is no audio\n" * 99, b"RIFF", bytes(5000)])
def test_what_is_no_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="not audio"):
        read(path)


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", speech())
    path.write_bytes(path.read_bytes()[:44])
    with pytest.raises(AudioError, match="not one sample"):
        read(path)


def test_six_channels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="6 channels"):
        read(write_wav(tmp_path / "a.wav", tone(440, 8000, 0.5, channels=6)))


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("a.flac", "flac")])
def test_what_is_there_of_a_cut_file_is_used_and_it_is_said(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = write_coded(tmp_path / name, speech(20.0), codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sound, _, complaint = read(path)
    assert 8000 < sound.shape[1] < 160000 * 0.6
    assert complaint is not None


def test_clipping_is_said(tmp_path: Path) -> None:
    sound, _, complaint = read(write_wav(tmp_path / "a.wav", 20 * speech()))
    assert np.abs(sound).max() <= 1
    assert complaint is not None
    assert "clipped" in complaint


def test_samples_that_are_no_numbers_are_silence_and_spoil_nothing_after_them(
    tmp_path: Path,
) -> None:
    clean = speech(2.0).T.repeat(2, axis=0)  # 16 kHz, so that a filter runs over it
    broken = clean.copy()
    broken[1000:1010] = np.nan
    broken[2000:2002] = np.inf, 1e38
    for name, samples in (("clean", clean), ("broken", broken)):
        wavfile.write(tmp_path / f"{name}.wav", 16000, samples)
    sound, _, complaint = read(tmp_path / "broken.wav")
    assert complaint == "some of its samples are no numbers: they are taken as silence"
    assert np.isfinite(sound).all()
    whole, _, _ = read(tmp_path / "clean.wav")
    np.testing.assert_allclose(sound[:, 2000:], whole[:, 2000:], atol=1e-4)


def test_a_file_of_hours_in_a_few_bytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="it has 100 samples a second: speech needs 4000"):
        read(write_wav(tmp_path / "a.wav", speech(0.5), rate=100))
