"""What the archive's three datasets hold: every column with its type and what it means.

The one place where columns are named: rows are built after these schemas, and the data dictionary
that lies beside the datasets is printed from them. pyarrow is imported here, so this module is only
imported where an archive is read or written.
"""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from coaching.advice import Subject

SCHEMA = 1
"""Changes whenever a column changes its meaning or its type, or goes."""

SUBJECTS: tuple[str, ...] = get_args(Subject)
"""What callers object to; ``obj_price`` counts the objections to the price."""

OUTCOMES: dict[str, pa.DataType] = {
    "solved_given": pa.bool_(),
    "csat": pa.float64(),
    "repeat": pa.bool_(),
    "churn": pa.bool_(),
    "sale": pa.bool_(),
}
"""Columns that only ``--outcomes`` fills, by call id."""


def described(schema: pa.Schema, name: str) -> str:
    """Give the description of a column.

    Raises
    ------
    KeyError
        If there is no such column.
    """
    metadata: dict[bytes, bytes] = schema.field(name).metadata
    return metadata[b"description"].decode()


def _column(name: str, kind: pa.DataType, description: str, *, required: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=not required, metadata={"description": description})


def _schema(dataset: str, *fields: pa.Field) -> pa.Schema:
    about = {"calmline.dataset": dataset, "calmline.schema": str(SCHEMA)}
    return pa.schema(list(fields), metadata=about)


_TEXT, _FLAG, _COUNT, _NUMBER = pa.string(), pa.bool_(), pa.int32(), pa.float64()

CALLS = _schema(
    "calls",
    # which call
    _column("call_id", _TEXT, "The call, unique in this archive.", required=True),
    _column(
        "path_hash",
        _TEXT,
        "Keyed hash of the recording's name below its source, 32 hex digits: a name may hold a "
        "person's. Who has the archive's key file can compute it.",
        required=True,
    ),
    _column("run_id", _TEXT, "The run that scored it, see run.json.", required=True),
    _column(
        "agent",
        _TEXT,
        "The agent: a pseudonym (keyed hash), the same in every run on this archive; the name "
        "itself only where --agents-as-named was given.",
    ),
    _column("queue", _TEXT, "Queue or campaign, as name or metadata tell it."),
    _column("direction", _TEXT, "inbound or outbound, as name or metadata tell it."),
    _column("date", pa.date32(), "Day of the call, as name or metadata tell it."),
    _column(
        "started_at",
        pa.timestamp("s"),
        "When the call began, in the local time of whoever named the file; null where only its "
        "day is told.",
    ),
    _column(
        "consent",
        _TEXT,
        "What the metadata say of consent; null where they say nothing. Calls whose metadata "
        "refuse it are never listened to.",
    ),
    # the recording
    _column("codec", _TEXT, "Codec of the recording, in FFmpeg's words.", required=True),
    _column("rate_hz", _COUNT, "Its sampling rate in Hz.", required=True),
    _column("channels", pa.int8(), "Its channels: 1 or 2.", required=True),
    _column("duration_s", _NUMBER, "Seconds that could be decoded.", required=True),
    _column(
        "complaint",
        _TEXT,
        "What was wrong with a recording that could still be used: cut off, damaged, clipped.",
    ),
    _column("language", _TEXT, "en or zh: which language the call was advised in.", required=True),
    _column(
        "roles",
        _TEXT,
        "Who is on which channel, joined by a plus: caller+agent, agent+caller, "
        "unknown+unknown, unknown (mono).",
        required=True,
    ),
    # what it is worth
    _column("mono", _FLAG, "One channel: nobody can be told apart, no index.", required=True),
    _column("identical", _FLAG, "Both channels carry the same sound: no index.", required=True),
    _column(
        "no_index",
        _TEXT,
        "Why there is no index: mono, identical_channels, unknown_role; null where there is one.",
    ),
    _column(
        "snr_db",
        _NUMBER,
        "Speech-to-background ratio of the caller's channel in dB: median level of 100 ms blocks "
        "inside speech against that of blocks outside it. Null without a caller's channel (the "
        "agent's level is never computed), or with under 1 s of either.",
    ),
    _column(
        "clipped_share",
        _NUMBER,
        "Share of samples at full scale (0.999 and above), all channels, 0 to 1.",
        required=True,
    ),
    _column(
        "lost_share",
        _NUMBER,
        "Share of samples that no file held (two files of unequal begin or length), 0 to 1.",
        required=True,
    ),
    _column("words", _FLAG, "Whether the call was transcribed.", required=True),
    _column(
        "demo_words",
        _FLAG,
        "Whether the words are those of a demo model that does not know the call: worthless, and "
        "never scored.",
        required=True,
    ),
    _column(
        "word_probability",
        _NUMBER,
        "Median probability of its words, as the model tells it, 0 to 1; null without words.",
    ),
    _column(
        "coverage",
        _NUMBER,
        "Share of speech (seconds of utterances) that has words, 0 to 1; null if not transcribed.",
    ),
    # how it went
    _column("talk_share_caller", _NUMBER, "Caller's share of all speech, 0 to 1."),
    _column("talk_share_agent", _NUMBER, "Agent's share of all speech, 0 to 1."),
    _column("longest_silence_s", _NUMBER, "Longest time in which nobody spoke.", required=True),
    _column("overlaps", _COUNT, "How often both spoke at once.", required=True),
    _column("overlap_s", _NUMBER, "For how many seconds both spoke at once.", required=True),
    _column(
        "tense_s",
        _NUMBER,
        "Seconds for which the caller was tense; null where there is no index.",
    ),
    _column("peak_index", _COUNT, "Highest anxiety index of the caller, 0 to 100; null if none."),
    _column(
        "outcome",
        _TEXT,
        "How the caller left: calm throughout, soothed, stayed tense, withdrew, not assessable.",
        required=True,
    ),
    _column("withdrew", _FLAG, "Whether the caller gave up and did not come back.", required=True),
    *(
        _column(
            f"obj_{subject}",
            _COUNT,
            f"Objections of the caller of the kind {subject!r}; null if not transcribed.",
        )
        for subject in SUBJECTS
    ),
    _column(
        "repeated_questions",
        _COUNT,
        "Questions that the caller asked again; null if not transcribed.",
    ),
    _column("promises", _COUNT, "Promises of the agent; null if not transcribed."),
    _column("risk_danger", _COUNT, "Mentions of danger to life; null if not transcribed."),
    _column("risk_legal", _COUNT, "Mentions of a legal step; null if not transcribed."),
    _column("risk_abuse", _COUNT, "Abusive remarks; null if not transcribed."),
    _column(
        "cards_shown",
        _COUNT,
        "Cards that the rules would have shown. Nobody saw them: the recording was scored after "
        "the call.",
        required=True,
    ),
    _column(
        "cards_withheld",
        _COUNT,
        "Cards that the rules would have shown and the holdout kept back.",
        required=True,
    ),
    _column(
        "stage_worst",
        _TEXT,
        "Worst stage that the caller's words and turns reached: calm, dissatisfied, angry, "
        "confrontational; null if not transcribed.",
    ),
    _column(
        "grade",
        _TEXT,
        "Highest grade of the call, L1 question to L4 serious complaint; null if none was given.",
    ),
    _column(
        "solved",
        _TEXT,
        "Whether the problem was solved, from the caller's own words: yes, no, unclear; null if "
        "not transcribed.",
    ),
    # what became of it: joined from --outcomes
    _column("solved_given", OUTCOMES["solved_given"], "Whether it was solved, as you told."),
    _column("csat", OUTCOMES["csat"], "Customer satisfaction, as you told, on your scale."),
    _column("repeat", OUTCOMES["repeat"], "Whether the caller called again, as you told."),
    _column("churn", OUTCOMES["churn"], "Whether the customer left, as you told."),
    _column("sale", OUTCOMES["sale"], "Whether there was a sale, as you told."),
    # what scored it
    _column("calmline", _TEXT, "Version of Calmline.", required=True),
    _column("engine", _TEXT, "Version of the engine that heard the voice.", required=True),
    _column("model", _TEXT, "The speech model with its checksum; null if not transcribed."),
    _column("playbook", _TEXT, "Fingerprint of the playbook.", required=True),
    _column("thresholds", _TEXT, "Fingerprint of the thresholds.", required=True),
)

WINDOWS = _schema(
    "windows",
    _column("call_id", _TEXT, "The call.", required=True),
    _column("track", pa.int8(), "Channel, from 0.", required=True),
    _column("role", _TEXT, "caller, agent or unknown.", required=True),
    _column(
        "at_s",
        _NUMBER,
        "End of the window of 5 s, in seconds since the call began; one each 0.5 s of speech.",
        required=True,
    ),
    _column("index", _COUNT, "Anxiety index, 0 to 100; the caller's only, null where none."),
    _column("state", _TEXT, "calm or tense at that time; the caller's only."),
    _column("f0_median_st", _NUMBER, "Median F0 in semitones re 100 Hz; the caller's only."),
    _column("articulation_rate_hz", _NUMBER, "Syllables per second of phonation."),
    _column("pause_ratio", _NUMBER, "Own pauses / (own speech + own pauses), 0 to 1."),
)

EVENTS = _schema(
    "events",
    _column("call_id", _TEXT, "The call.", required=True),
    _column("seq", _COUNT, "Place in the call's log, from 1.", required=True),
    _column("type", _TEXT, "Kind of event, as `calmline schema` lists them.", required=True),
    _column("at_s", _NUMBER, "When it was so, in seconds since the call began.", required=True),
    _column("known_at_s", _NUMBER, "When the engine knew it, in the same seconds.", required=True),
    _column("track", pa.int8(), "Channel, from 0; null where it is about the whole call."),
    _column("role", _TEXT, "caller, agent or unknown.", required=True),
    _column(
        "kind",
        _TEXT,
        "What it is about, where it has such a thing: an objection's subject, a risk, a told "
        "fact's kind, a stage, a state, a grade, a card's kind, a conduct.",
    ),
    _column("card_id", _TEXT, "The card, where it is about one."),
    _column(
        "text",
        _TEXT,
        "What was said, after redaction: an utterance's words, or the quote that an event rests "
        "on.",
    ),
    _column(
        "body",
        _TEXT,
        "The whole event as one JSON line, as `calmline run` writes it: what a rescore reads.",
        required=True,
    ),
)

DATASETS: dict[str, pa.Schema] = {"calls": CALLS, "windows": WINDOWS, "events": EVENTS}
"""The datasets by the name of their folder; calls are written last, so that a call whose row is
there has all its windows and events."""
SORTED_BY: dict[str, tuple[str, ...]] = {
    "calls": ("call_id",),
    "windows": ("call_id", "track", "at_s"),
    "events": ("call_id", "seq"),
}
"""The order of rows within a part."""
