"""A deck of made-up conversations: facts written by a script, advice by the real coach.

Nothing is heard: what is said, how tense the voice is and how it ends are given, and the events
are what :mod:`coaching` makes of them. Each conversation is played once, however many calls of an
archive are dealt from it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal

from coaching.advice import Advice
from coaching.coach import replay
from coaching.playbook import bundled
from coaching.session import Logged
from coaching.thresholds import Thresholds
from tests.coaching.script import ROLES, Script
from voice.events import Fact, Language, SpeechEnded

End = Literal["soothed", "stays_tense", "withdraws", "calm"]

SAID: dict[Language, dict[str, str]] = {
    "en": {
        "need": "the tablet stays in the drawer and i have no use for it",
        "price": "the renewal quote is too expensive for a student household",
        "product": "the hinge has terrible quality and the lid wobbles",
        "service": "my refund is late and nobody called me about the parcel",
        "time": "let me think about it until the holidays",
        "agent": "are you new or reading a script to me",
        "ability": "we cannot afford the instalments with twins on the way",
        "results": "how do i know it works in a cellar with thick walls",
        "competitor": "another company offers the fibre router included",
        "decider": "i have to ask my wife before the signature",
    },
    "zh": {
        "need": "平板一直放在抽屉里，根本用不着",
        "price": "续费的报价太贵了，学生家庭受不了",
        "product": "这个铰链质量不好，盖子一直晃",
        "service": "退款这么久没人管，包裹也没到",
        "time": "我再考虑一下，放假以后再说",
        "agent": "你到底懂不懂，念稿子给我听",
        "ability": "分期我们负担不起，家里要生双胞胎",
        "results": "怎么保证地下室墙厚也能收到信号",
        "competitor": "别家比你们送的光纤路由器更快",
        "decider": "签字要先问一下我老婆",
    },
}  # fmt: skip
"""One sentence of each kind, with words that no other kind has."""
OPENS = {
    "en": ("thank you for calling what can i do for you", "hello it is about my contract"),
    "zh": ("您好，请问有什么可以帮您", "你好，我想问一下合同的事"),
}
ANSWERS = {
    "en": "i see let me look at that in the system for you",
    "zh": "好的，我在系统里帮您看一下",
}
GIVES_UP = {"en": "forget it never mind just leave it", "zh": "算了，就这样吧，不说了"}
STEP_S = 12.0
"""Seconds from one sentence of the caller to the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """A call as it was played: its log, and its length."""

    language: Language
    log: tuple[Logged, ...]
    duration_s: float


@cache
def conversation(
    language: Language, kinds: tuple[str, ...], end: End, withheld: bool
) -> Conversation:
    """Play a conversation of about a minute.

    Parameters
    ----------
    kinds
        What the caller objects to, in order.
    withheld
        Whether the holdout keeps its cards back.
    """
    said = SAID[language]
    script = Script(language)
    greets, hello = OPENS[language]
    script.agent(1.0, 4.0, greets)
    caller(script, 6.0, 18.0).words(9.0, hello, start_s=6.0)
    for place in range(5):  # how long and how quick this caller's turns are
        script.turn(8.0 + 2.5 * place, 6.0, 0.5)
    at_s = 22.0
    tense = end != "calm"
    for kind in kinds:
        caller(script, at_s, at_s + 6.0, 0.8 if tense else 0.0)
        script.words(at_s + 5.0, said[kind], start_s=at_s)
        script.agent(at_s + 7.0, at_s + 10.0, ANSWERS[language])
        at_s += STEP_S
    if tense:
        caller(script, at_s, at_s + 12.0, 1.0)
        at_s += 14.0
    if end == "soothed":
        caller(script, at_s, at_s + 22.0)
        at_s += 24.0
    elif end == "withdraws":
        for _ in range(3):
            script.turn(at_s, 0.6, 2.2)
            at_s += 2.0
        script.words(at_s + 3.0, GIVES_UP[language], start_s=at_s)
        at_s += 5.0
    facts = script.all_facts(round(at_s, 1))
    advice = replay(
        facts, ROLES, language, bundled(language), Thresholds(), call_id="made-up",
        holdout=1.0 if withheld else 0.0,
    )  # fmt: skip
    events: list[Fact | Advice] = [*facts, *advice]
    return Conversation(
        language,
        tuple(
            Logged(place, event)
            # stable: of one tick, facts come before what follows from them
            for place, event in enumerate(
                sorted(events, key=lambda event: event.known_at_s), start=1
            )
        ),
        at_s,
    )


def caller(script: Script, start_s: float, end_s: float, tense: float = 0.0) -> Script:
    """The caller speaks."""
    said = SpeechEnded(at_s=end_s, known_at_s=end_s, track=0, role="caller", start_s=start_s)
    return script.voice(start_s, end_s, tense).add(said)


def objections(kinds: Collection[str]) -> tuple[str, ...]:
    """Put kinds into the order in which conversations have them."""
    return tuple(kind for kind in SAID["en"] if kind in kinds)
