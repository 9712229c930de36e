"""Labels: spans on a made signal with known edges, then every bundled call against its sound."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from samples.labels import speech_spans
from samples.measure import tracks, truth
from samples.script import ROLES, load, names
from voice.g711 import Samples

RATE_HZ = 8000


def _bursts(*spans: tuple[float, float], length_s: float = 4.0) -> Samples:
    time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    noise = np.random.default_rng(1).standard_normal(len(time_s)) * 1e-3
    on = np.any([(time_s >= a) & (time_s < b) for a, b in spans], axis=0)
    return np.asarray(noise + on * 0.1 * np.sin(2 * np.pi * 200 * time_s), np.float32)


def test_known_bursts_are_found_to_a_frame() -> None:
    assert speech_spans(_bursts((0.5, 1.2), (2.0, 3.5))) == [(0.5, 1.2), (2.0, 3.5)]


def test_a_closure_is_bridged_and_a_pause_is_not() -> None:
    assert speech_spans(_bursts((0.5, 1.0), (1.14, 2.0), (2.16, 3.0))) == [(0.5, 2.0), (2.16, 3.0)]


def test_silence_with_line_noise_holds_no_speech() -> None:
    assert speech_spans(_bursts((9.0, 9.1))) == []


@pytest.mark.parametrize("name", names())
def test_speech_lies_inside_the_labelled_sentences(name: str) -> None:
    label = truth(name)

    for role in ROLES:
        sentences = [s for t in label["turns"] if t["role"] == role for s in t["sentences"]]
        for start_s, end_s in label["speech"][role]:
            assert any(
                s["start_s"] - 0.02 <= start_s and end_s <= s["end_s"] + 0.02 for s in sentences
            )
        spoken_s = sum(end_s - start_s for start_s, end_s in label["speech"][role])
        labelled_s = sum(s["end_s"] - s["start_s"] for s in sentences)
        assert 0.85 * labelled_s < spoken_s <= 1.02 * labelled_s


@pytest.mark.parametrize("name", names())
def test_labels_belong_to_the_committed_sound_and_text(name: str) -> None:
    label, sound, text = truth(name), tracks(name), load(name)

    assert label["synthetic"] is True
    assert label["duration_s"] == pytest.approx(sound.shape[1] / RATE_HZ, abs=1e-3)
    assert 60 <= label["duration_s"] <= 120
    assert [t["text"] for t in label["turns"]] == [t.text for t in text.turns]
    for role, track in zip(ROLES, sound, strict=True):
        assert label["speech"][role] == [list(span) for span in speech_spans(track)]
        assert not np.any(np.abs(track) >= 0.98)  # nothing clipped


@pytest.mark.parametrize("name", names())
def test_gaps_between_turns_are_those_of_the_text(name: str) -> None:
    turns = truth(name)["turns"]

    measured = [b["start_s"] - a["end_s"] for a, b in pairwise(turns)]

    assert np.allclose(measured, [turn.gap_s for turn in load(name).turns[1:]], atol=0.16)


def _caller_speech_s(
    label: dict[str, Any], style: str, before_s: float = 1e9, after_s: float = 0
) -> float:
    return sum(
        float(sentence["end_s"] - sentence["start_s"])
        for turn in label["turns"]
        if turn["role"] == "caller" and turn["style"] == style
        for sentence in turn["sentences"]
        if after_s <= sentence["start_s"] < before_s
    )


@pytest.mark.parametrize("name", [name for name in names() if "rising" in name])
def test_a_rising_call_has_a_calm_start_a_tense_middle_and_a_soothed_end(name: str) -> None:
    label = truth(name)
    [tense] = label["tense"]

    assert _caller_speech_s(label, "calm", before_s=50) >= 20
    assert _caller_speech_s(label, "tense") >= 20
    assert _caller_speech_s(label, "calm", after_s=tense["end_s"]) >= 12
    assert tense["start_s"] >= 40


@pytest.mark.parametrize("name", [name for name in names() if "gives-up" in name])
def test_a_caller_who_gives_up_grows_short_and_slow(name: str) -> None:
    label = truth(name)
    [withdrawal] = label["withdrawal"]
    answers = [
        (b, b["start_s"] - a["end_s"]) for a, b in pairwise(label["turns"]) if b["role"] == "caller"
    ]
    before = [a for a in answers if a[0]["start_s"] < withdrawal["start_s"]]
    after = [a for a in answers if a[0]["start_s"] >= withdrawal["start_s"]]

    assert all(4 <= turn["end_s"] - turn["start_s"] <= 8 and gap < 0.7 for turn, gap in before)
    assert len(after) >= 5
    assert all(turn["end_s"] - turn["start_s"] < 1.5 and gap >= 1.5 for turn, gap in after)
    assert label["tense"] == []
