"""What a line does to a calm voice does not make its caller tense."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from coaching.advice import CueShown, IndexChanged, StateChanged
from coaching.playbook import bundled
from coaching.session import CallSession, CallSetup
from coaching.thresholds import Thresholds
from tests.voice.sound import sample
from voice.clock import RATE

from . import disturbed

T = Thresholds()
FROM_S, TO_S = 28, 58
"""The line is clean at first, so that the voice is known; both callers are calm until `TO_S`."""
MARGIN = 10
CALLS = ("en-gives-up", "zh-calm")


def heard(name: str, sound: NDArray[np.float32], lost: NDArray[np.bool_] | None = None) -> int:
    """The highest index once the line has changed; nobody may be called tense on the way."""
    _, labels = sample(name)
    session = CallSession(
        CallSetup(
            call_id=name,
            roles=("caller", "agent"),
            language=labels["language"],
            playbook=bundled(labels["language"]),
            thresholds=T,
        )
    )
    log = [entry.event for entry in (*session.feed(sound, lost), *session.finish())]
    assert not [e for e in log if isinstance(e, StateChanged)]
    assert not [e for e in log if isinstance(e, CueShown) and e.reasons]
    late = [e.index for e in log if isinstance(e, IndexChanged) and e.at_s > FROM_S]
    found = [index for index in late if index is not None]
    assert len(found) >= 5
    return max(found)


@cache
def sound(name: str) -> NDArray[np.float32]:
    return sample(name)[0][:, : TO_S * RATE]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("disturb", disturbed.DISTURBANCES, ids=lambda d: d.__name__)
def test_the_line_is_not_the_caller(disturb: disturbed.Disturbance, name: str) -> None:
    call = sound(name).copy()
    call[0, FROM_S * RATE :] = disturb(call[0, FROM_S * RATE :])
    assert not np.array_equal(call, sound(name))
    assert heard(name, call) <= T.state_on - MARGIN


@pytest.mark.parametrize("name", CALLS)
def test_lost_packets_are_not_the_caller(name: str) -> None:
    call = sound(name)
    mask = np.zeros(call.shape, np.bool_)
    mask[0, FROM_S * RATE :] = disturbed.lost(call.shape[1] - FROM_S * RATE)
    assert 0.04 < mask[0, FROM_S * RATE :].mean() < 0.07
    assert heard(name, call, mask) <= T.state_on - MARGIN


def test_a_voice_that_is_raised_still_counts_on_a_bad_line() -> None:
    """The tests above would pass if nothing were heard any more."""
    call, labels = sample("zh-rising")
    start_s = labels["tense"][0]["start_s"]
    noisy = call[:, : round(start_s + 25) * RATE].copy()
    noisy[0] = disturbed.noise(noisy[0])
    session = CallSession(
        CallSetup(
            call_id="noisy",
            roles=("caller", "agent"),
            language="zh",
            playbook=bundled("zh"),
            thresholds=T,
        )
    )
    log = [entry.event for entry in (*session.feed(noisy), *session.finish())]
    states = [e for e in log if isinstance(e, StateChanged)]
    assert [state.state for state in states] == ["tense"]
    assert 0 < states[0].known_at_s - start_s <= 10
