"""A conversation script in seconds: hand-made facts for the coach, without sound.

Times are when something becomes known. A calm window is exactly the population prior, a tense one
is higher, faster and louder; so what the coach does follows from the script alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from coaching.advice import Advice, CueShown
from coaching.coach import Coach
from coaching.playbook import Playbook, bundled
from coaching.thresholds import Thresholds
from voice.events import (
    CallEnded,
    CallStarted,
    Fact,
    Language,
    Overlap,
    Pressed,
    ProsodyWindow,
    Role,
    Silence,
    SpeechEnded,
    SpeechStarted,
    TurnEnded,
    Word,
    WordsFinal,
)

ROLES: tuple[Role, ...] = ("caller", "agent")
A = TypeVar("A", bound=Advice)


def window(
    at_s: float, *, tense: float = 0.0, role: Role = "caller", **other: Any
) -> ProsodyWindow:
    """A prosody window; ``tense`` 0 is the calm of the script, 1 clearly tense."""
    values: dict[str, Any] = {
        "track": 0 if role == "caller" else 1,
        "role": role,
        "start_s": max(0.0, at_s - 5.0),
        "speech_s": 4.0,
        "lost_s": 0.0,
        "voiced_s": 3.0,
        "pause_ratio": 0.2,
        "articulation_rate_hz": 4.6 + 2.0 * tense,
        "f0_median_hz": 120.0 * 2 ** (4.0 * tense / 12),
        "f0_median_st": 3.1564 + 4.0 * tense,
        "f0_spread_st": 4.5 + 2.0 * tense,
        "level_db": -30.0 + 6.0 * tense,
        "tilt_db": 12.0 - 5.0 * tense,
        "spectral_flux_pct": 3.3 + 2.0 * tense,
    }
    return ProsodyWindow(at_s=at_s, known_at_s=at_s, **{**values, **other})


class Script:
    """Facts by the tick in which they become known; each method gives the script back."""

    def __init__(self, language: Language = "en", roles: tuple[Role, ...] = ROLES) -> None:
        self.facts: list[Fact] = []
        self.language: Language = language
        self.roles = roles

    def add(self, *facts: Fact) -> Script:
        """Any facts."""
        self.facts += facts
        return self

    def voice(self, start_s: float, end_s: float, tense: float = 0.0, **other: Any) -> Script:
        """The caller speaks; a window each 0.5 s."""
        steps = range(round(start_s * 2), round(end_s * 2))
        return self.add(*(window(step / 2, tense=tense, **other) for step in steps))

    def agent(self, start_s: float, end_s: float, said: str = "", words_at_s: float = -1) -> Script:
        """The agent speaks; final words come a second later or at ``words_at_s``."""
        self.add(
            SpeechStarted(at_s=start_s, known_at_s=start_s, track=1, role="agent"),
            SpeechEnded(at_s=end_s, known_at_s=end_s, track=1, role="agent", start_s=start_s),
        )
        if said:
            self.words(words_at_s if words_at_s >= 0 else end_s + 1.0, said, "agent", start_s)
        return self

    def words(
        self, known_at_s: float, text: str, role: Role = "caller", start_s: float | None = None
    ) -> Script:
        """Final words of an utterance."""
        begin_s = known_at_s - 2.0 if start_s is None else start_s
        parts = tuple(
            Word(start_s=begin_s, end_s=begin_s + 0.2, text=part, probability=0.9)
            for part in (text.split() if self.language == "en" else text)
        )
        return self.add(
            WordsFinal(
                at_s=known_at_s - 1.0,
                known_at_s=known_at_s,
                track=self.roles.index(role) if role in self.roles else 0,
                role=role,
                utterance_id=f"{role}-{known_at_s}",
                start_s=begin_s,
                words=parts,
                text=text,
                language=self.language,
                engine="script",
            )
        )

    def turn(self, at_s: float, speech_s: float, response_s: float | None) -> Script:
        """A turn of the caller ended."""
        return self.add(
            TurnEnded(
                at_s=at_s,
                known_at_s=at_s,
                track=0,
                role="caller",
                start_s=max(0.0, at_s - speech_s),
                speech_s=speech_s,
                response_s=response_s,
            )
        )

    def barge_in(self, at_s: float, role: Role = "caller", barge_in: bool = True) -> Script:
        """Somebody came in while the other spoke."""
        track = 0 if role == "caller" else 1
        return self.add(
            Overlap(
                at_s=at_s,
                known_at_s=at_s,
                track=track,
                role=role,
                start_s=max(0.0, at_s - 0.5),
                barge_in=barge_in,
            )
        )

    def silence(self, start_s: float, end_s: float, after: Role = "agent") -> Script:
        """Nobody speaks; told after a second, and when it is over."""
        told_s = min(start_s + 1.0, end_s)
        return self.add(
            Silence(at_s=told_s, known_at_s=told_s, start_s=start_s, after=after, over=False),
            Silence(at_s=end_s, known_at_s=end_s, start_s=start_s, after=after, over=True),
        )

    def press(self, at_s: float, key: Any, cue_id: str | None = None) -> Script:
        """The agent pressed a key."""
        return self.add(Pressed(at_s=at_s, known_at_s=at_s, key=key, cue_id=cue_id))

    def all_facts(self, end_s: float) -> list[Fact]:
        """Everything in log order, with begin and end of the call."""
        start = CallStarted(
            at_s=0.0,
            known_at_s=0.0,
            roles=self.roles,
            language=self.language,
            words=True,
            engine="script",
        )
        end = CallEnded(at_s=end_s, known_at_s=end_s)
        facts = [replace(fact, known_at_s=round(fact.known_at_s, 1)) for fact in self.facts]
        return [start, *sorted(facts, key=lambda fact: fact.known_at_s), end]

    def play(
        self,
        end_s: float,
        *,
        playbook: Playbook | None = None,
        thresholds: Thresholds | None = None,
        call_id: str = "call",
        shadow: bool = False,
        holdout: float = 0.0,
    ) -> list[Advice]:
        """Give the advice, asked tick by tick from 0 to the end of the call."""
        coach = Coach(
            self.roles,
            self.language,
            playbook or bundled(self.language),
            thresholds or Thresholds(),
            call_id=call_id,
            shadow=shadow,
            holdout=holdout,
        )
        return every_tick(coach, self.all_facts(end_s))


def every_tick(coach: Coach, facts: Sequence[Fact]) -> list[Advice]:
    """Tick from 0 to the last fact, through all empty ticks."""
    by_tick: dict[int, list[Fact]] = {}
    for fact in facts:
        by_tick.setdefault(round(fact.known_at_s * 10), []).append(fact)
    told: list[Advice] = []
    for tick in range(max(by_tick) + 1):
        told += coach.tick(tick / 10, by_tick.get(tick, []))
    return told


def of(kind: type[A], advice: Sequence[Advice]) -> list[A]:
    """Only advice of one kind."""
    return [event for event in advice if isinstance(event, kind)]


def shown(advice: Sequence[Advice]) -> list[tuple[str, float]]:
    """Cards shown, with the second in which they were."""
    return [(event.card_id, event.known_at_s) for event in of(CueShown, advice)]
