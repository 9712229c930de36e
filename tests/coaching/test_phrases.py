"""Words cut up and compared, in both languages."""

from __future__ import annotations

import pytest

from coaching.phrases import content, said_share, tokens


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("I DON’T know!", ("i", "dont", "know")),
        ("don't", ("dont",)),
        ("算了吧，OK？", ("算", "了", "吧", "ok")),
        ("ＡＢＣ　１２", ("abc", "12")),
        ("…！", ()),
    ],
)
def test_tokens(text: str, cut: tuple[str, ...]) -> None:
    assert tokens(text) == cut


def test_content_leaves_out_what_is_said_anyway() -> None:
    assert content(tokens("I will send the new laptop today")) == {"send", "new", "laptop"}
    assert content(tokens("请说")) == {"请说"}


@pytest.mark.parametrize(
    ("card", "heard", "low", "high"),
    [
        ("Which part matters most to you?", "tell me which part matters the most", 0.99, 1.0),
        ("Which part matters most to you?", "what is your order number", 0.0, 0.0),
        ("对您来说，哪一点最重要？", "那您觉得哪一点最重要呢", 0.5, 0.9),
        ("对您来说，哪一点最重要？", "请提供一下订单号", 0.0, 0.0),
        ("I will do it", "I will do it", 0.0, 0.0),
    ],
)
def test_said_share(card: str, heard: str, low: float, high: float) -> None:
    assert low <= said_share(card, tokens(heard)) <= high
