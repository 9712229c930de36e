"""The facts: what was heard, when it was so, and when it became known.

Facts are plain values. They never refer to sound, to a clock on the wall or to JSON; what turns
them into bytes lives in ``server``. Once emitted a fact is never revised.

Every time is media time: seconds since the first sample of the call. ``at_s`` says when a thing
was so, ``known_at_s`` (a multiple of 0.1 s) when the engine knew it. What could not be measured
is ``None``, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Role = Literal["caller", "agent", "unknown"]
Language = Literal["en", "zh"]
PressedKey = Literal[
    "not_now", "wrong", "why", "help", "pause", "opted_out", "words", "quiet_on", "quiet_off"
]
"""``quiet_on``: the console shows no cards but urgent ones from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What all facts share.

    Attributes
    ----------
    at_s
        When it was so, in seconds of media time.
    known_at_s
        When it became known: a multiple of 0.1 s, never before ``at_s``.
    track
        Channel of the call, from 0; ``None`` where a fact is about the whole call.
    role
        Who speaks on that track, as the driver said; ``unknown`` for the whole call.
    """

    schema: ClassVar[int] = 1
    """Version of the fields. One that is read back may be older: later versions add fields that
    may be ``None``, and change nothing else."""

    at_s: float
    known_at_s: float
    track: int | None = None
    role: Role = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(Fact):
    """The first fact of every call: who is on which track, and in which language."""

    roles: tuple[Role, ...]
    language: Language | None
    words: bool
    """Whether utterances will be transcribed; without it the call is *voice only*."""
    engine: str
    """Version of the engine that hears this call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Fact):
    """The last fact of every call; ``at_s`` is its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted(Fact):
    """Somebody began to speak at ``at_s``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEnded(Fact):
    """A stretch of speech from ``start_s`` ended at ``at_s``."""

    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProsodyWindow(Fact):
    """How somebody spoke in the 5 s up to ``at_s``; emitted each 0.5 s while there is speech.

    On an agent's track (and on an unknown one) only the articulation rate, pauses and the
    seconds of speech are measured; the rest is never computed and stays ``None``.
    """

    schema: ClassVar[int] = 2

    start_s: float
    speech_s: float
    """Speech in the window (by VAD)."""
    lost_s: float
    """Samples of the window that were lost on the way."""
    pause_ratio: float | None
    """Own pauses / (own speech + own pauses), 0 to 1; time in which the other speaks is neither."""
    articulation_rate_hz: float | None
    """Syllables per second of phonation (pauses excluded)."""
    voiced_s: float | None = None
    """Seconds of voiced frames."""
    f0_median_hz: float | None = None
    f0_median_st: float | None = None
    """The same in semitones above 1 Hz x 100, i.e. re 100 Hz."""
    f0_spread_st: float | None = None
    """80th minus 20th percentile of F0, in semitones."""
    level_db: float | None = None
    """Median level of voiced frames, dB re full scale."""
    tilt_db: float | None = None
    """Alpha ratio of voiced frames: energy 50-1000 Hz over 1000-3400 Hz; falls with tension."""
    spectral_flux_pct: float | None = None
    """How fast the sound of voiced frames changes, see `voice.frames.Frames`; rises with tension.
    Since schema 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceEnded(Fact):
    """A stretch of at most 9 s is ready to be transcribed; its words come later, or never."""

    utterance_id: str
    start_s: float
    sound_start_s: float
    """Where the sound begins that the recogniser is given: times of words count from there."""
    speech_s: float
    """Seconds of it that hold speech (by VAD)."""
    reason: Literal["silence", "cut", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One transcribed word (a character or two in Mandarin)."""

    start_s: float
    end_s: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsFinal(Fact):
    """The words of an utterance; ``at_s`` is the end of the utterance."""

    utterance_id: str
    start_s: float
    words: tuple[Word, ...]
    text: str
    language: str
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A class of wording that an utterance has."""

    label: str
    score: float
    """0 to 1, calibrated on written lines, not on calls."""
    start: int
    """First character of the words that carry it, in the text of the utterance."""
    end: int
    """Behind their last character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsUnderstood(Fact):
    """What a classifier of wording takes an utterance to mean; told behind its ``WordsFinal``.

    A fact, so that advice can be given again without the classifier, and from what it said then.
    """

    utterance_id: str
    meanings: tuple[Meaning, ...]
    """The most certain first; never empty."""
    engine: str
    """Which classifier, in which version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPartial(Fact):
    """A first guess at words still being spoken. Consoles show it; the coach never sees it."""

    utterance_id: str
    start_s: float
    text: str
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsMissing(Fact):
    """An utterance whose words will never come."""

    utterance_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded(Fact):
    """A turn: speech of one party, unbroken by more than a pause or by the other's turn."""

    start_s: float
    speech_s: float
    """Speech inside the turn, pauses excluded."""
    response_s: float | None
    """From the end of the other's last turn to the start of this; negative when it came in early.
    ``None`` where this turn answers nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap(Fact):
    """Both spoke at once from ``start_s`` to ``at_s``; ``role`` is who came in second."""

    start_s: float
    barge_in: bool
    """Whether the one who came in took the floor (went on after the other had stopped)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(Fact):
    """Nobody speaks. Told once when it has lasted long enough, and once when it is over."""

    start_s: float
    after: Role
    """Who spoke last before it."""
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReset(Fact):
    """Another person speaks on this track now: what was learned of the voice is dropped."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Fact):
    """The call went on hold, or came back from it."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Fact):
    """Analysis was paused (nothing is heard meanwhile), or goes on."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAudio(Fact):
    """Samples from ``start_s`` to ``at_s`` never arrived."""

    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded(Fact):
    """Something makes the analysis worth less, or leaves a part of it out."""

    reason: Literal[
        "late_words", "mono", "identical_channels", "unknown_role", "voice_only", "demo_words"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Fact):
    """The agent pressed a key on the console."""

    key: PressedKey
    cue_id: str | None = None


FACTS: tuple[type[Fact], ...] = (
    CallStarted,
    CallEnded,
    SpeechStarted,
    SpeechEnded,
    ProsodyWindow,
    UtteranceEnded,
    WordsFinal,
    WordsUnderstood,
    WordsPartial,
    WordsMissing,
    TurnEnded,
    Overlap,
    Silence,
    BaselineReset,
    Hold,
    Paused,
    LostAudio,
    Degraded,
    Pressed,
)
"""Every kind of fact, in the order in which the documentation lists them."""
