"""Whole logs of written calls: the facts of a script and the advice that follows from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from coaching.advice import Advice
from coaching.coach import Coach
from coaching.playbook import bundled
from coaching.review import Review, bundled_form, review_of
from coaching.session import Logged
from coaching.thresholds import Thresholds
from server.wire import from_dict
from tests import golden
from tests.coaching.script import Script
from tests.conftest import ROOT
from tests.scenarios.play import facts as played
from voice.events import (
    CallStarted,
    Degraded,
    Fact,
    Language,
    Role,
    SpeechEnded,
    SpeechStarted,
    TurnEnded,
)

SAMPLES = ("en-calm", "en-gives-up", "en-rising", "zh-calm", "zh-gives-up", "zh-rising")


def logged(facts: Sequence[Fact], **setup: Any) -> list[Logged]:
    """Give facts with the advice that follows from them, in log order."""
    started = facts[0]
    assert isinstance(started, CallStarted)
    language: Language = started.language or "en"
    book = bundled(language)
    coach = Coach(started.roles, language, book, Thresholds(), call_id="call", **setup)
    log: list[Logged] = []
    for now_s, group in groupby(facts, key=lambda fact: fact.known_at_s):
        tick = list(group)
        events: list[Fact | Advice] = [*tick, *coach.tick(now_s, tick)]
        log += [Logged(len(log) + place, event) for place, event in enumerate(events, start=1)]
    return log


def call(language: Language, *lines: dict[str, Any], **setup: Any) -> list[Logged]:
    """Give the log of a written call, as scenarios are written."""
    return logged(played(language, list(lines))[0], **setup)


def reviewed(language: Language, log: Sequence[Logged]) -> Review:
    """Review a log with what is bundled."""
    return review_of(log, form=bundled_form(language), playbook=bundled(language))


def language_of(name: str) -> Language:
    return "zh" if name.startswith("zh") else "en"


@cache
def sample(name: str, *, swapped: bool = False, demo: bool = False) -> tuple[Logged, ...]:
    """The log of a bundled call with the words of its script, without its voice."""
    labels = json.loads((ROOT / "samples" / f"{name}.json").read_text("utf-8"))
    script = Script(labels["language"])
    if demo:
        script.add(Degraded(at_s=0.0, known_at_s=0.0, reason="demo_words"))
    for turn in labels["turns"]:
        role: Role = "caller" if (turn["role"] == "caller") != swapped else "agent"
        track = 0 if role == "caller" else 1
        shared: dict[str, Any] = {"track": track, "role": role}
        start_s, end_s = turn["start_s"], turn["end_s"]
        script.add(
            SpeechStarted(at_s=start_s, known_at_s=start_s, **shared),
            SpeechEnded(at_s=end_s, known_at_s=end_s, start_s=start_s, **shared),
            TurnEnded(
                at_s=end_s,
                known_at_s=end_s + 0.7,
                start_s=start_s,
                speech_s=end_s - start_s,
                response_s=None,
                **shared,
            ),
        )
        script.words(end_s + 1.0, turn["text"], role, start_s)
    return tuple(logged(script.all_facts(labels["duration_s"] + 2.0)))


@cache
def by_voice(name: str) -> tuple[Logged, ...]:
    """A golden log: a bundled call by voice alone."""
    return tuple(from_dict(line) for line in golden.read(name))
