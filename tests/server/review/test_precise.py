from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coaching.review.lanes import VoicePoint
from coaching.session import Logged
from server.hearing import CallFiles
from server.review import precise
from server.review.precise import CONTEXT_S, HOP, cut_out, precise_voice, stretches
from tests.files import Samples, write_wav
from voice.clock import RATE
from voice.events import ProsodyWindow, Role, SpeechEnded


def voiced(f0_hz: Samples) -> Samples:
    """Sound of a voice with this pitch at each sample: ten harmonics, the higher the weaker."""
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 11))
    return np.asarray(0.2 * sound, np.float32)


def window(at_s: float, role: Role = "caller", track: int = 0) -> ProsodyWindow:
    return ProsodyWindow(
        at_s=at_s, known_at_s=at_s, track=track, role=role, start_s=max(0.0, at_s - 5),
        speech_s=5.0, lost_s=0.0, pause_ratio=0.0, articulation_rate_hz=4.0,
    )  # fmt: skip


def point(at_s: float) -> VoicePoint:
    return VoicePoint(at_s=at_s, f0_st=99.0, rate_hz=4.0, calm_f0_st=1.0, calm_rate_hz=3.0)


def test_the_pitch_of_a_glide(tmp_path: Path) -> None:
    """One octave up in 12 s: the median of a window is its pitch in the middle."""
    seconds = np.arange(12 * RATE) / RATE
    caller = voiced((110 * 2 ** (seconds / 12)).astype(np.float32))
    silence = np.zeros_like(caller)
    wav = write_wav(tmp_path / "call.wav", np.stack([silence, caller]))
    spoke = SpeechEnded(at_s=12.0, known_at_s=12.0, track=1, role="caller", start_s=0.0)
    windows = [window(at_s, track=1) for at_s in (5.0, 8.5, 12.0)]
    log = [Logged(n, event) for n, event in enumerate([*windows, spoke], start=1)]
    call = CallFiles(paths=(wav,), caller="right")
    found = precise_voice(call, log, [point(one.at_s) for one in windows])
    for one in found:
        middle_s = one.at_s - 2.5
        wanted = 12 * np.log2(1.1) + middle_s
        assert one.f0_st == pytest.approx(wanted, abs=0.15)
        assert (one.rate_hz, one.calm_f0_st, one.calm_rate_hz) == (4.0, 1.0, 3.0)


def test_where_nobody_speaks_there_is_no_pitch(tmp_path: Path) -> None:
    sound = np.stack([voiced(np.full(12 * RATE, 150, np.float32))] * 2)
    wav = write_wav(tmp_path / "call.wav", sound)
    spoke = SpeechEnded(at_s=3.0, known_at_s=3.0, track=0, role="caller", start_s=0.0)
    log = [Logged(n, event) for n, event in enumerate([spoke, window(5.0), window(11.0)], start=1)]
    call = CallFiles(paths=(wav,), caller="left")
    first, second = precise_voice(call, log, [point(5.0), point(11.0)])
    assert first.f0_st == pytest.approx(12 * np.log2(1.5), abs=0.1)
    assert second.f0_st is None


def test_the_agent_is_not_measured(tmp_path: Path) -> None:
    """Without a caller's window the recording is not even opened."""
    log = [Logged(1, window(5.0, "agent")), Logged(2, window(5.0, "unknown", 1))]
    call = CallFiles(paths=(tmp_path / "not there.wav",))
    assert precise_voice(call, log, []) == ()


def test_long_speech_is_cut_and_short_gaps_are_not() -> None:
    assert stretches([(0.0, 2.0), (2.5, 4.0), (6.0, 7.0)]) == [(0.0, 4.0), (6.0, 7.0)]
    parts = stretches([(1.0, 50.0)])
    assert parts == [(1.0, 21.0), (21.0, 41.0), (41.0, 50.0)]


@pytest.mark.parametrize("size", [80, 1024, 100_000])
def test_what_is_cut_out_does_not_depend_on_the_blocks(size: int) -> None:
    sound = np.arange(10 * RATE, dtype=np.float32)
    wanted = [(0.1, 1.0), (1.0, 2.0), (7.0, 9.9)]
    blocks = (sound[at : at + size] for at in range(0, len(sound), size))
    for (from_s, to_s), first, part in cut_out(blocks, wanted):
        assert first % HOP == 0
        assert first == max(0, round((from_s - CONTEXT_S) * RATE) // HOP * HOP)
        assert part[0] == first
        assert part[-1] == min(10 * RATE, round((to_s + CONTEXT_S) * RATE)) - 1


def test_no_more_sound_is_held_than_a_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    real = np.concatenate

    def noting(parts: list[Samples]) -> Samples:
        held.append(sum(map(len, parts)))
        return real(parts)

    monkeypatch.setattr("server.review.precise.np.concatenate", noting)
    minutes = (np.zeros(1024, np.float32) for _ in range(30 * 60 * RATE // 1024))
    spans = stretches([(60.0 * n, 60.0 * n + 50) for n in range(29)])
    assert sum(1 for _ in cut_out(minutes, spans)) == len(spans)
    assert max(held) < (precise.LONGEST_S + 2 * CONTEXT_S) * RATE + 2 * 1024
