from __future__ import annotations

from io import StringIO

import pytest
import webvtt

from coaching.session import Logged
from server.review.transcript import Utterance, transcript_of
from server.review.transcript import webvtt as as_vtt
from voice.events import Role, UtteranceEnded, Word, WordsFinal, WordsMissing


def said(start_s: float, end_s: float, text: str, role: Role = "caller", n: int = 1) -> WordsFinal:
    track = 0 if role == "caller" else 1
    word = Word(start_s=start_s, end_s=end_s, text=text, probability=0.9)
    return WordsFinal(
        at_s=end_s,
        known_at_s=end_s + 1,
        track=track,
        role=role,
        utterance_id=f"{track}-{n}",
        start_s=start_s,
        words=(word,) if text else (),
        text=text,
        language="en",
        engine="e",
    )


def log(*events: WordsFinal | WordsMissing | UtteranceEnded) -> list[Logged]:
    return [Logged(seq, event) for seq, event in enumerate(events, start=1)]


def test_utterances_stand_in_the_order_in_which_they_began() -> None:
    found = transcript_of(
        log(
            said(5, 9, "long"),
            said(1, 4, "first", "agent"),
            said(2, 3, ""),
            said(6, 7, "x", "agent"),
        )
    )
    assert [(one.role, one.text, one.start_s, one.end_s) for one in found] == [
        ("agent", "first", 1, 4),
        ("caller", "long", 5, 9),
        ("agent", "x", 6, 7),
    ]
    assert found[0].words[0].probability == 0.9


def test_missing_words_have_their_place_and_their_reason() -> None:
    ended = UtteranceEnded(
        at_s=8.0, known_at_s=8.7, track=0, role="caller", utterance_id="0-4",
        start_s=6.5, sound_start_s=6.3, speech_s=1.5, reason="silence",
    )  # fmt: skip
    gone = WordsMissing(
        at_s=8.0, known_at_s=9.0, track=0, role="caller", utterance_id="0-4", reason="crashed"
    )
    (one,) = transcript_of(log(ended, gone))
    assert (one.start_s, one.end_s, one.text, one.missing) == (6.5, 8.0, "", "crashed")
    assert as_vtt([one]) == "WEBVTT\n"


def captions(transcript: tuple[Utterance, ...]) -> list[webvtt.Caption]:
    return list(webvtt.from_string(as_vtt(transcript)).captions)


def test_a_parser_reads_what_was_said_and_by_whom() -> None:
    found = captions(
        transcript_of(log(said(0.5, 2.25, "您好。"), said(3661.0, 3662.5, "Hi", "agent")))
    )
    assert [(c.start, c.end, c.voice, c.text, c.identifier) for c in found] == [
        ("00:00:00.500", "00:00:02.250", "caller", "您好。", "0-1"),
        ("01:01:01.000", "01:01:02.500", "agent", "Hi", "1-1"),
    ]


@pytest.mark.parametrize(
    "text", ["a --> b", "</v><v agent>No", "R&D <b>bold</b> &amp;", "two\n\nlines", "NOTE x"]
)
def test_what_was_said_is_never_markup_and_never_ends_a_cue(text: str) -> None:
    written = as_vtt(transcript_of(log(said(1, 2, text), said(3, 4, "after"))))
    first, second = (block.split("\n") for block in written.strip().split("\n\n")[1:])
    assert len(first) == len(second) == 3
    assert first[2].startswith("<v caller>")
    shown = first[2].removeprefix("<v caller>")
    assert "<" not in shown
    assert ">" not in shown
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == " ".join(text.split())
    assert len(webvtt.from_buffer(StringIO(written)).captions) == 2


def test_a_cue_ends_after_it_begins() -> None:
    (caption,) = captions(transcript_of(log(said(2.0, 2.0, "x"))))
    assert (caption.start, caption.end) == ("00:00:02.000", "00:00:02.001")
