"""How often a card interrupts an agent: cards shown per call, and per minute of call.

``python -m tests.benchmarks.cues`` plays the bundled calls, by voice alone and with the words of
their labels (as if the recogniser had understood all), and the shared calls by voice alone, where
CALMLINE_DATA names them. The written scenarios provoke cards and are no measure of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from coaching.advice import CueRaised, CueShown
from coaching.coach import replay
from coaching.playbook import bundled
from coaching.session import ENGINE, CallSession, CallSetup
from coaching.thresholds import Thresholds
from coaching.understanding import bundled as bundled_understanding
from coaching.understood import understood_by
from tests.conftest import ROOT
from tests.voice.sound import SAMPLES, sample
from voice.decode import Recording
from voice.events import Fact, Language, Role, Word, WordsFinal

ROLES: tuple[Role, ...] = ("caller", "agent")
RELEASE_S = 1.0
"""Final words reach the coach so long after their utterance (design 2)."""


def by_voice(sound: np.ndarray, language: Language) -> list[Fact]:
    """The facts of a call without words."""
    setup = CallSetup(
        call_id="bench",
        roles=ROLES,
        language=language,
        playbook=bundled(language),
        thresholds=Thresholds(),
    )
    session = CallSession(setup)
    log = session.feed(sound) + session.finish()
    return [logged.event for logged in log if isinstance(logged.event, Fact)]


def spoken(labels: dict[str, Any]) -> Iterator[WordsFinal]:
    """The words of a bundled call as its labels have them, turn by turn."""
    for number, turn in enumerate(labels["turns"]):
        text, start_s, end_s = turn["text"], turn["start_s"], turn["end_s"]
        parts = text.split() if labels["language"] == "en" else list(text)
        step_s = (end_s - start_s) / len(parts)
        words = tuple(
            Word(
                start_s=start_s + place * step_s,
                end_s=start_s + (place + 1) * step_s,
                text=part,
                probability=1.0,
            )
            for place, part in enumerate(parts)
        )
        yield WordsFinal(
            at_s=end_s,
            known_at_s=round(end_s + RELEASE_S, 1),
            track=ROLES.index(turn["role"]),
            role=turn["role"],
            utterance_id=f"u{number}",
            start_s=start_s,
            words=words,
            text=text,
            language=labels["language"],
            engine=ENGINE,
        )


def with_words(facts: list[Fact], labels: dict[str, Any]) -> list[Fact]:
    """Put the words of the labels where they would have come, and what they mean."""
    *heard, end = facts
    understanding = bundled_understanding(labels["language"])
    for final in spoken(labels):
        meant = understood_by(understanding, final)
        heard += [final] if meant is None else [final, meant]
    return [*sorted(heard, key=lambda fact: fact.known_at_s), end]


def row(name: str, facts: list[Fact], language: Language) -> tuple[int, float]:
    """Print the cards of one call; give their number and the call's minutes."""
    told = replay(facts, ROLES, language, bundled(language), Thresholds(), call_id="bench")
    cards = [event for event in told if isinstance(event, CueShown)]
    raised = sum(isinstance(event, CueRaised) for event in told)
    minutes = facts[-1].at_s / 60
    which = ", ".join(f"{event.card_id} {event.known_at_s:.0f}s" for event in cards)
    print(f"{name:28}{minutes:7.1f}{raised:8}{len(cards):7}   {which}")
    return len(cards), minutes


def main() -> None:
    """Print the table."""
    print(f"{'call':28}{'minutes':>7}{'raised':>8}{'shown':>7}   cards")
    sums: dict[str, list[tuple[int, float]]] = {}
    for name in SAMPLES:
        sound, labels = sample(name)
        language: Language = "zh" if labels["language"] == "zh" else "en"
        heard = by_voice(sound, language)
        sums.setdefault("bundled, voice", []).append(row(f"{name}, voice", heard, language))
        told = with_words(heard, labels)
        sums.setdefault("bundled, words", []).append(row(f"{name}, words", told, language))
    data = Path(os.environ.get("CALMLINE_DATA", ROOT.parent / "shared" / "data"))
    for path in sorted((data / "calls").glob("*.flac")):
        with path.open("rb") as file:
            recording = Recording(file)
            sound = np.concatenate(list(recording.blocks()), axis=1)
            recording.close()
        heard = by_voice(sound, "en")
        sums.setdefault("shared, voice", []).append(row(path.stem, heard, "en"))
    print()
    for name, rows in sums.items():
        cards, minutes = sum(c for c, _ in rows), sum(m for _, m in rows)
        print(f"{name:28}{cards} cards in {minutes:.1f} min: {cards / minutes:.2f} a call-minute")


if __name__ == "__main__":
    main()
