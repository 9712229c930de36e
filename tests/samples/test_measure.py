"""The voices are fit for use, and tension is in the sound: heard, not read off the script."""

import numpy as np
import pytest

from samples.measure import VAD_AGREEMENT, syllables, tracks, truth, vad_agreement
from samples.script import ROLES, names


@pytest.mark.parametrize("name", names())
def test_vad_agrees_with_the_truth_on_every_voice(name: str) -> None:
    spans = truth(name)["speech"]

    for role, track in zip(ROLES, tracks(name), strict=True):
        assert vad_agreement(track, spans[role]) >= VAD_AGREEMENT


def test_agreement_falls_when_the_labels_are_wrong() -> None:
    track = tracks("en-calm")[0]

    late = [[start_s + 2, end_s + 2] for start_s, end_s in truth("en-calm")["speech"]["caller"]]

    assert vad_agreement(track, late) < 0.8


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Please calm down.", 3),
        ("I called three times.", 4),
        ("You promised it twice.", 5),
        ("It was delivered on Monday.", 8),
        ("我不知道，算了。", 6),
    ],
)
def test_syllables(text: str, count: int) -> None:
    assert syllables(text) == count


def _median_f0_hz(name: str, style: str) -> float:
    import librosa

    turn = next(t for t in truth(name)["turns"] if t["role"] == "caller" and t["style"] == style)
    sound = tracks(name)[0, round(turn["start_s"] * 8000) : round(turn["end_s"] * 8000)]
    f0 = librosa.yin(sound, fmin=80, fmax=400, sr=8000, frame_length=512, hop_length=128)
    loud = librosa.feature.rms(y=sound, frame_length=512, hop_length=128)[0]
    return float(np.median(f0[loud[: len(f0)] > np.median(loud)]))


@pytest.mark.parametrize("name", [name for name in names() if "rising" in name])
def test_a_tense_caller_is_three_to_four_semitones_higher(name: str) -> None:
    higher_st = 12 * np.log2(_median_f0_hz(name, "tense") / _median_f0_hz(name, "calm"))

    assert 2.5 <= higher_st <= 4.5


@pytest.mark.parametrize("name", [name for name in names() if "rising" in name])
def test_a_tense_caller_is_a_fifth_to_a_third_faster(name: str) -> None:
    label = truth(name)

    def rate(style: str) -> float:
        turns = [t for t in label["turns"] if t["role"] == "caller" and t["style"] == style]
        spoken_s = sum(
            end_s - start_s
            for start_s, end_s in label["speech"]["caller"]
            if any(t["start_s"] - 0.1 < start_s < t["end_s"] for t in turns)
        )
        return float(sum(syllables(t["text"]) for t in turns) / spoken_s)

    assert 1.2 <= rate("tense") / rate("calm") <= 1.33
