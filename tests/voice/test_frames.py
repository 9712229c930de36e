"""Frame analysis: known tones and noises, any chunking, and what an agent's track may know."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.clock import RATE
from voice.frames import (
    HOP,
    LAG_MIN,
    Envelope,
    EnvelopeAnalysis,
    FrameAnalysis,
    Frames,
    Samples,
)


def tone(hz: float, seconds: float = 1.0, amplitude: float = 0.5) -> Samples:
    t = np.arange(int(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def analysed(samples: Samples, lost: slice | None = None) -> Frames:
    gone = np.zeros(len(samples), np.bool_)
    if lost is not None:
        gone[lost] = True
    return FrameAnalysis().feed(samples, gone)


def joined(parts: list[Frames]) -> dict[str, np.ndarray]:
    arrays = {
        f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Frames)[1:]
    }
    arrays["db"] = np.concatenate([p.envelope.db for p in parts])
    arrays["lost"] = np.concatenate([p.envelope.lost for p in parts])
    return arrays


def test_level_of_a_full_scale_sine_is_3_db_below_full_scale() -> None:
    assert analysed(tone(500, amplitude=1.0)).level_db[5:-5] == pytest.approx(-3.01, abs=0.05)


def test_half_the_amplitude_is_6_db_less() -> None:
    loud, soft = analysed(tone(700, amplitude=0.8)), analysed(tone(700, amplitude=0.4))
    assert loud.level_db[5:-5] - soft.level_db[5:-5] == pytest.approx(6.02, abs=0.01)
    assert loud.envelope.db[5:-5] - soft.envelope.db[5:-5] == pytest.approx(6.02, abs=0.01)


def test_tilt_is_the_ratio_of_the_energies_under_and_over_1000_hz() -> None:
    frames = analysed(tone(500, amplitude=0.4) + tone(2000, amplitude=0.1))
    assert frames.tilt_db[5:-5] == pytest.approx(12.04, abs=0.1)


def test_flux_is_what_goes_over_to_another_band() -> None:
    steady = tone(500) + tone(2500, amplitude=0.2)
    assert analysed(steady).flux_pct[6:-5] == pytest.approx(0, abs=0.05)
    # within 50 ms all of the sound goes from one band to another: 100 % over the frames between
    turned = np.concatenate([tone(500, 0.5), tone(2500, 0.5)])
    change = analysed(turned).flux_pct[44:56]
    assert change.sum() == pytest.approx(100, abs=8)  # the seam itself is a click
    assert 4 <= change.argmax() <= 7


def test_flux_knows_no_gain_and_is_not_known_next_to_what_is_lost() -> None:
    samples = np.random.default_rng(2).normal(0, 0.05, RATE).astype(np.float32)
    whole = analysed(samples).flux_pct
    assert analysed(samples * np.float32(3)).flux_pct[1:] == pytest.approx(whole[1:], rel=1e-3)
    assert whole[1:].mean() > 1
    gone = analysed(samples, lost=slice(4000, 4001)).flux_pct
    assert np.flatnonzero(np.isnan(gone)).tolist() == [0, 48, 49, 50, 51, 52, 53]
    analysis, none = FrameAnalysis(), np.zeros(4000, np.bool_)
    analysis.feed(samples[:4000], none)
    analysis.pass_over(samples[:4000], none)
    flux = analysis.feed(samples[:4000], none).flux_pct
    assert np.flatnonzero(np.isnan(flux)).tolist() == [0]


def test_silence_has_a_level_and_nothing_is_infinite() -> None:
    for name, values in joined([analysed(np.zeros(RATE, np.float32))]).items():
        known = values[1:] if name == "flux_pct" else values  # no frame comes before the first
        assert np.isfinite(known).all(), name
    assert (analysed(np.zeros(RATE, np.float32)).level_db < -115).all()


@pytest.mark.parametrize("hz", [80.0, 125.0, 200.0, 320.0, 400.0])
def test_a_period_is_the_highest_peak(hz: float) -> None:
    pulses = sum(tone(k * hz, amplitude=0.05) for k in range(1, int(3400 / hz)))
    similarity = analysed(np.asarray(pulses)).similarity[5:-5]
    lags = LAG_MIN - 1 + similarity.argmax(axis=1)
    assert np.abs(lags - RATE / hz).max() <= 0.5
    assert similarity.max() <= 1.0


def test_frames_stand_for_the_10_ms_in_their_middle() -> None:
    samples = np.zeros(RATE, np.float32)
    samples[4000:4400] = tone(600, 0.05)  # its middle is sample 4200, in frame 52
    assert analysed(samples).level_db.argmax() == 4200 // HOP


def test_lost_samples_touch_every_frame_that_sees_them() -> None:
    lost = analysed(tone(300), lost=slice(4000, 4001)).envelope.lost
    # sample 4000 is seen by the frames whose 400 samples around 80 i + 40 include it
    assert np.flatnonzero(lost).tolist() == [48, 49, 50, 51, 52]


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 6000), max_size=8), seed=st.integers(0, 5))
def test_frames_are_bit_identical_however_the_samples_arrive(cuts: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 0.1, 6000).astype(np.float32)
    gone = rng.random(6000) < 0.001
    whole = joined([FrameAnalysis().feed(samples, gone)])
    analysis, envelopes = FrameAnalysis(), EnvelopeAnalysis()
    parts, seen = [], []
    for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 6000], strict=True):
        parts.append(analysis.feed(samples[a:b], gone[a:b]))
        seen.append(envelopes.feed(samples[a:b], gone[a:b]))
    for name, values in joined(parts).items():
        assert np.array_equal(values, whole[name], equal_nan=name == "flux_pct"), name
    firsts = [part.envelope.first for part in parts]
    counts = [len(part.level_db) for part in parts]
    assert firsts == [sum(counts[:k]) for k in range(len(counts))]
    once = EnvelopeAnalysis().feed(samples, gone)
    assert np.array_equal(np.concatenate([part.db for part in seen]), once.db)


def test_both_analyses_see_the_same_envelope() -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, 8000).astype(np.float32)
    gone = np.zeros(8000, np.bool_)
    envelope = EnvelopeAnalysis().feed(samples, gone)
    assert envelope.db == pytest.approx(FrameAnalysis().feed(samples, gone).envelope.db, abs=1e-3)


def test_the_envelope_analysis_knows_nothing_but_the_envelope(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from scipy import fft

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a second transform")

    for name in ("irfft", "ifft", "dct", "idct"):
        monkeypatch.setattr(fft, name, forbidden)
    analysis = EnvelopeAnalysis()
    envelope = analysis.feed(tone(200), np.zeros(RATE, np.bool_))
    assert {field.name for field in fields(Envelope)} == {"first", "db", "lost"}
    assert len(envelope.db) == 98
    assert set(vars(analysis)) == {"_spectra", "_loudness"}
