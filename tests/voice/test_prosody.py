"""The measures of a window: pitch, rate, pauses and levels that are known beforehand."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.prosody_truth import mulaw, syllables, voice
from voice.clock import RATE
from voice.events import ProsodyWindow, Role
from voice.frames import Flags, Samples, _Spectra
from voice.prosody import WINDOW_FRAMES, Measures, Prosody

NOBODY = np.zeros(WINDOW_FRAMES, np.bool_)
ALL = np.ones(WINDOW_FRAMES, np.bool_)


def flags(*spans_s: tuple[float, float]) -> Flags:
    """Return the 500 frames of which these spans of seconds are set."""
    found = NOBODY.copy()
    for start_s, end_s in spans_s:
        found[round(start_s * 100) : round(end_s * 100)] = True
    return found


def measured(
    samples: Samples,
    speech: Flags = ALL,
    other: Flags = NOBODY,
    *,
    role: Role = "caller",
    lost: Flags | None = None,
) -> Measures | None:
    """Return the measures of the last 5 s of a recording."""
    prosody = Prosody(role)
    prosody.feed(samples, np.zeros(len(samples), np.bool_) if lost is None else lost)
    return prosody.measure(len(samples) // 80, speech, other)


def some(measures: Measures | None) -> Measures:
    assert measures is not None
    return measures


def test_the_measures_are_those_of_the_fact() -> None:
    fact = {field.name for field in fields(ProsodyWindow)}
    assert {field.name for field in fields(Measures)} < fact


def test_a_steady_voice_is_told_in_hertz_and_semitones() -> None:
    measures = some(measured(mulaw(voice(np.full(RATE * 5, 200)))))
    assert measures.f0_median_hz == pytest.approx(200, rel=0.003)
    assert measures.f0_median_st == pytest.approx(12, abs=0.05)
    assert measures.f0_spread_st == pytest.approx(0, abs=0.05)
    assert measures.voiced_s == pytest.approx(4.9, abs=0.1)
    assert measures.speech_s == 5.0
    assert measures.lost_s == 0.0
    assert measures.pause_ratio == 0.0


def test_spread_is_from_the_20th_to_the_80th_percentile() -> None:
    glide = np.geomspace(100, 200, RATE * 5)  # 12 semitones, evenly
    measures = some(measured(mulaw(voice(glide))))
    assert measures.f0_spread_st == pytest.approx(0.6 * 12, abs=0.25)
    assert measures.f0_median_st == pytest.approx(6, abs=0.15)


def test_twice_the_amplitude_is_6_db_more_and_the_same_otherwise() -> None:
    soft = voice(np.full(RATE * 5, 150), amplitude=0.2)
    low, high = some(measured(soft)), some(measured(2 * soft))
    assert low.level_db is not None
    assert high.level_db is not None
    assert high.level_db - low.level_db == pytest.approx(6.02, abs=0.02)
    assert high.tilt_db == pytest.approx(low.tilt_db, abs=0.01)
    assert high.f0_median_hz == low.f0_median_hz


@pytest.mark.parametrize("role", ["caller", "agent"])
@pytest.mark.parametrize("rate_hz", [2.0, 3.3, 5.0, 6.5, 8.0])
def test_the_articulation_rate_of_a_known_train(rate_hz: float, role: Role) -> None:
    peaks_s = np.arange(0.2, 7.9, 1 / rate_hz)
    sound = mulaw(syllables(peaks_s, 8.0))
    measures = some(measured(sound, role=role))
    # a window of 5 s holds one syllable more or less, depending on where it cuts
    assert measures.articulation_rate_hz == pytest.approx(rate_hz, abs=0.21)


def test_over_a_minute_the_rate_is_right_to_a_tenth() -> None:
    rng = np.random.default_rng(5)
    peaks_s = 0.3 + np.cumsum(rng.uniform(0.15, 0.3, 260))
    sound = mulaw(syllables(peaks_s, 58.0))
    prosody, rates = Prosody("caller"), []
    for block in range(116):
        prosody.feed(sound[block * 4000 :][:4000], np.zeros(4000, np.bool_))
        if block >= 12:
            rates.append(some(prosody.measure(50 * block + 50, ALL, NOBODY)).articulation_rate_hz)
    assert np.mean(np.array(rates, np.float64)) == pytest.approx(1 / 0.225, abs=0.1)


def test_pauses_are_known_to_the_frame() -> None:
    # 1 s of speech, 0.6 s of pause, 2 s of speech, 0.4 s of pause, 1 s of speech
    speech = flags((0, 1), (1.6, 3.6), (4, 5))
    measures = some(measured(np.zeros(RATE * 5, np.float32), speech))
    assert measures.speech_s == 4.0
    assert measures.pause_ratio == pytest.approx(1.0 / 5.0)


@pytest.mark.parametrize(
    ("speech", "other", "ratio"),
    [
        pytest.param([(0, 1), (1.2, 5)], [], 0, id="under 0.25 s: articulation"),
        pytest.param([(0, 1), (1.25, 5)], [], 0.25 / 5, id="0.25 s: a pause"),
        pytest.param([(0, 1), (3, 5)], [], 2 / 5, id="2 s: still a pause"),
        pytest.param([(0, 1), (3.01, 5)], [], 0, id="over 2 s: a silence"),
        pytest.param([(0, 1), (2, 5)], [(1, 2)], 0, id="the other speaks"),
        pytest.param([(0, 1), (2, 5)], [(1.4, 2)], 0.4 / 4.4, id="the other speaks in part of it"),
        pytest.param([(2, 5)], [], 0, id="silence before one's own speech"),
        pytest.param([(0, 3)], [], 0, id="silence after it"),
    ],
)
def test_what_counts_as_a_pause(
    speech: list[tuple[float, float]], other: list[tuple[float, float]], ratio: float
) -> None:
    measures = some(measured(np.zeros(RATE * 5, np.float32), flags(*speech), flags(*other)))
    assert measures.pause_ratio == pytest.approx(ratio, abs=5e-4)


def test_pauses_do_not_slow_the_articulation() -> None:
    peaks_s = np.arange(0.2, 5.0, 0.2)
    talk = syllables(peaks_s, 5.0)
    pause = flags((1.1, 2.1))
    spoken = talk * ~np.repeat(pause, 80)
    rate_hz = some(measured(mulaw(spoken), ~pause)).articulation_rate_hz
    assert rate_hz == pytest.approx(5, abs=0.3)


def test_too_little_is_not_measured() -> None:
    hum = mulaw(voice(np.full(RATE * 5, 120)))
    assert measured(hum, flags((0, 0.99))) is None
    silent = some(measured(np.zeros(RATE * 5, np.float32), ALL))
    assert silent.voiced_s == 0
    assert silent.f0_median_hz is None
    assert silent.level_db is None
    brief = some(measured(hum * np.repeat(flags((1, 1.4)), 80)))
    assert brief.f0_median_st is None
    assert brief.voiced_s == pytest.approx(0.4, abs=0.06)


def test_only_own_speech_is_listened_to() -> None:
    talk = voice(np.full(RATE * 3, 120))
    echo = voice(np.full(RATE * 2, 240))
    measures = some(measured(mulaw(np.concatenate([talk, echo])), flags((0, 2.9))))
    assert measures.f0_median_hz == pytest.approx(120, rel=0.01)
    assert measures.voiced_s == pytest.approx(2.9, abs=0.1)


def test_what_was_lost_counts_in_nothing() -> None:
    sound = voice(np.full(RATE * 5, 160))
    lost = np.zeros(RATE * 5, np.bool_)
    lost[16000:20000] = True
    measures = some(measured(np.where(lost, 0, sound), lost=lost))
    assert measures.lost_s == 0.5
    assert measures.speech_s == pytest.approx(4.5 - 0.04)  # frames that see lost samples
    assert measures.pause_ratio == 0
    assert measures.f0_median_hz == pytest.approx(160, rel=0.003)


def test_a_gap_in_speech_that_was_lost_is_no_pause() -> None:
    lost = np.zeros(RATE * 5, np.bool_)
    lost[8000:16000] = True
    measures = some(measured(np.zeros(RATE * 5, np.float32), flags((0, 1), (2, 5)), lost=lost))
    assert measures.pause_ratio == 0


@pytest.mark.parametrize("role", ["agent", "unknown"])
def test_an_agents_track_has_no_pitch_level_or_tilt(role: Role) -> None:
    measures = some(measured(mulaw(voice(np.full(RATE * 5, 200))), role=role))
    for name in (
        "voiced_s",
        "f0_median_hz",
        "f0_median_st",
        "f0_spread_st",
        "level_db",
        "tilt_db",
        "spectral_flux_pct",
    ):
        assert getattr(measures, name) is None
    assert measures.speech_s == 5.0


def parts(thing: object) -> set[str]:
    """Return the names of all types and attributes that an object of ours is made of."""
    found = {type(thing).__name__}
    if not type(thing).__module__.startswith("voice."):
        return found
    for name, value in getattr(thing, "__dict__", {}).items():
        if value is not None:
            found |= {name.strip("_")} | parts(value)
    return found


def test_on_an_agents_track_nothing_exists_that_could_measure_them() -> None:
    forbidden = {
        "Pitch", "FrameAnalysis", "Frames", "voice", "pitch", "f0", "timbre", "inverse",
        "similarity", "best", "contour",
    }  # fmt: skip
    assert forbidden - {"Frames"} <= parts(Prosody("caller"))
    assert not forbidden & parts(Prosody("agent"))


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 24000), max_size=6), role=st.sampled_from(["caller", "agent"]))
def test_chunks_change_nothing(cuts: list[int], role: Role) -> None:
    rng = np.random.default_rng(2)
    sound = mulaw(syllables(np.cumsum(rng.uniform(0.15, 0.35, 12)), 3.0, f0_hz=170))
    lost = rng.random(24000) < 1e-4
    whole, cut = Prosody(role), Prosody(role)
    whole.feed(sound, lost)
    for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 24000], strict=True):
        cut.feed(sound[a:b], lost[a:b])
    assert cut.measure(300, ALL, NOBODY) == whole.measure(300, ALL, NOBODY) != None  # noqa: E711


def test_what_comes_later_changes_nothing() -> None:
    sound = mulaw(syllables(np.arange(0.2, 7.8, 0.23), 8.0))
    now, later = Prosody("caller"), Prosody("caller")
    now.feed(sound[: 7 * RATE], np.zeros(7 * RATE, np.bool_))
    known = some(now.measure(700, ALL, NOBODY))
    noise = np.random.default_rng(0).normal(0, 0.2, RATE // 2).astype(np.float32)
    later.feed(
        np.concatenate([sound[: 7 * RATE], noise]), np.zeros(len(noise) + 7 * RATE, np.bool_)
    )
    # what was still open at 7 s (40 ms of F0, the last syllable) is known half a second later
    after = some(later.measure(700, ALL, NOBODY))
    assert after.f0_median_hz == known.f0_median_hz
    assert after.level_db == pytest.approx(known.level_db, abs=0.1)
    assert after.articulation_rate_hz == pytest.approx(known.articulation_rate_hz, abs=0.1)


def test_memory_does_not_grow() -> None:
    prosody = Prosody("caller")
    block = mulaw(syllables(np.arange(0.06, 0.5, 0.125), 0.5))
    sizes = []
    for _ in range(80):
        prosody.feed(block, np.zeros(4000, np.bool_))
        sizes.append(len(prosody._nuclei))
    assert 0 < max(sizes) <= sizes[20] + 4


def test_frames_that_are_forgotten_are_refused() -> None:
    prosody = Prosody("agent")
    prosody.feed(np.zeros(RATE * 8, np.float32), np.zeros(RATE * 8, np.bool_))
    with pytest.raises(ValueError, match="before"):
        prosody.measure(600, ALL, NOBODY)


def spoken_in_turns(role: Role, *, passing: bool) -> list[Measures | None]:
    """Measures of each half second: 4 s of syllables, 6 s of a noisy line, and so on."""
    speech = mulaw(syllables(np.arange(0.2, 3.9, 0.23), 4.0))
    line = 0.0005 * np.random.default_rng(0).standard_normal(6 * RATE).astype(np.float32)
    turn, spoken = np.concatenate([speech, line]), np.zeros(1000, np.bool_)
    spoken[:400] = True
    prosody, heard, found = Prosody(role), NOBODY, []
    for at in range(0, 3 * 1000, 50):
        now = spoken[at % 1000 : at % 1000 + 50]
        heard = np.concatenate([heard[50:], now])
        block = turn[at % 1000 * 80 : (at % 1000 + 50) * 80]
        prosody.feed(block, np.zeros(4000, np.bool_), spoken=bool(now.any()) or not passing)
        if now.any():
            found.append(prosody.measure(at + 50, heard, NOBODY))
    return found


@pytest.mark.parametrize("role", ["caller", "agent"])
def test_passing_over_silence_changes_no_measure(role: Role) -> None:
    measures = spoken_in_turns(role, passing=True)
    assert measures == spoken_in_turns(role, passing=False)
    assert sum(one is not None and one.articulation_rate_hz is not None for one in measures) > 10


@pytest.mark.parametrize("role", ["caller", "agent"])
def test_of_silence_only_what_lies_next_to_speech_is_analysed(
    role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed: list[int] = []
    feed = _Spectra.feed

    def counted(self: _Spectra, samples: Samples, lost: Flags) -> object:
        analysed.append(len(samples))
        return feed(self, samples, lost)

    monkeypatch.setattr(_Spectra, "feed", counted)
    spoken_in_turns(role, passing=True)
    # each turn of 8 blocks with the one after it and, but for the first, the one before
    assert len(analysed) == 3 * 8 + 3 + 2
