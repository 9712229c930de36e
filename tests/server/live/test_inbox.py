from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.inbox import MOST_S, Inbox, Sound
from voice.clock import RATE


def ramp(start: int, length: int) -> np.ndarray:
    return np.tile(np.arange(start, start + length, dtype=np.float32), (2, 1))


@given(
    sizes=st.lists(st.integers(1, 50), max_size=12),
    takes=st.lists(st.integers(1, 60), min_size=1, max_size=80),
)
def test_sound_comes_out_as_it_went_in(sizes: list[int], takes: list[int]) -> None:
    inbox = Inbox(2)
    total = 0
    for size in sizes:
        inbox.put(ramp(total, size), None)
        total += size
    out: list[np.ndarray] = []
    turns = iter(takes * (total + 1))
    while (item := inbox.take(next(turns))) is not None:
        assert isinstance(item, Sound)
        assert not item.lost.any()
        out.append(item.block)
    whole = np.concatenate(out, axis=1) if out else np.zeros((2, 0), np.float32)
    assert np.array_equal(whole, ramp(0, total))
    assert inbox.samples == 0


def test_a_command_waits_for_the_sound_before_it() -> None:
    inbox = Inbox(2)
    done: list[int] = []
    inbox.put(ramp(0, 100), None)
    inbox.command(lambda: done.append(1))
    inbox.put(ramp(100, 100), None)
    first, command, last = inbox.take(1000), inbox.take(1000), inbox.take(1000)
    assert isinstance(first, Sound)
    assert first.block.shape == (2, 100)
    assert callable(command)
    assert isinstance(last, Sound)
    assert last.block[0, 0] == 100
    assert inbox.empty


def test_too_much_sound_keeps_its_length_only() -> None:
    inbox = Inbox(2)
    most = round(MOST_S * RATE)
    inbox.put(np.ones((2, most), np.float32), None)
    inbox.put(np.ones((2, 500), np.float32), None)
    assert inbox.overrun == 500
    heard, rest = inbox.take(most), inbox.take(most)
    assert isinstance(heard, Sound)
    assert not heard.lost.any()
    assert isinstance(rest, Sound)
    assert rest.lost.all()
    assert rest.block.shape == (2, 500)


def test_another_number_of_tracks_is_refused() -> None:
    with pytest.raises(ValueError, match="2 tracks"):
        Inbox(2).put(np.zeros((1, 10), np.float32), None)
