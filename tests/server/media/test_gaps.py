"""Gaps that a source tells of: time goes on, and nothing is there."""

from __future__ import annotations

import tracemalloc

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from server.media.aligner import Aligner, Alignment
from voice.clock import RATE

from .pushes import Line, Mask, Samples, joined, over, ramp


def test_a_gap_is_lost_on_all_tracks_and_time_goes_on() -> None:
    aligner = Aligner(2)
    aligner.push_block(np.stack([ramp(0, 1000)] * 2))
    aligner.gap(5000)
    aligner.push_block(np.stack([ramp(6000, 1000)] * 2))
    samples, lost = joined(aligner.finish())
    assert samples.shape[1] == 7000
    assert lost[:, 1000:6000].all()
    assert not lost[:, :1000].any()
    assert np.array_equal(samples[:, 6000:], np.stack([ramp(6000, 1000)] * 2))
    assert aligner.counts.lost == 10000


@settings(max_examples=30, deadline=None)
@given(
    line=st.builds(
        Line,
        st.booleans(),
        st.integers(0, 2**32 - 1),
        st.sampled_from([0, 0.05]),
        st.sampled_from([0, 0.02]),
        st.sampled_from([0, 2]),
        st.integers(20, 300),
    ),
    samples=st.integers(1, 25 * RATE),
    pieces=st.lists(st.integers(0, 25 * RATE), max_size=4),
)
def test_a_gap_may_be_told_in_pieces(line: Line, samples: int, pieces: list[int]) -> None:
    """Whatever came before and waits, and whatever comes after."""
    pushes = over(line)
    half = len(pushes) // 2

    def heard(gaps: list[int]) -> tuple[Samples, Mask, Alignment]:
        aligner, blocks = Aligner(2), []
        for track, at, sound in pushes[:half]:
            aligner.push(track, at, sound)
        for gap in gaps:
            aligner.gap(gap)
            blocks += aligner.take()
        for track, at, sound in pushes[half:]:
            aligner.push(track, at if at is None else at + samples, sound)
        return *joined(blocks + aligner.finish()), aligner.counts

    cuts = sorted({0, samples, *(piece % samples for piece in pieces)})
    sound, lost, counts = heard([samples])
    parts, gone, counted = heard(np.diff(cuts).tolist())
    assert sound.shape[1] > samples
    assert np.array_equal(sound, parts)
    assert np.array_equal(lost, gone)
    assert counts == counted
    assert lost.sum() >= 2 * samples


def test_a_gap_of_ten_minutes_takes_no_room() -> None:
    aligner = Aligner(2)
    aligner.push_block(np.stack([ramp(0, 1000)] * 2))
    tracemalloc.start()
    aligner.gap(600 * RATE)
    blocks = aligner.take()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000
    assert sum(block.shape[1] for block, _ in blocks) == 1000 + 600 * RATE
    assert all(block.shape[1] <= RATE for block, _ in blocks)
    assert aligner.counts.lost == 2 * 600 * RATE
