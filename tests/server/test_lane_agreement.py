"""Which words of an open utterance are shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.lane.agreement import LocalAgreement


def test_words_are_shown_once_two_hypotheses_agree() -> None:
    heard = LocalAgreement()
    assert heard.hear("u", ["I", "want"]) == ()
    assert heard.hear("u", ["I", "wanted", "to"]) == ("I",)
    assert heard.hear("u", ["I", "wanted", "to", "know"]) == ("I", "wanted", "to")


def test_marks_and_case_do_not_matter() -> None:
    heard = LocalAgreement()
    heard.hear("u", ["well,", "Hello."])
    assert heard.hear("u", ["Well", "hello", "there"]) == ("Well", "hello")


def test_mandarin_agrees_character_by_character() -> None:
    heard = LocalAgreement()
    heard.hear("u", list("我想要退"))
    assert heard.hear("u", list("我想退货")) == ("我", "想")


def test_what_was_shown_is_not_taken_back() -> None:
    heard = LocalAgreement()
    heard.hear("u", ["my", "order"])
    assert heard.hear("u", ["my", "order", "is"]) == ("my", "order")
    for _ in range(2):
        assert heard.hear("u", ["mind", "or", "is", "late"]) == ("my", "order")


def test_another_utterance_begins_anew() -> None:
    heard = LocalAgreement()
    heard.hear("u", ["yes"])
    assert heard.hear("v", ["yes"]) == ()
    assert heard.hear("v", ["yes"]) == ("yes",)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "A."]), max_size=5), max_size=12))
def test_it_only_grows_and_only_by_what_two_agree_on(hypotheses: list[list[str]]) -> None:
    heard = LocalAgreement()
    shown: tuple[str, ...] = ()
    last: list[str] = []
    for words in hypotheses:
        now = heard.hear("u", words)
        assert now[: len(shown)] == shown
        for place in range(len(shown), len(now)):
            assert now[place] == words[place]
            assert words[place].strip(".").lower() == last[place].strip(".").lower()
        shown, last = now, words
