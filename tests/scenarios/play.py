"""Turns a written conversation into facts, in seconds, and the advice into what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from coaching.advice import (
    Advice,
    AskWhatElse,
    ConductNoted,
    CueShown,
    Escalated,
    FactHeard,
    HelpWanted,
    ObjectionHeard,
    PromiseMade,
    QuestionRepeated,
    RiskHeard,
    StageChanged,
    Withdrawal,
)
from coaching.coach import replay
from coaching.phrases import tokens
from coaching.playbook import bundled
from coaching.thresholds import Thresholds
from coaching.understanding import bundled as understanding
from coaching.understood import understood_by
from tests.coaching.script import Script, of
from voice.events import (
    Fact,
    Language,
    Role,
    SpeechEnded,
    SpeechStarted,
    TurnEnded,
    WordsFinal,
)

FOLDER = Path(__file__).parent
WORDS_PER_S = {"en": 2.7, "zh": 4.5}
GAP_S, SLOW_S, AFTER_S = 0.6, 3.0, 15.0


def scenarios() -> Iterable[tuple[str, Language, dict[str, Any]]]:
    """Give file and name, language, and the scenario itself."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for scenario in yaml.safe_load(path.read_text("utf-8")):
            language: Language = "zh" if "zh" in scenario else "en"
            yield f"{path.stem}: {scenario[language]}", language, scenario


def facts(language: Language, call: list[dict[str, Any]]) -> tuple[list[Fact], float]:
    """Give the facts of a written call, and its length in seconds."""
    script = Script(language)
    now_s, said = 1.0, {"caller": 0.0, "agent": 0.0}
    last: str | None = None
    for line in call:
        ((how, text),) = line.items()
        role, _, manner = how.partition(" ")
        if role == "at":
            assert text >= now_s, f"{text} s is over before"
            now_s, last = float(text), None
        elif role == "pause":
            after: Role = "agent" if last == "agent" else "caller"
            script.silence(now_s, now_s + text, after)
            now_s += text
        else:
            start_s = now_s + {"slow": SLOW_S, "interrupts": -1.0}.get(manner, GAP_S)
            other = "agent" if role == "caller" else "caller"
            answers = last == other
            end_s = _speak(script, role, manner, str(text), start_s)
            _turn(script, role, start_s, end_s, start_s - said[other] if answers else None)
            now_s, said[role], last = max(now_s, end_s), end_s, role
    return script.all_facts(round(now_s + AFTER_S, 1)), now_s + AFTER_S


def _speak(script: Script, role: str, manner: str, text: str, start_s: float) -> float:
    """Speech, prosody and words of one line; gives its end."""
    least_s = 7.0 if manner == "tense" else 0.4
    length_s = max(least_s, len(tokens(text)) / WORDS_PER_S[script.language])
    end_s = round(start_s + length_s, 1)
    speaker: Role = "caller" if role == "caller" else "agent"
    track = 0 if role == "caller" else 1
    script.add(
        SpeechStarted(at_s=start_s, known_at_s=start_s, track=track, role=speaker),
        SpeechEnded(at_s=end_s, known_at_s=end_s, track=track, role=speaker, start_s=start_s),
    )
    if role == "caller" and length_s >= 2:
        script.voice(start_s + 1.5, end_s, 1.0 if manner == "tense" else 0.0)
    if manner == "interrupts":
        script.barge_in(start_s + 1.0, speaker)
    script.words(round(end_s + 1.0, 1), text, speaker, start_s)
    return end_s


def _turn(
    script: Script, role: str, start_s: float, end_s: float, response_s: float | None
) -> None:
    script.add(
        TurnEnded(
            at_s=end_s,
            known_at_s=end_s + 0.7,
            track=0 if role == "caller" else 1,
            role="caller" if role == "caller" else "agent",
            start_s=start_s,
            speech_s=end_s - start_s,
            response_s=response_s,
        )
    )


def understood(heard: Iterable[Fact], language: Language) -> list[Fact]:
    """Put behind all words what the bundled classifier takes them to mean, as a session does."""
    found: list[Fact] = []
    for fact in heard:
        found.append(fact)
        if isinstance(fact, WordsFinal):
            meant = understood_by(understanding(language), fact)
            found += [meant] if meant is not None else []
    return found


def advice_of(language: Language, call: list[dict[str, Any]]) -> list[Advice]:
    """Give the advice of a written call."""
    heard, _ = facts(language, call)
    heard = understood(heard, language)
    roles: tuple[Role, ...] = ("caller", "agent")
    return replay(heard, roles, language, bundled(language), Thresholds(), call_id="scenario")


NOTICED: dict[str, Callable[[list[Advice]], Any]] = {
    "cards": lambda told: [event.card_id for event in of(CueShown, told)],
    "objections": lambda told: [event.subject for event in of(ObjectionHeard, told)],
    "facts": lambda told: [event.kind for event in of(FactHeard, told)],
    "stages": lambda told: [event.stage for event in of(StageChanged, told)],
    "risks": lambda told: [event.risk for event in of(RiskHeard, told)],
    "help": lambda told: [event.reason for event in of(HelpWanted, told)],
    "promises": lambda told: [event.due for event in of(PromiseMade, told)],
    "grade": lambda told: max((event.grade for event in of(Escalated, told)), default=None),
    "repeated": lambda told: len(of(QuestionRepeated, told)),
    "what_else": lambda told: len(of(AskWhatElse, told)),
    "withdrawal": lambda told: sum(event.on for event in of(Withdrawal, told)),
    "conduct": lambda told: {event.conduct for event in of(ConductNoted, told)},
}
"""What can be expected, and where it is found in the advice."""


def differences(expect: dict[str, Any], told: list[Advice]) -> dict[str, Any]:
    """Give what is not as expected: what was found, by the key of the expectation."""
    wrong: dict[str, Any] = {}
    for key, wanted in expect.items():
        found = NOTICED[key.removeprefix("no_")](told)
        if key == "conduct":
            good = set(wanted) <= found
        elif key == "no_conduct":
            good = not set(wanted) & found
        else:
            good = found == wanted
        if not good:
            wrong[key] = found
    return wrong
