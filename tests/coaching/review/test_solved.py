"""What callers answer when they are asked whether it is solved."""

from __future__ import annotations

import pytest

from coaching.review import note_of
from coaching.review.solved import Solved
from voice.events import Language

from . import talks

ANSWERS: dict[Language, dict[Solved, list[str]]] = {
    "en": {
        "yes": [
            "Yes, all good now, thanks.", "Yep, that did it.", "It seems to be fine now.",
            "It's fine now.", "Great, it's working!", "That's sorted, cheers.", "Yes, finally.",
            "Absolutely, you solved my problem.", "Everything works again.", "Fixed, great.",
            "No problem, it works.", "Let me try. Yes, perfect.", "Working again, thanks.",
            "It is, thank you so much.", "Yes, the light is back on.", "Looks good now.",
            "That answers my question.",
        ],
        "no": [
            "No, not really.", "Nope, same error.", "Still the same.", "Unfortunately not.",
            "Yes but I still can't print.", "Not completely.", "No, I still have no hot water.",
            "It doesn't, no.", "You didn't solve anything.", "It is still broken.",
            "Not as far as I can see.", "No, nothing has changed.", "No it is not.",
            "I do not see any difference.", "Of course not.",
        ],
        "unclear": [
            "I think so, yes.", "Sort of.", "I'll have to check.", "We'll see.",
            "Well, I hope so.", "I suppose.", "It is better, but not perfect.",
            "For the moment, yes.", "Only half of it.", "Okay.",
        ],
    },
    "zh": {
        "yes": [
            "好了好了，谢谢。", "嗯，可以了。", "解决了，谢谢您。", "对，现在正常了。", "能用了。",
            "是的，没问题了。", "行，能打开了。", "弄好了，太好了。", "我看一下，嗯，好了。",
            "都好了，麻烦你了。", "看起来好了。", "收到退款了，谢谢。", "恢复正常了。",
            "可以可以。", "修好了，谢谢师傅。", "是，解决了。",
        ],
        "no": [
            "没呢，还是那样。", "还是不行啊。", "没解决。", "哪里解决了？", "还没有，钱没到。",
            "根本没解决，浪费时间。", "没有啊。", "一样的，打不开。", "好像还是卡。", "没有反应。",
            "没有，一直转圈。", "并没有解决。", "不行，还是打不开。", "没解决啊，怎么回事？",
        ],
        "unclear": [
            "算是吧。", "不知道，我回去试试。", "差不多吧。", "应该吧。", "还差一点。",
            "暂时好了。", "不太确定。", "好像好了。", "我等会儿再试。",
        ],
    },
}  # fmt: skip
ASKED: dict[Language, tuple[str, str, str]] = {
    "en": ("How can I help?", "My phone is broken.", "Is your problem solved now?"),
    "zh": ("请问有什么可以帮您？", "我的手机坏了。", "您的问题解决了吗？"),
}
ALL = [
    (language, solved, text)
    for language, answers in ANSWERS.items()
    for solved, texts in answers.items()
    for text in texts
]


@pytest.mark.parametrize(("language", "solved", "text"), ALL)
def test_an_answer(language: Language, solved: Solved, text: str) -> None:
    opening, problem, question = ASKED[language]
    log = talks.call(
        language, {"agent": opening}, {"caller": problem}, {"agent": question}, {"caller": text}
    )
    note = note_of(log)
    assert (note.solved, note.answer.text if note.answer else None) == (solved, text)
    assert note.asked is not None


def test_without_an_answer_nothing_is_said() -> None:
    opening, problem, question = ASKED["en"]
    log = talks.call("en", {"agent": opening}, {"caller": problem}, {"agent": question})
    note = note_of(log)
    assert (note.solved, note.asked, note.answer) == (None, None, None)


def test_the_last_answer_counts() -> None:
    log = talks.call(
        "en",
        {"agent": "How can I help?"},
        {"caller": "My phone is broken."},
        {"agent": "I will reset it. Is it working now?"},
        {"caller": "No, it isn't."},
        {"agent": "I will reset it again. Is that solved now?"},
        {"caller": "Yes, thank you."},
    )
    assert (note_of(log).solved, note_of(log).suggested_outcome) == ("yes", 1)
