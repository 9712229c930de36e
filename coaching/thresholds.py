"""Every number that somebody may want to change, in one table.

The fields of :class:`Thresholds` are the table: name, default, unit, range and help. The README
of this room prints it (a test compares), and a TOML file overrides it::

    cue_gap_s = 60
    state_on = 55

Sources of the defaults: the design (cue delivery), ``README.md`` (weights, anchors, priors).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


class ThresholdError(ValueError):
    """A threshold that does not exist, has the wrong type, or is out of range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of the table."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    help: str


def _row(default: float, unit: str, low: float, high: float, text: str) -> Any:
    return field(default=default, metadata={"unit": unit, "low": low, "high": high, "help": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The settings of the coach; see ``README.md`` for what each one does.

    Raises
    ------
    ThresholdError
        If a value is out of its range, or two values contradict each other.
    """

    # Baseline
    baseline_sample_s: float = _row(
        6.0, "s", 0.1, 120, "voiced speech that tells as much as one look at a calm voice"
    )
    baseline_spread_s: float = _row(
        8.0, "s", 0.1, 120, "own voiced speech after which the own calm spread counts half"
    )
    baseline_hop_s: float = _row(1.0, "s", 0.1, 10, "least time between two windows learned from")
    baseline_windows: int = _row(120, "windows", 10, 1000, "calm windows kept; the oldest go")
    baseline_learn_below: float = _row(
        75, "index", 0, 100, "windows at or above it are not taken for calm"
    )
    baseline_first_below: float = _row(
        50, "index", 0, 100, "the same until the own calm voice is known"
    )
    baseline_settled_s: float = _row(
        8.0, "s", 1, 120, "own calm voiced speech from which on only calm speech is learned"
    )
    baseline_patience_s: float = _row(
        30.0, "s", 5, 600, "voiced speech never calm before its calmer half is learned after all"
    )
    floor_f0_median_st: float = _row(0.8, "st", 0.1, 12, "least calm spread of F0 median")
    floor_f0_spread_st: float = _row(1.0, "st", 0.1, 12, "least calm spread of F0 spread")
    floor_articulation_rate_hz: float = _row(
        0.4, "syl/s", 0.05, 5, "least calm spread of articulation rate"
    )
    floor_pause_ratio: float = _row(0.05, "ratio", 0.01, 1, "least calm spread of pause ratio")
    floor_level_db: float = _row(2.0, "dB", 0.1, 20, "least calm spread of level")
    floor_tilt_db: float = _row(1.2, "dB", 0.1, 20, "least calm spread of tilt")
    floor_spectral_flux_pct: float = _row(0.35, "%", 0.01, 10, "least calm spread of flux")
    spread_f0_median_st: float = _row(2.2, "st", 0.1, 12, "typical calm spread of F0 median")
    spread_f0_spread_st: float = _row(1.9, "st", 0.1, 12, "typical calm spread of F0 spread")
    spread_articulation_rate_hz: float = _row(
        0.6, "syl/s", 0.05, 5, "typical calm spread of articulation rate"
    )
    spread_pause_ratio: float = _row(0.08, "ratio", 0.01, 1, "typical calm spread of pause ratio")
    spread_level_db: float = _row(4.0, "dB", 0.1, 20, "typical calm spread of level")
    spread_tilt_db: float = _row(1.8, "dB", 0.1, 20, "typical calm spread of tilt")
    spread_spectral_flux_pct: float = _row(0.5, "%", 0.01, 10, "typical calm spread of flux")
    prior_low_voice_hz: float = _row(120, "Hz", 50, 400, "F0 median of a typical low voice")
    prior_high_voice_hz: float = _row(210, "Hz", 50, 400, "F0 median of a typical high voice")
    prior_f0_spread_st: float = _row(4.5, "st", 0, 24, "typical F0 spread of a calm window")
    prior_articulation_rate_en_hz: float = _row(4.6, "syl/s", 1, 10, "typical rate, English")
    prior_articulation_rate_zh_hz: float = _row(4.6, "syl/s", 1, 10, "typical rate, Mandarin")
    prior_pause_ratio: float = _row(0.2, "ratio", 0, 1, "typical pause ratio")
    prior_level_db: float = _row(-30, "dB", -90, 0, "typical level")
    prior_tilt_db: float = _row(12.0, "dB", -20, 40, "typical tilt")
    prior_spectral_flux_pct: float = _row(3.3, "%", 0, 100, "typical spectral flux, calm")
    people_f0_median_st: float = _row(2.5, "st", 0.01, 12, "spread of people round their prior, F0")
    people_f0_spread_st: float = _row(1.5, "st", 0.01, 12, "spread of F0 spreads, people")
    people_articulation_rate_hz: float = _row(
        0.6, "syl/s", 0.01, 5, "spread of articulation rates, people"
    )
    people_pause_ratio: float = _row(0.08, "ratio", 0.01, 1, "spread of pause ratios, people")
    people_level_db: float = _row(8.0, "dB", 0.01, 40, "spread of level, people and lines")
    people_tilt_db: float = _row(5.0, "dB", 0.01, 20, "spread of tilt, people and lines")
    people_spectral_flux_pct: float = _row(0.8, "%", 0.01, 10, "spread of flux, people and lines")

    # Index
    index_min_speech_s: float = _row(2.0, "s", 0.5, 5, "windows with less speech are not scored")
    index_smooth_s: float = _row(2.0, "s", 0.1, 30, "time constant of the smoothing")
    index_gap_s: float = _row(
        1.0, "s", 0.1, 30, "a longer gap between windows smooths as this much"
    )
    index_score_at_0: float = _row(-0.41, "score", -10, 10, "5th percentile of calm windows")
    index_score_at_50: float = _row(0.58, "score", -10, 10, "95th percentile of calm windows")
    index_score_at_75: float = _row(0.81, "score", -10, 10, "99.5th percentile of calm windows")
    index_score_at_100: float = _row(1.04, "score", -10, 10, "as far above 75 as 75 above 50")

    # Words and turn-taking in the index
    evidence_angry_words: float = _row(0.15, "score", 0, 2, "angry words, each time")
    evidence_worried_words: float = _row(0.12, "score", 0, 2, "worried words, each time")
    evidence_asked_again: float = _row(0.10, "score", 0, 2, "the same question again, each time")
    evidence_interruptions: float = _row(0.08, "score", 0, 2, "the caller comes in, each time")
    evidence_slow_answers: float = _row(0.04, "score", 0, 2, "a slow answer, each time")
    evidence_most: float = _row(0.30, "score", 0, 2, "all of these together at most")
    evidence_fade_s: float = _row(20.0, "s", 1, 300, "after so long a third of it is left")
    evidence_question_s: float = _row(180.0, "s", 10, 3600, "how long a question is remembered")
    evidence_slow_answer_s: float = _row(3.0, "s", 0.5, 30, "an answer that comes later is slow")

    # State
    state_on: float = _row(85, "index", 1, 100, "tense at or above it")
    state_off: float = _row(50, "index", 0, 99, "calm below it")
    state_on_dwell_s: float = _row(1.5, "s", 0, 30, "speech at or above before it is tense")
    state_off_dwell_s: float = _row(3.0, "s", 0, 60, "speech below before it is calm again")

    # Withdrawal
    withdrawal_turns: int = _row(3, "turns", 2, 10, "last turns that are compared")
    withdrawal_earlier_turns: int = _row(4, "turns", 2, 20, "earlier turns needed to compare with")
    withdrawal_earlier_speech_s: float = _row(
        1.5, "s", 0, 30, "earlier median turn needed: a terse caller is not judged by brevity"
    )
    withdrawal_short: float = _row(0.5, "ratio", 0.05, 1, "a turn is short at most at this share")
    withdrawal_slow_s: float = _row(0.8, "s", 0.1, 10, "an answer is slow when later by this")
    withdrawal_words_s: float = _row(30, "s", 1, 300, "how long words of giving up count")
    withdrawal_back: float = _row(0.75, "ratio", 0.05, 1, "back when turns are this long again")

    # What the conditions of cards look back on
    heard_memory_s: float = _row(15, "s", 1, 300, "how long a phrase is a reason for a card")
    leaning_memory_s: float = _row(60, "s", 1, 600, "how long words say worried or angry")
    agent_memory_s: float = _row(
        20.0, "s", 1, 600, "how long what the agent just did makes a card needless"
    )
    barge_in_memory_s: float = _row(60, "s", 1, 600, "how long a barge-in counts")

    # Conversation
    repeated_memory_s: float = _row(300.0, "s", 10, 3600, "how long a question is remembered")
    what_else_slow_s: float = _row(
        0.8, "s", 0.1, 10, "an answer later than usual by this is a sign of something unsaid"
    )
    what_else_short: float = _row(
        0.4, "ratio", 0.05, 1, "so is an answer to an offer of at most this share of usual length"
    )
    what_else_memory_s: float = _row(15.0, "s", 1, 120, "two signs must come within it")
    what_else_again_s: float = _row(120.0, "s", 1, 3600, "no second hint before")
    stage_memory_s: float = _row(60.0, "s", 5, 600, "how long a thing heard counts for the stage")
    stage_dissatisfied: float = _row(1.0, "points", 0.1, 100, "dissatisfied from this sum on")
    stage_angry: float = _row(4.0, "points", 0.1, 100, "angry from this sum on")
    stage_confrontational: float = _row(
        6.0, "points", 0.1, 100, "confrontational from it, if they refuse, demand or threaten"
    )
    stage_slack: float = _row(0.5, "points", 0, 100, "a stage is left so far below its sum")
    stage_dwell_s: float = _row(10.0, "s", 0.1, 600, "a stage lasts at least")
    conduct_opening_s: float = _row(30.0, "s", 5, 300, "name and reason belong in it")
    conduct_problem_s: float = _row(180.0, "s", 10, 3600, "by then the problem is clear")
    conduct_early_s: float = _row(0.5, "s", 0.1, 5, "an answer so much too early is noted")
    conduct_dead_air_s: float = _row(8.0, "s", 1, 120, "no answer for so long is noted")
    conduct_wait_s: float = _row(60.0, "s", 0, 600, "unless asked to wait within it")
    conduct_fast_hz: float = _row(6.5, "syl/s", 3, 12, "faster is hard to follow")
    conduct_fast_s: float = _row(10.0, "s", 1, 120, "if it lasts so long")
    conduct_talk_share: float = _row(0.7, "ratio", 0.5, 1, "a greater share of all speech is noted")
    conduct_talk_s: float = _row(60.0, "s", 1, 3600, "if so much was said in all")

    # Goals by kind of call
    goal_complaint_s: float = _row(1800, "s", 60, 14400, "a complaint is agreed on within")
    goal_enquiry_s: float = _row(900, "s", 60, 14400, "an enquiry is answered within")
    goal_options: int = _row(2, "options", 1, 10, "options that a complaint is given")
    goal_questions: int = _row(3, "questions", 1, 20, "questions answered, or all of fewer")

    # Cue delivery
    cue_drivers: int = _row(2, "drivers", 1, 6, "drivers that make a cue without a dwell")
    cue_driver_part: float = _row(0.15, "score", 0.01, 10, "what adds this much is a driver")
    cue_dwell_s: float = _row(2.0, "s", 0, 30, "a cause with fewer drivers must last this long")
    cue_hold_max_s: float = _row(4.0, "s", 0, 12, "held at most while the agent speaks")
    cue_expires_s: float = _row(12, "s", 1, 120, "expires this long after its cause began")
    cue_gap_s: float = _row(45, "s", 0, 600, "least time from one card to the next")
    cue_max: int = _row(3, "cards", 1, 20, "cards at most in cue_max_window_s")
    cue_max_window_s: float = _row(300, "s", 10, 3600, "see cue_max")
    cue_first_s: float = _row(20, "s", 0, 300, "no card before")
    cue_calm_window_s: float = _row(600, "s", 0, 7200, "on a calm call one card at most in it")
    cue_min_show_s: float = _row(6, "s", 0, 60, "stays at least")
    cue_max_show_s: float = _row(25, "s", 1, 300, "stays at most")
    cue_p0_show_s: float = _row(60, "s", 1, 3600, "a P0 card stays at most")
    cue_same_card_s: float = _row(
        14400, "s", 0, 86400, "the same card again not before: as good as never in a call"
    )
    cue_same_p0_s: float = _row(120, "s", 0, 3600, "the same P0 card again not before")
    cue_said_share: float = _row(0.5, "ratio", 0.05, 1, "of a card's content words: it was said")

    def __post_init__(self) -> None:
        for setting in settings():
            value = getattr(self, setting.name)
            whole = setting.name in _WHOLE
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                kind = "a whole number" if whole else "a number"
                raise ThresholdError(f"{setting.name}: {value!r} is not {kind}")
            if not setting.low <= value <= setting.high:
                raise ThresholdError(
                    f"{setting.name}: {value} is not from {setting.low:g} to {setting.high:g}"
                    f" ({setting.unit})"
                )
        for low, high in _ASCENDING:
            if getattr(self, low) >= getattr(self, high):
                raise ThresholdError(f"{low}: must be below {high}")

    @classmethod
    def from_toml(cls, text: str) -> Thresholds:
        """Read overrides; what is not named keeps its default.

        Parameters
        ----------
        text
            TOML, one ``name = value`` a line, without tables.

        Raises
        ------
        ThresholdError
            With one line that names the key; for an unknown key also the nearest known one.
        """
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ThresholdError(f"thresholds: not TOML: {error}") from None
        return cls.of(values)

    @classmethod
    def of(cls, values: Mapping[str, Any], over: Thresholds | None = None) -> Thresholds:
        """Lay values over the defaults, or over other thresholds.

        Raises
        ------
        ThresholdError
            As :meth:`from_toml`.
        """
        names = [setting.name for setting in settings()]
        for name in values:
            if name not in names:
                nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.0)[0]
                raise ThresholdError(f"{name}: no such threshold; the nearest is {nearest}")
        return cls(**values) if over is None else replace(over, **values)


_ASCENDING = (
    ("prior_low_voice_hz", "prior_high_voice_hz"),
    ("index_score_at_0", "index_score_at_50"),
    ("index_score_at_50", "index_score_at_75"),
    ("index_score_at_75", "index_score_at_100"),
    ("evidence_most", "index_score_at_50"),  # words alone never make a calm voice tense
    ("state_off", "state_on"),
    ("stage_dissatisfied", "stage_angry"),
    ("stage_angry", "stage_confrontational"),
    ("cue_min_show_s", "cue_max_show_s"),
)


_WHOLE = frozenset(row.name for row in fields(Thresholds) if row.type == "int")


def settings() -> Iterator[Setting]:
    """Give the rows of the table, in order."""
    for row in fields(Thresholds):
        default: Any = row.default
        yield Setting(name=row.name, default=default, **row.metadata)


def table() -> str:
    """Write the table as Markdown."""
    lines = ["| name | default | unit | what it does |", "|---|---|---|---|"]
    lines += [f"| `{s.name}` | {s.default:g} | {s.unit} | {s.help} |" for s in settings()]
    return "\n".join(lines)
