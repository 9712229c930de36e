"""The transcript of a call, from its log, and the same as WebVTT."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coaching.session import Logged
from voice.events import Role, UtteranceEnded, Word, WordsFinal, WordsMissing

LEAST_S = 0.001
"""A WebVTT cue must end after it begins, and its times have milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What somebody said in one breath.

    Attributes
    ----------
    start_s, end_s
        Seconds of media time.
    text, words
        After redaction, as everybody sees them; empty where the words are missing.
    language
        In which it was heard; ``None`` where the words are missing.
    missing
        Why there are no words; ``None`` where there are.
    """

    utterance_id: str
    track: int | None
    role: Role
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]
    language: str | None
    missing: str | None


def transcript_of(events: Iterable[Logged]) -> tuple[Utterance, ...]:
    """Give what was said, in the order in which it began."""
    starts: dict[str, float] = {}
    told: list[Utterance] = []
    for logged in events:
        event = logged.event
        if isinstance(event, UtteranceEnded):
            starts[event.utterance_id] = event.start_s
        elif isinstance(event, WordsFinal) and event.words:
            told.append(_spoken(event))
        elif isinstance(event, WordsMissing):
            start_s = starts.get(event.utterance_id, event.at_s)
            told.append(_missing(event, start_s))
    return tuple(sorted(told, key=lambda one: (one.start_s, one.track or 0)))


def webvtt(transcript: Sequence[Utterance]) -> str:
    """Give a transcript as WebVTT (W3C, 2019), each cue in the voice of its role.

    Utterances without words are left out.
    """
    return "\n\n".join(["WEBVTT", *_cues(transcript)]) + "\n"


def _cues(transcript: Sequence[Utterance]) -> Iterator[str]:
    for one in transcript:
        if one.text:
            end_s = max(one.end_s, one.start_s + LEAST_S)
            yield (
                f"{one.utterance_id}\n{_clock(one.start_s)} --> {_clock(end_s)}\n"
                f"<v {one.role}>{_escaped(one.text)}"
            )


def _clock(seconds: float) -> str:
    rest, millis = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(rest, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}.{millis:03d}"


def _escaped(text: str) -> str:
    """Text in which nothing is a tag, and no line ends the cue."""
    line = " ".join(text.split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _spoken(event: WordsFinal) -> Utterance:
    return Utterance(
        utterance_id=event.utterance_id,
        track=event.track,
        role=event.role,
        start_s=event.start_s,
        end_s=event.at_s,
        text=event.text,
        words=event.words,
        language=event.language,
        missing=None,
    )


def _missing(event: WordsMissing, start_s: float) -> Utterance:
    return Utterance(
        utterance_id=event.utterance_id,
        track=event.track,
        role=event.role,
        start_s=start_s,
        end_s=event.at_s,
        text="",
        words=(),
        language=None,
        missing=event.reason,
    )
