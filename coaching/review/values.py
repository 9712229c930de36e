"""What every part of a review is made of: quoted lines, moments to hear, limits, stretches.

Plain values, as the events are: seconds of media time, ``None`` for what is not known. What people
read is a key with values (a page has its sentences in each language of the interface); quotes are
the call's own words in the call's own language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from voice.events import Role

LimitKind = Literal[
    "cut_log", "no_speech", "mono", "identical_channels", "unknown_role", "swapped_channels",
    "voice_only", "demo_words", "late_words", "missing_words", "unsure_words", "lost_audio",
    "paused", "opted_out", "short_baseline",
]  # fmt: skip
Part = Literal["index", "words", "note", "score", "roles", "caller_voice", "whole_call"]
MomentKind = Literal[
    "wanted", "danger", "legal", "abuse", "tension", "stage", "withdrawal", "repeated_question",
    "told_again", "broken_promise", "not_solved", "solved", "accepted", "conduct_good",
    "conduct_bad", "card_helped", "card_missed", "soothed", "silence", "overlap", "peak",
]  # fmt: skip
Value = str | int | float
SURE_FROM = 0.5
"""Mean probability of a quote's words from which it is evidence; below it a page shades words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words of the call, or a moment without words, that something rests on.

    Attributes
    ----------
    text
        Quoted; empty where it is about turn-taking.
    utterance_id, at_s
        Where it was said; ``at_s`` is when the quoted words begin.
    role
        Who said it.
    probability
        Mean probability of the quoted words, 0 to 1; ``None`` without words.
    about
        What it is an instance of: the name of a conduct, a list of phrases or a kind of fact.
    """

    text: str
    utterance_id: str | None
    at_s: float
    role: Role = "unknown"
    probability: float | None = None
    about: str = ""

    @property
    def sure(self) -> bool:
        """Whether the words are certain enough to be evidence."""
        return not self.text or (self.probability or 0.0) >= SURE_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason as a key for the page's texts, and the values to fill in."""

    key: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment worth hearing.

    Attributes
    ----------
    kind
        What it is.
    title_key
        Key of its title: ``moment.tension``, ``conduct.dismisses``.
    at_s
        When it happened.
    from_s, to_s
        What to play: from 5 s before.
    utterance_id, quote
        The words, where there are any.
    why
        Why it is worth hearing.
    """

    kind: MomentKind
    title_key: str
    at_s: float
    from_s: float
    to_s: float
    utterance_id: str | None
    quote: str | None
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something that cannot be known of this call, and why.

    Attributes
    ----------
    kind
        The reason.
    hides
        The parts of the review that it takes away or makes worth less.
    values
        Figures for its sentence, such as the share of lost audio.
    """

    kind: LimitKind
    hides: tuple[Part, ...]
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the call could be heard and read.

    Attributes
    ----------
    words_share
        Share of speech with words, 0 to 1; ``None`` if nobody spoke.
    words_share_of
        The same by role.
    word_probability
        Median probability of all words; ``None`` without words.
    sure_share
        Share of words at or above ``sure_from``; ``None`` without words.
    sure_from
        Probability below which words are shaded and are no evidence.
    lost_share
        Share of the samples of all tracks that never arrived, 0 to 1.
    speech_s
        Seconds of speech by role.
    baseline_s
        Seconds of calm voiced speech from which the caller's own voice was learned.
    """

    words_share: float | None
    words_share_of: dict[Role, float]
    word_probability: float | None
    sure_share: float | None
    sure_from: float
    lost_share: float
    speech_s: dict[Role, float]
    baseline_s: float
