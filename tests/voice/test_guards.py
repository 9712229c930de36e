"""What nobody said is taken out, and what somebody said stays."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.test_redact import final
from voice.events import WordsFinal, WordsMissing
from voice.guards import guarded
from voice.hallucinations import found, phrases

ENOUGH_S = 4.0


def kept(
    text: str, speech_s: float = ENOUGH_S, *, each_s: float = 0.3, probability: float = 0.9
) -> str:
    """What is left of a text; the reason in angle brackets where nothing is."""
    result = guarded(spaced(text, each_s=each_s, probability=probability), speech_s)
    return result.text if isinstance(result, WordsFinal) else f"<{result.reason}>"


def spaced(text: str, *, each_s: float = 0.3, probability: float = 0.9) -> WordsFinal:
    """Words a given time apart; Chinese characters are words of their own."""
    said = final(" ".join(re.findall(r"[^\s\u4e00-\u9fff]+|[\u4e00-\u9fff]", text)))
    words = tuple(
        replace(
            word,
            start_s=place * each_s,
            end_s=(place + 0.8) * each_s,
            probability=probability,
        )
        for place, word in enumerate(said.words)
    )
    return replace(said, words=words, text=text)


@pytest.mark.parametrize(
    "text",
    [
        "where is my order, I have been waiting for three weeks",
        "thank you",
        "Thank you very much. Bye.",
        "bye bye",
        "no no no no no no",
        "hello? hello? hello? hello?",
        "four one one one one one one one one one one one",
        "I want my money back I want my money back I want my money back",
        "can you please subscribe me to the other plan",
        "it was transcribed by your colleague",
        "I am watching the football, thank you for asking",
        "my number is (020) 7946 0018",
        "对对对对对",
        "谢谢",
        "谢谢你帮我看看",
        "我要订阅那个套餐",
        "字幕显示不出来",
    ],
)
def test_what_callers_say_stays(text: str) -> None:
    assert kept(text) == text


def test_words_are_the_same_objects_where_nothing_is_cut() -> None:
    said = final("where is my order")
    assert guarded(said, ENOUGH_S) is said


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for watching.",
        "Thanks for watching!",
        "Thank you so much for watching! Please like and subscribe.",
        "Please subscribe.",
        "Subtitles by the Amara.org community",
        "Transcribed by https://otter.ai",
        "Transcription by ESO. Translated by someone else.",
        "Don't forget to like and subscribe!",
        "[Music]",
        "(upbeat music)",
        "♪ la la la ♪",
        "*music*",
        "字幕由 Amara.org 社群提供",
        "字幕由Amara.org社區提供",
        "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "謝謝觀看",
        "谢谢大家观看!",
        "感謝您的觀看",
        "中文字幕志願者 楊茜茜",
        "作詞 李宗盛",
        "優優獨播劇場——YoYo Television Series Exclusive",
    ],
)
def test_known_hallucinations_never_pass(text: str) -> None:
    assert kept(text) == "<hallucination>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my order is late. Thank you for watching!", "my order is late."),
        ("it is late, Thanks for watching! so please hurry", "it is late, so please hurry"),
        ("my order is late. Please subscribe.", "my order is late."),
        ("[music] where is it", "where is it"),
        ("我的订单还没到谢谢观看", "我的订单还没到"),
        ("我的訂單還沒到。字幕由Amara.org社群提供", "我的订单还没到。"),
    ],
)
def test_they_are_cut_from_real_words(text: str, left: str) -> None:
    result = guarded(spaced(text), ENOUGH_S)
    assert isinstance(result, WordsFinal)
    assert result.text == left
    before = {word.start_s for word in spaced(text).words}
    assert {word.start_s for word in result.words} <= before


def test_every_line_of_the_lists_is_found() -> None:
    for phrase in phrases():
        text = " ".join(phrase.tokens)
        assert [(span.start, span.end) for span in found(text)] == [(0, len(text))]


@given(st.lists(st.sampled_from("I want my order back please 我 要 退款 thanks for".split())))
def test_what_is_cut_is_in_order_and_inside(words: list[str]) -> None:
    text = " ".join(words) + " Thanks for watching! " + " ".join(words)
    spans = found(text)
    assert len(spans) == 1
    assert "for watching" in text[spans[0].start : spans[0].end]


@pytest.mark.parametrize("speech_s", [0.0, 0.1])
def test_no_words_without_speech(speech_s: float) -> None:
    assert kept("yes I would like that", speech_s) == "<silence>"


def test_no_words_at_all() -> None:
    empty = replace(final("x"), words=(), text="")
    result = guarded(empty, ENOUGH_S)
    assert isinstance(result, WordsMissing)
    assert result.reason == "silence"
    assert (result.utterance_id, result.track, result.role, result.at_s) == (
        empty.utterance_id,
        empty.track,
        empty.role,
        empty.at_s,
    )


def test_nobody_speaks_so_fast() -> None:
    text = "the quarterly international communication regulations are automatically applied"
    assert kept(text, 0.8) == "<implausible>"
    assert kept(text, 4.0, each_s=0.02) == "<implausible>"
    assert kept(text, 4.0, each_s=0.4) == text


def test_nobody_speaks_so_slowly() -> None:
    assert kept("You", 8.0) == "<implausible>"
    assert kept("You know", 1.5) == "You know"


def test_guesswork_is_not_believed() -> None:
    assert kept("I would like a refund", probability=0.2) == "<doubtful>"
    assert kept("I would like a refund", probability=0.4) == "I would like a refund"


def test_what_is_written_for_almost_nothing_needs_more() -> None:
    assert kept("Thank you.", probability=0.4) == "<doubtful>"
    assert kept("Thank you.", 0.2) == "<doubtful>"
    assert kept("Thank you.", 0.5) == "Thank you."
    assert kept("谢谢", probability=0.4) == "<doubtful>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("I am sorry " + "I am sorry " * 30, "I am sorry I am sorry"),
        ("no " * 80, "no no"),
        ("please help me now " * 12 + "thanks", "please help me now please help me now thanks"),
        ("对" * 60, "对对"),
        ("我要退款" * 20, "我要退款我要退款"),
        ("我们在等" + "好的" * 30 + "谢谢你", "我们在等好的好的谢谢你"),
    ],
)
def test_loops_are_cut(text: str, left: str) -> None:
    assert kept(text.strip(), each_s=0.08) == left


def test_a_loop_inside_one_word_is_cut() -> None:
    said = final("哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈")
    result = guarded(said, ENOUGH_S)
    assert isinstance(result, WordsFinal)
    assert result.text == "哈哈"


def test_times_of_what_is_kept_stay() -> None:
    said = spaced("stop it " * 20 + "thank you", each_s=0.05)
    result = guarded(said, ENOUGH_S)
    assert isinstance(result, WordsFinal)
    assert result.words == (*said.words[:4], *said.words[-2:])


def test_guarding_twice_changes_nothing() -> None:
    said = spaced("my order is late no no no no. Thank you for watching!")
    once = guarded(said, ENOUGH_S)
    assert isinstance(once, WordsFinal)
    assert guarded(once, ENOUGH_S) is once
