"""What of a text is private."""

from __future__ import annotations

import pytest

from tests.voice.dictated import sentences
from voice.redact_text import mask_partial, private


def masked(text: str) -> str:
    shown = ""
    at = 0
    for span in private(text)[0]:
        shown += text[at : span.start] + span.text
        at = span.end
    return shown + text[at:]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("my card is 4111 1111 1111 1111 thanks", "my card is [card] thanks"),
        ("4111-1111-1111-1112", "[number]"),  # Luhn says no
        ("four, triple one, triple one, 1111 uh one one double one two no", "[number] no"),
        ("one eight hundred five five five one two one two", "[phone]"),
        ("four one five five five five twenty six seventy one", "[phone]"),
        ("my code is oh four seven two one nine", "my code is oh [number]"),
        ("J K, oh five three um, zero four seven dash B", "[id]"),
        ("+44 20 7946 0018", "[phone]"),
        ("(020) 7946 0018", "([phone]"),
        ("my social is 536 90 4399", "my social is [id]"),
        ("it is 536-90-4399", "it is [id]"),
        ("account E12345678 please", "account [number] please"),
        ("i mean AB123456C", "i mean [id]"),
        ("１３８００１３８０００", "[phone]"),
        ("我的电话是幺三八零零幺三八零零零谢谢", "我的电话是[phone]谢谢"),
        ("138 零零 三个八 一二", "[phone]"),
        ("身份证一一零一零五一九四九一二三一零零二叉", "身份证[id]"),
        ("身份证号11010519491231002X。", "身份证号[id]。"),
        ("write to jo.li@example.co.uk.", "write to [email]."),
        ("it's jo dot li at example dot co dot uk thanks", "it's [email] thanks"),
        ("sure it's mary at g mail dot com", "sure it's [email]"),
        ("我的邮箱是张三艾特幺六三点com谢谢", "我的邮箱是[email]谢谢"),
        ("my pin is 48 21", "my pin is [number]"),
        ("验证码是四八二一", "验证码是[number]"),
    ],
)
def test_private(text: str, seen: str) -> None:
    assert masked(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "order 8841, 20 dollars, on May 12, 2024 at 10:30",
        "in 2019 and 2020 or nineteen eighty five",
        "it was 1,299.99 and 12/05/2024",
        "two hundred and fifty thousand three hundred twelve dollars",
        "one moment two of them three days twenty four hours",
        "look at it at home at five",
        "一个一下两个三次十点三十五分二零二四年五月十二号",
        "三百二十五块一万两千三百四十五元",
        "my pin is wrong and 2 days later",
        "[card] [phone] [email] [id] [number]",
    ],
)
def test_harmless(text: str) -> None:
    assert masked(text) == text


def test_no_harmless_sentence_is_masked_and_six_digits_always_are() -> None:
    said = [(sentence.kind, " ".join(sentence.words)) for sentence in sentences(seed=5, each=3)]
    assert [text for kind, text in said if kind == "harmless" and masked(text) != text] == []
    assert [text for kind, text in said if kind == "six digits" and masked(text) == text] == []


@pytest.mark.parametrize(
    ("text", "open_text"),
    [
        ("I am fed up", ""),
        ("it is four one", "four one"),
        ("it is four one okay", "four one okay"),
        ("it is double", "double"),
        ("on the A B", "A B"),
        ("jo dot", "jo dot"),
        ("reach me jo dot li at", "jo dot li at"),
        ("jo dot li at example", "jo dot li at example"),
        ("my email is jo", "email is jo"),
        ("I sent an email to you", ""),
        ("I was at home", ""),
        ("this one", ""),
        ("我 要 这个", ""),
        ("电话 是 幺 三", "幺 三"),
    ],
)
def test_what_is_open(text: str, open_text: str) -> None:
    assert text[private(text)[1] :] == open_text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("it is 411", "it is 411"),
        ("it is 4111", "it is [number]"),
        ("four one one one one", "[number]"),
        ("订单八八四一", "订单[number]"),
        ("on May 12, 2024", "on May [number]"),
        ("at jo@example.com", "at [email]"),
        ("4111 1111 1111 1111 so", "[card] so"),
        ("no numbers", "no numbers"),
    ],
)
def test_partials_show_no_four_digits(text: str, seen: str) -> None:
    assert mask_partial(text) == seen
