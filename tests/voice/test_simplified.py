"""Chinese in one script, with the times of its words."""

from __future__ import annotations

import pytest

from tests.voice.test_redact import final
from voice.simplified import simplified, to_simplified


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("請問甚麼時候後來會處理", "请问甚么时候后来会处理"),
        ("看著螢幕等著", "看着萤幕等着"),
        ("乾隆說衣服不乾", "乾隆说衣服不干"),
        ("显著", "显著"),  # already Simplified: 著 is right
        ("我的订单还没到", "我的订单还没到"),
        ("OK thank you 8841", "OK thank you 8841"),
    ],
)
def test_one_script(text: str, wanted: str) -> None:
    assert to_simplified(text) == wanted
    assert to_simplified(wanted) == wanted


def test_every_character_stays_one() -> None:
    for first in range(0x3400, 0xA000, 512):
        text = "".join(map(chr, range(first, first + 512)))
        assert len(to_simplified(text)) == len(text)


def test_words_keep_their_times_and_are_understood_together() -> None:
    said = final("乾 隆 的 頭 髮 很 乾", given_text="乾隆的頭髮很乾")
    plain = simplified(said)
    assert [word.text for word in plain.words] == list("乾隆的头发很干")
    assert plain.text == "乾隆的头发很干"
    for before, after in zip(said.words, plain.words, strict=True):
        assert (before.start_s, before.end_s, before.probability) == (
            after.start_s,
            after.end_s,
            after.probability,
        )


def test_english_is_left_alone() -> None:
    said = final("where is my order")
    assert simplified(said) is said
