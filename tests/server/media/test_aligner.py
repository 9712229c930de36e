"""Tracks that come each in its own way, against what is known to be true."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.media.aligner import DRIFT, WAIT, Aligner, Block

from .pushes import FRAME, Line, Push, Samples, joined, over, ramp, spoken


def run(pushes: Sequence[Push]) -> tuple[Samples, NDArray[np.bool_], Aligner]:
    """Push all, take after each."""
    aligner = Aligner(2)
    blocks: list[Block] = []
    for track, at, samples in pushes:
        aligner.push(track, at, samples)
        blocks += aligner.take()
    blocks += aligner.finish()
    return *joined(blocks), aligner


def test_a_start_52_ms_late_is_lost_not_shifted() -> None:
    # as a telephony stream does: the first timestamp of one track is 52 ms
    pushes: list[Push] = []
    for at in range(0, 8000, FRAME):
        pushes.append((0, at, ramp(at, FRAME)))
        if at >= 480:
            pushes.append((1, at - 64, ramp(at - 64, FRAME)))
    samples, lost, aligner = run(pushes)
    assert samples.shape == (2, 8000)
    assert lost[1, :416].all()
    assert not lost[1, 416:7936].any()
    assert np.array_equal(samples[1, 416:7936], ramp(416, 7520))
    assert not lost[0].any()
    assert aligner.counts.late == 0


def test_an_absent_track_is_lost_and_the_other_waits_200_ms_no_longer() -> None:
    aligner = Aligner(2)
    for at in range(0, 8000, FRAME):
        aligner.push(0, at, ramp(at, FRAME))
        out = sum(block.shape[1] for block, _ in aligner.take())
        assert out == (FRAME if at >= WAIT else 0)
    samples, lost = joined(aligner.finish())
    assert samples.shape[1] == WAIT
    assert lost[1].all()
    assert aligner.counts.lost == 8000


def test_a_track_that_appears_late_begins_where_the_other_one_is() -> None:
    pushes: list[Push] = [(0, None, ramp(at, FRAME)) for at in range(0, 8000, FRAME)]
    for at in range(8000, 16000, FRAME):
        pushes += [(0, None, ramp(at, FRAME)), (1, None, ramp(at, FRAME))]
    samples, lost, _ = run(pushes)
    assert lost[1, :8160].all()  # the frame of the other track came first
    assert np.array_equal(samples[1, 8160:16000], ramp(8000, 7840))


def test_5_percent_of_loss_is_lost_where_it_happened() -> None:
    rng = np.random.default_rng(4)
    gone = rng.random((2, 3000)) < 0.05
    pushes: list[Push] = []
    for frame in range(3000):
        for track in range(2):
            at = frame * FRAME
            if not gone[track, frame]:
                pushes.append((track, at, ramp(at, FRAME)))
    samples, lost, aligner = run(pushes)
    assert 0 <= 3000 * FRAME - samples.shape[1] <= DRIFT  # what is missing last nobody can know
    # what came is never further than 40 ms from where it belongs
    for track in range(2):
        kept = np.flatnonzero(~lost[track])
        error = (samples[track, kept] - ramp(0, 3000 * FRAME)[kept] + 2) % 4 - 2
        assert np.abs(error).max() <= DRIFT / 1000 + 1e-4
    assert abs(int(lost.sum()) - int(gone.sum()) * FRAME) <= 4 * DRIFT
    assert aligner.counts.late == aligner.counts.corrected == 0


def test_bursts_of_300_ms_of_both_tracks_lose_nothing() -> None:
    pushes: list[Push] = []
    for start in range(0, 24000, 2400):
        for at in range(start, start + 2400, FRAME):
            pushes += [(0, None, ramp(at, FRAME)), (1, None, ramp(at, FRAME))]
    samples, lost, aligner = run(pushes)
    assert not lost.any()
    assert np.array_equal(samples, np.stack([ramp(0, 24000)] * 2))
    assert aligner.counts.dropped == 0


def test_a_burst_of_one_track_loses_what_came_after_200_ms_and_nothing_else() -> None:
    # track 1 stalls for 300 ms once a second, and then all of it comes at once
    pushes: list[Push] = []
    stalls = (4000, 12000, 20000)
    for at in range(0, 24000, FRAME):
        pushes.append((0, None, ramp(at, FRAME)))
        stall = next((s for s in stalls if s <= at < s + 2400), None)
        if stall is None:
            pushes.append((1, None, ramp(at, FRAME)))
        elif at == stall + 2400 - FRAME:
            pushes.append((1, None, ramp(stall, 2400)))
    samples, lost, aligner = run(pushes)
    assert samples.shape[1] == 24000
    assert aligner.counts.lost == aligner.counts.late == 3 * (2400 - WAIT)
    for stall in stalls:
        assert lost[1, stall : stall + 800].all()
    assert np.array_equal(samples[1][~lost[1]], ramp(0, 24000)[~lost[1]])


@pytest.mark.parametrize("stamped", [True, False])
def test_100_ppm_of_drift_over_20_minutes_is_corrected_in_silence(stamped: bool) -> None:
    seconds, ppm = 1200, 100
    slow = round(seconds * 8000 * (1 - ppm / 1e6))
    tracks = [spoken(seconds * 8000, 0), spoken(slow, 1)]
    aligner = Aligner(2)
    blocks: list[Block] = []
    worst = 0
    for at in range(0, seconds * 8000, 2 * FRAME):
        aligner.push(0, at if stamped else None, tracks[0][at : at + 2 * FRAME])
        start, end = (round(t * (1 - ppm / 1e6)) for t in (at, at + 2 * FRAME))
        aligner.push(1, at if stamped else None, tracks[1][start:end])
        blocks += aligner.take()
        corrected = aligner.counts.corrected
        worst = max(worst, at - start - corrected)
    blocks += aligner.finish()
    samples, lost = joined(blocks)
    assert samples.shape[1] == seconds * 8000
    assert aligner.counts.late == 0
    assert 640 <= aligner.counts.corrected <= 960  # 960 samples of drift, 40 ms of it tolerated
    # two windows of 10 s and three seconds until somebody is silent
    assert worst <= DRIFT + 20
    # nothing that was said is lost or changed: only silence is longer
    assert np.array_equal(samples[0], tracks[0])
    heard = samples[1][~lost[1]]
    loud = np.abs(tracks[1]) > 0.01
    assert np.array_equal(heard[np.abs(heard) > 0.01], tracks[1][loud])
    assert int(lost.sum()) == 960 - aligner.counts.corrected  # what is missing at the very end


def test_a_line_that_is_never_silent_is_not_touched() -> None:
    loud = np.full(FRAME, 0.5, np.float32)
    aligner = Aligner(2)
    for index in range(1500):
        aligner.push(0, None, loud)
        if index >= 3:  # 60 ms behind, for good
            aligner.push(1, None, loud)
    assert aligner.counts.corrected == 0


def test_timestamps_that_lag_behind_the_samples_are_ignored() -> None:
    # a client in the field sends 40 ms of sound while its timestamp advances by 20 ms
    pushes: list[Push] = []
    for frame in range(500):
        for track in range(2):
            pushes.append((track, frame * FRAME, ramp(frame * 320, 320)))
    samples, lost, aligner = run(pushes)
    assert np.array_equal(samples, np.stack([ramp(0, 160000)] * 2))
    assert not lost.any()
    assert aligner.counts.corrected == 0


def test_a_clock_that_begins_anew_is_no_loss() -> None:
    pushes: list[Push] = []
    for base in (0, 500 * 8000):
        for at in range(0, 16000, FRAME):
            stamp = at if base else at + 4_000_000
            pushes += [(0, stamp, ramp(at, FRAME)), (1, stamp, ramp(at, FRAME))]
    _, lost, aligner = run(pushes)
    assert not lost[:, -16000:].any()
    assert aligner.counts.dropped == 0


def test_frames_out_of_order_by_more_than_40_ms_are_dropped() -> None:
    order = [0, 1, 2, 6, 3, 4, 7, 8]
    pushes: list[Push] = []
    for index in order:
        pushes += [(0, index * FRAME, ramp(index * FRAME, FRAME))]
    aligner = Aligner(1)
    for _, at, samples in pushes:
        aligner.push(0, at, samples)
    samples, lost = joined(aligner.finish(), 1)
    assert (aligner.counts.dropped, aligner.counts.late) == (2 * FRAME, 0)
    assert lost[0, 480:960].all()
    assert np.array_equal(samples[0, 960:], ramp(960, 480))


def test_a_track_that_is_late_for_good_is_heard_late_rather_than_never() -> None:
    pushes: list[Push] = []
    for at in range(0, 80000, FRAME):
        pushes.append((0, at, ramp(at, FRAME)))
        if at >= 4000:  # half a second late, without a break
            pushes.append((1, at - 4000, ramp(at - 4000, FRAME)))
    samples, lost, aligner = run(pushes)
    assert samples.shape[1] == 80000
    assert aligner.counts.late == 8000
    assert lost[1].sum() < 16000


def cut(pushes: Sequence[Push], cuts: list[int]) -> list[Push]:
    """Split each push into pieces of the sizes given, over and over."""
    pieces: list[Push] = []
    sizes = cycle(cuts)
    for track, at, samples in pushes:
        done = 0
        while done < len(samples):
            size = next(sizes)
            stamp = None if at is None else at + done
            pieces.append((track, stamp, samples[done : done + size]))
            done += size
    return pieces


lines = st.builds(
    Line,
    st.booleans(),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0, 0.05, 0.3]),
    st.sampled_from([0, 0.02]),
    st.sampled_from([0, 2]),
    st.integers(20, 1500),
)


@settings(max_examples=25, deadline=None)
@given(
    lines,
    st.lists(st.integers(1, 400), min_size=1, max_size=5).filter(lambda c: sum(c) > 20 * len(c)),
)
def test_chunking_does_not_matter(line: Line, cuts: list[int]) -> None:
    pushes = over(line)
    whole, pieces = run(pushes), run(cut(pushes, cuts))
    assert np.array_equal(whole[0], pieces[0])
    assert np.array_equal(whole[1], pieces[1])
    assert whole[2].counts == pieces[2].counts


@settings(max_examples=40, deadline=None)
@given(lines)
def test_every_sample_is_accounted_for(line: Line) -> None:
    pushes = over(line)
    samples, lost, aligner = run(pushes)
    counts = aligner.counts
    sent = sum(len(pushed) for _, _, pushed in pushes)
    assert samples.size == sent - counts.late - counts.dropped + counts.lost + counts.corrected
    assert int(lost.sum()) == counts.lost


@settings(max_examples=40, deadline=None)
@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 1), st.integers(1, 1200)), min_size=1, max_size=200),
)
def test_nothing_is_lost_when_nothing_is_missing(
    stamped: bool, order: list[tuple[int, int]]
) -> None:
    """Whoever is ahead waits, as long as nobody is further ahead than 200 ms."""
    heads = [0, 0]
    pushes: list[Push] = []
    for track, length in order:
        length = min(length, heads[1 - track] + WAIT - heads[track])
        if length > 0:
            at = heads[track]
            pushes.append((track, at if stamped else None, ramp(at, length)))
            heads[track] += length
    for track in range(2):
        if heads[track] < max(heads):
            at = heads[track]
            rest = ramp(at, max(heads) - at)
            pushes.append((track, at if stamped else None, rest))
    samples, lost, aligner = run(pushes)
    assert not lost.any()
    assert np.array_equal(samples, np.stack([ramp(0, max(heads))] * 2))
    assert aligner.counts == type(aligner.counts)()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=30))
def test_blocks_of_all_tracks_pass_unchanged(lengths: list[int]) -> None:
    aligner = Aligner(2)
    given_, taken = [], []
    start = 0
    for length in lengths:
        given_.append(np.stack([ramp(start, length), ramp(start + 7, length)]))
        aligner.push_block(given_[-1])
        taken += aligner.take()
        start += length
    samples, lost = joined([*taken, *aligner.finish()])
    assert np.array_equal(samples, np.concatenate(given_, axis=1))
    assert not lost.any()
