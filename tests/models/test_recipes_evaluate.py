import numpy as np
import pytest

from models.recipes.evaluate import sentence_ends, share
from models.recipes.testsets import Clip, call_names, call_turns
from models.recipes.texts import sample_texts
from models.transcriber import WordTiming

SILENCE = np.zeros(16, np.float32)
TWO = Clip(SILENCE, "I see. Thank you.", "en", (("I see.", 0.2, 0.8), ("Thank you.", 1.2, 1.9)))


def words(*timed: tuple[str, float, float]) -> list[WordTiming]:
    return [WordTiming(text=t, start_s=a, end_s=b, probability=1.0) for t, a, b in timed]


def test_the_ends_of_each_sentence_are_paired() -> None:
    heard = words(("I", 0.1, 0.4), ("see.", 0.4, 0.9), ("thank", 1.1, 1.5), ("You", 1.5, 2.0))
    assert sentence_ends(TWO, heard) == [(0.2, 0.1), (0.8, 0.9), (1.2, 1.1), (1.9, 2.0)]


def test_a_wrong_word_leaves_the_clip_out() -> None:
    heard = words(("I", 0.1, 0.4), ("sea", 0.4, 0.9), ("thank", 1.1, 1.5), ("you", 1.5, 2.0))
    assert sentence_ends(TWO, heard) == []


def test_a_word_over_the_end_of_a_sentence_tells_no_time_there() -> None:
    clip = Clip(SILENCE, "好的。谢谢。", "zh", (("好的。", 0.0, 0.5), ("谢谢。", 0.9, 1.4)))
    assert sentence_ends(clip, words(("好", 0.0, 0.2), ("的谢", 0.2, 1.0), ("谢", 1.0, 1.4))) == []
    spoken = words(("好的", 0.0, 0.5), ("谢谢", 0.8, 1.3))
    assert sentence_ends(clip, spoken) == [(0.0, 0.0), (0.5, 0.5), (0.9, 0.8), (1.4, 1.3)]


def test_shares_are_counted() -> None:
    assert share([True, False, True, True]) == "75.0 % of 4"


@pytest.mark.parametrize("name", call_names())
def test_a_call_is_cut_into_clips_that_hold_all_it_says(name: str) -> None:
    clips = call_turns(name)
    said = "".join(clip.text for clip in clips).replace(" ", "")
    assert said in "".join(sample_texts(clips[0].language)).replace(" ", "")
    for clip in clips:
        assert 0.3 < len(clip.samples) / 16_000 < 9.5
        for _, start_s, end_s in clip.sentences:
            assert 0 <= start_s < end_s <= len(clip.samples) / 16_000
            spoken = clip.samples[round(start_s * 16_000) : round(end_s * 16_000)]
            assert np.std(spoken) > 0.01  # there is speech where the label says so
