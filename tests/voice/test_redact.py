"""Redaction over utterances: nothing private leaves, however the words come."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.benchmarks.redaction import redacted, utterances, visible
from tests.voice.dictated import Sentence, sentences, timed
from voice.events import Word, WordsFinal, WordsMissing
from voice.redact import HELD_S, LONGEST_S, NOTICED_S, Final, Redactor

SAID = [each for each in sentences(seed=3, each=2) if each.kind != "interrupted"]
PIECES = (
    "four one double five triple oh zero twenty six fifteen hundred thousand 4111 138 8841, 12"
    " uh um, and dash okay one moment dollars May 2024 $20 19.99 12/05/2024 10:30 QQ123456C a b x"
    " 三 幺 八 零 两 个 三个 百 十 元 年 号 嗯 然后 叉 我 的 密码 是 我们"
    " jo.li@example.com pin code is thanks this -1111 E12345678 [card] +44 . ，"
).split()


def final(
    text: str, start_s: float = 0.0, *, name: str = "0-1", given_text: str | None = None
) -> WordsFinal:
    words = tuple(timed(tuple(text.split()), start_s))
    return WordsFinal(
        at_s=words[-1].end_s,
        known_at_s=words[-1].end_s,
        track=0,
        role="caller",
        utterance_id=name,
        start_s=start_s,
        words=words,
        text=given_text if given_text is not None else text,
        language="en",
        engine="test",
    )


def shown(released: list[Final]) -> list[str]:
    return [each.text for each in released if isinstance(each, WordsFinal)]


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def test_what_holds_no_number_passes_at_once_and_untouched() -> None:
    said = final("I want my money back")
    (same,) = Redactor().final(said)
    assert same is said


def test_a_number_is_one_token_with_its_times() -> None:
    said = final("it is 4111 1111, 1111 1111, okay thanks")
    (seen,) = Redactor().final(said)
    assert isinstance(seen, WordsFinal)
    assert seen.text == "it is [card], okay thanks"
    token = seen.words[2]
    assert token.text == "[card],"
    assert (token.start_s, token.end_s) == (said.words[2].start_s, said.words[5].end_s)
    assert seen.words[3:] == said.words[6:]


def test_a_token_is_as_certain_as_its_least_certain_word() -> None:
    said = final("call 212 736 5000 please")
    unsure = tuple(
        replace(word, probability=0.3 if word.text == "736" else 0.8) for word in said.words
    )
    (seen,) = Redactor().final(replace(said, words=unsure))
    assert isinstance(seen, WordsFinal)
    assert [(word.text, word.probability) for word in seen.words] == [
        ("call", 0.8), ("[phone]", 0.3), ("please", 0.8)
    ]  # fmt: skip


def test_spaces_of_the_text_stay() -> None:
    said = final("我的 电话 是 138 0013 8000 好的", given_text="我的电话是13800138000 好的")
    (seen,) = Redactor().final(said)
    assert shown([seen]) == ["我的电话是[phone] 好的"]


def test_digits_over_utterances_wait_for_each_other() -> None:
    redactor = Redactor()
    assert redactor.final(final("it's four one one one", name="a")) == []
    assert redactor.final(final("one one one one uh", 2.0, name="b")) == []
    assert redactor.final(final("one one one one", 4.0, name="c")) == []
    released = redactor.final(final("one one one one what comes now", 6.0, name="d"))
    assert [each.utterance_id for each in released] == ["a", "b", "c", "d"]
    assert shown(released) == ["it's [card]", "", "", "what comes now"]


def test_a_harmless_number_at_the_end_is_released_by_silence() -> None:
    redactor = Redactor()
    said = final("my order is 8841")
    assert redactor.final(said) == []
    end_s = said.words[-1].end_s
    assert redactor.advance(end_s + HELD_S + NOTICED_S - 0.1, waiting=False) == []
    assert redactor.advance(end_s + 60, waiting=True) == []
    assert redactor.advance(end_s + HELD_S + NOTICED_S, waiting=False) == [said]
    assert redactor.advance(end_s + 100, waiting=False) == []
    assert redactor.finish() == []


def test_a_number_does_not_go_on_over_a_long_silence() -> None:
    redactor = Redactor()
    redactor.final(final("order 8841", name="a"))
    released = redactor.final(final("2024 was better", 0.6 + HELD_S, name="b"))
    assert shown(released) == ["order 8841", "2024 was better"]


def test_silence_and_advance_agree() -> None:
    """Whether time is told or not, the words say the same."""
    late = [final("it is 4111", name="a"), final("1111 1111 in all", 7.0, name="b")]
    told, untold = Redactor(), Redactor()
    first = [*told.final(late[0]), *told.advance(7.0, waiting=False), *told.final(late[1])]
    second = [*untold.final(late[0]), *untold.final(late[1])]
    assert first == second
    assert shown(first) == ["it is 4111", "[number] in all"]


def test_what_goes_on_after_a_release_is_masked_for_itself() -> None:
    """Even where times are wrong: what was released stays, what comes is looked at."""
    redactor = Redactor()
    redactor.final(final("it is 411", name="a"))
    assert shown(redactor.finish()) == ["it is 411"]
    assert shown(redactor.final(final("212 736 5000 and so on", 1.0, name="b"))) == [
        "[phone] and so on"
    ]


def test_missing_words_keep_their_place() -> None:
    redactor = Redactor()
    missing = WordsMissing(at_s=2, known_at_s=2, track=0, utterance_id="b", reason="silence")
    assert redactor.final(missing) == [missing]
    assert redactor.final(final("call 212", name="a")) == []
    assert redactor.final(missing) == []
    released = redactor.final(final("736 5000 okay bye", 2.5, name="c"))
    assert [each.utterance_id for each in released] == ["a", "b", "c"]
    assert shown(released) == ["call [phone]", "okay bye"]


def test_nobody_can_hold_words_back_for_ever() -> None:
    redactor = Redactor()
    released: list[Final] = []
    for number in range(40):
        said = final("one two three four five six", 2.0 * number, name=str(number))
        released += redactor.final(said)
        if released:
            break
    assert released
    assert 2.0 * len(released) <= LONGEST_S + 2.0
    assert set(shown(released)) == {"[number]", ""}


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        ("the security code is", "four two one okay", "the security code is [number] okay"),
        ("我 的 密码 是", "4821 好 谢谢", "我 的 密码 是 [number] 好 谢谢"),
        ("on May", "12 2024 it broke", "on May 12 2024 it broke"),
        ("A B 12 34", "56 C is it", "[id] is it"),
    ],
)
def test_what_announces_a_number_may_be_in_the_utterance_before(
    before: str, after: str, seen: str
) -> None:
    redactor = Redactor()
    released = redactor.final(final(before, name="a"))
    released += redactor.final(final(after, 3.0, name="b"))
    released += redactor.finish()
    assert " ".join(text for text in shown(released) if text) == seen


def test_of_a_card_dictated_with_sentences_between_only_the_first_part_is_left() -> None:
    chatter = "hang on the dog is barking"
    for part in ("four one one one", "4111"):
        redactor = Redactor()
        released: list[Final] = []
        for number in range(4):
            released += redactor.final(final(f"{part} {chatter}", 4.0 * number, name=str(number)))
        seen = shown(released)
        masked = [text.startswith("[number]") for text in seen]
        assert masked == ([False, True, True, True] if " " in part else [False, False, True, True])


@pytest.mark.parametrize("sentence", SAID, ids=lambda said: said.kind)
def test_nothing_private_is_left_in_one_utterance(sentence: Sentence) -> None:
    words, _ = redacted(utterances(timed(sentence.words), []))
    assert not sentence.private & visible(sentence, words)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=24), st.randoms(use_true_random=False)
)
def test_how_words_are_divided_changes_nothing(said: list[str], rng: random.Random) -> None:
    words = timed(tuple(said))
    # what is written together, 555-1234, is never two utterances
    places = [place for place, word in enumerate(words) if word.text[0] not in "-.，"]
    whole, _ = redacted(utterances(words, []))
    parts, _ = redacted(utterances(words, rng.sample(places, rng.randint(0, len(places)))))
    assert texts(parts) == texts(whole)
    assert parts == whole


@pytest.mark.parametrize(
    "sentence",
    [
        sentence
        for sentence in SAID
        # a plain word is no name until an "at" follows it, unless it is announced
        if sentence.kind != "email" or {"email", "邮箱"} & set(sentence.words)
    ],
    ids=lambda said: said.kind,
)
def test_what_is_dictated_over_utterances_is_as_private(sentence: Sentence) -> None:
    words = timed(sentence.words)
    whole, _ = redacted(utterances(words, []))
    for cut in range(1, len(words)):
        assert redacted(utterances(words, [cut]))[0] == whole
    assert redacted(utterances(words, range(1, len(words))))[0] == whole


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=24))
@example(  # the address is shorter as a token, which brings numbers nearer to each other
    "triple 幺 pin x dash b 百 我们 am 的 4111 at jo.li@example.com 个 is the thousand 2024 six now"
    " 我 的 我 的 我".split()
)
def test_redacting_twice_changes_nothing(said: list[str]) -> None:
    once, _ = redacted(utterances(timed(tuple(said)), []))
    assert redacted(utterances(once, []))[0] == once
