import random

import numpy as np
import pytest

from models.recipes import tts
from models.recipes.channel import RATE_HZ
from models.recipes.speech import STYLES, through_line
from models.recipes.vocabulary import syllable_phones


def test_pinyin_reads_in_context_and_applies_sandhi() -> None:
    assert tts.pinyin("银行不行。") == ["yin2", "hang2", "bu4", "xing2", "."]
    assert tts.pinyin("不是") == ["bu2", "shi4"]
    assert tts.pinyin("吗？") == ["ma5", "?"]


def test_one_syllable_or_mark_a_character() -> None:
    text = "您好，我想退款，可以吗？"
    assert len(tts.pinyin(text)) == len(text)


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="no Mandarin reading"):
        tts.pinyin("订单A")


@pytest.mark.parametrize(
    ("text", "language", "voice", "rate", "pitch"),
    [
        ("Order 12.", "en", "slt", 1.0, 1.0),
        ("Hello.", "en", "f2", 1.0, 1.0),
        ("Hello.", "de", "slt", 1.0, 1.0),
        ("Hello.", "en", "slt", 3.0, 1.0),
        ("Hello.", "en", "slt", 1.0, 2.0),
    ],
)
def test_a_wrong_request_is_refused_before_anything_runs(
    text: str, language: str, voice: str, rate: float, pitch: float
) -> None:
    with pytest.raises(ValueError, match=r"must|no voice"):
        tts.speak(text, language, voice, rate=rate, pitch=pitch)


def test_a_syllable_is_initial_final_and_tone() -> None:
    assert syllable_phones("zhong1") == ["zh-", "-ong", "1"]
    assert syllable_phones("er4") == ["-er", "4"]
    assert syllable_phones(",") == []


def test_the_line_tells_where_the_speech_lies() -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    speech = np.sin(2 * np.pi * 440 * t).astype(np.float32)
    for seed in range(6):
        x, start_s, end_s = through_line(speech, random.Random(seed), np.random.default_rng(seed))
        assert end_s - start_s == pytest.approx(1.0, abs=0.01)
        inside = x[round((start_s + 0.05) * RATE_HZ) : round((end_s - 0.05) * RATE_HZ)]
        outside = x[: round((start_s - 0.01) * RATE_HZ)]
        assert np.std(inside) > 3 * (np.std(outside) if len(outside) else 0)


def test_the_styles_share_the_data_and_stay_within_thirty_percent() -> None:
    assert sum(style.share for style in STYLES.values()) == pytest.approx(1)
    for style in STYLES.values():
        assert 0.7 <= min(*style.rate, *style.pitch)
        assert max(*style.rate, *style.pitch) <= 1.3
