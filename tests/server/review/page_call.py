"""A reviewed call for the page's tests: the bundled en-rising, with a hostile caller's words."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import BytesIO
from typing import Any, cast

import av
import numpy as np

from coaching.report import CallReport
from coaching.review.cards import CallerThen, CardReview
from coaching.review.lanes import (
    Gap,
    IndexPoint,
    Lane,
    OverlapSpan,
    PhaseMark,
    SilenceSpan,
    Span,
    StageSpan,
    StateSpan,
    VoicePoint,
)
from coaching.review.note import CallNote, Objection, Promise, RootCause, Told
from coaching.review.review import Conduct, Outcome, Review
from coaching.review.scorecard import Answer, Scorecard
from coaching.review.values import Coverage, Limit, Line, Moment, Why, WhyKey
from tests.voice.sound import sample
from voice.clock import RATE

ATTACK = (
    "</script><img src=x onerror=alert(1)><!-- <b>nobody</b> called & {{report}} ${1} \u2028 back"
)
"""What a caller's words must not be able to do to a page."""
DURATION_S = 60.0


def line(
    text: str, at_s: float, role: Any = "caller", probability: float = 0.9, **more: Any
) -> Line:
    """A quoted line."""
    named = {"utterance_id": f"u-{at_s}", "about": ""} | more
    return Line(text=text, at_s=at_s, role=role, probability=probability, **named)


def moment(kind: Any, at_s: float, quote: str | None, **values: str | int | float) -> Moment:
    """A moment to hear."""
    return Moment(
        kind=kind,
        title_key=f"moment.{kind}",
        at_s=at_s,
        from_s=at_s - 5.0,
        to_s=at_s + 3.0,
        utterance_id="u",
        quote=quote,
        why=Why(key=cast(WhyKey, f"why.{kind}"), values=values),
    )


WANTED = line("I am calling about the laptop I ordered two weeks ago", 8.4)
PROMISE = line("I will send a new laptop today", 45.0, "agent")
REPLY = line("Yes, it is, thank you", 56.0)
UNSURE = line("mumbled words", 33.0, probability=0.2)


def index() -> tuple[IndexPoint, ...]:
    """The index each half second of the caller's speech."""
    times = [t / 2 for t in range(16, 100) if t < 40 or t > 60]
    return tuple(
        IndexPoint(at_s=t, index=round(30 + 50 * (30 < t < 45)), leaning="angry") for t in times
    )


def voice() -> tuple[VoicePoint, ...]:
    """The caller's voice, with a stretch that could not be measured."""
    return tuple(
        VoicePoint(
            at_s=p.at_s,
            f0_st=None if p.at_s > 48 else 12.0 + 3.0 * (p.at_s > 30),
            rate_hz=4.5,
            calm_f0_st=12.0,
            calm_rate_hz=4.0,
        )
        for p in index()
    )


def card(did: Any, at_s: float, **more: Any) -> CardReview:
    """A card of that call."""
    fields: dict[str, Any] = {
        "withheld": None,
        "left": "said",
        "left_at_s": at_s + 8.0,
        "said_share": 0.7,
        "agent": (PROMISE,),
    } | more
    return CardReview(
        cue_id=f"cue-{at_s}",
        card_id="anger",
        kind="tension",
        priority="normal",
        at_s=at_s,
        why="Faster, higher than her own calm voice",
        say="You needed this today\nand we let you down.",
        next="Give one time you can keep",
        avoid="Not calm down",
        did=did,
        before=CallerThen(at_s=at_s, state="tense", index=82, stage="angry", withdrawn=False),
        after=CallerThen(at_s=at_s + 30, state="calm", index=31, stage="calm", withdrawn=False),
        **fields,
    )


def answer(name: str, reply: Any, *evidence: Line, **more: Any) -> Answer:
    """A criterion's answer."""
    fields: dict[str, Any] = {"not_assessable": None, "auto_fail_proposed": False} | more
    return Answer(
        criterion_id=name,
        title=f"Title of {name}",
        question=f"Question of {name}?",
        weight=2.0,
        answer=reply,
        evidence=evidence,
        **fields,
    )


def review() -> Review:
    """Something in every part."""
    return Review(
        duration_s=DURATION_S,
        complete=True,
        language="en",
        roles=("caller", "agent"),
        engine="test/1",
        limits=(Limit(kind="unsure_words", hides=("words", "score"), values={"share": 0.8}),),
        account=CallReport(
            duration_s=DURATION_S,
            talk_share={"caller": 0.6, "agent": 0.4},
            longest_silence_s=6.0,
            overlaps=1,
            overlap_s=1.0,
            tense_s=15.0,
            peak_index=80,
            cues=(),
            outcome="soothed",
            no_index=None,
            goals=(),
        ),
        wanted=moment("wanted", 8.4, WANTED.text),
        outcome=Outcome(resolved="yes", answer=REPLY, left="soothed"),
        coverage=Coverage(
            words_share=0.97,
            words_share_of={"caller": 0.96, "agent": 0.98},
            word_probability=0.91,
            sure_share=0.93,
            sure_from=0.5,
            lost_share=0.002,
            speech_s={"caller": 30.0, "agent": 20.0},
            baseline_s=14.0,
        ),
        moments=(
            moment("soothed", 32.0, "I paid nine hundred dollars and I got nothing", seconds=14.6),
            moment("stage", 20.0, ATTACK, stage="angry", reason="told_you"),
            moment("silence", 48.0, None, seconds=6.0, after="caller"),
        ),
        lanes=(
            Lane(
                track=0,
                role="caller",
                speech=(Span(from_s=6.0, to_s=20.0), Span(from_s=30.0, to_s=46.0)),
            ),
            Lane(
                track=1,
                role="agent",
                speech=(Span(from_s=1.0, to_s=5.5), Span(from_s=45.0, to_s=50.0)),
            ),
        ),
        overlaps=(OverlapSpan(from_s=45.0, to_s=46.0, by="agent", barge_in=True),),
        silences=(SilenceSpan(from_s=22.0, to_s=28.0, after="caller"),),
        gaps=(Gap(from_s=24.0, to_s=27.0, kind="hold", track=None),),
        phases=(PhaseMark(phase="opening", at_s=2.0),),
        index=index(),
        states=(
            StateSpan(
                from_s=30.5, to_s=45.0, state="tense", leaning="angry", peak_index=80, ended="heard"
            ),
        ),
        stages=(StageSpan(from_s=31.0, to_s=50.0, stage="angry", reasons=("angry", "told_you")),),
        withdrawals=(),
        voice=voice(),
        objections=(Objection(subject="service", times=2, line=line(ATTACK, 20.0)),),
        facts=(Told(kind="deadline", line=line("her birthday is tomorrow", 38.0)),),
        repeated=(UNSURE,),
        promises=(Promise(who="agent", what=PROMISE, due="today"),),
        conduct=(
            Conduct(
                name="empathy", good=True, line=line("That must be frustrating", 46.0, "agent")
            ),
            Conduct(name="interrupts", good=False, line=line("", 45.0, "agent", utterance_id=None)),
        ),
        cards=(
            card("said", 31.5),
            card("other", 50.0, withheld="holdout", left=None, left_at_s=None),
        ),
        note=CallNote(
            request=WANTED,
            problem=line(ATTACK, 20.0),
            agreed=PROMISE,
            accepted=None,
            promises=(Promise(who="agent", what=PROMISE, due="today"),),
            solved="yes",
            asked=None,
            answer=REPLY,
            grade="L3",
            grade_reason="fault_after_trying",
            urgent=True,
            root_cause=RootCause(
                surface_objection=Objection(subject="service", times=1, line=line(ATTACK, 20.0)),
                deeper_need=line("her birthday is tomorrow", 38.0),
                product_point=None,
                state="solved",
            ),
            suggested_outcome=1,
        ),
        scorecard=Scorecard(
            form="en-000000000000",
            form_title="A small form",
            score=72.0,
            assessed_share=0.75,
            answers=(
                answer("opening", "yes", line("my name is Paul", 2.0, "agent")),
                answer(
                    "dismissed",
                    "no",
                    line("Please calm down", 47.0, "agent"),
                    auto_fail_proposed=True,
                ),
                answer("solved", None, not_assessable="no_occasion"),
            ),
        ),
    )


def transcript() -> list[dict[str, Any]]:
    """Who said what; one word is not certain."""
    said = [
        ("agent", 1.0, "My army, my name is Paul."),
        ("caller", 6.0, WANTED.text),
        ("caller", 20.0, ATTACK),
        ("caller", 32.0, "I paid nine hundred dollars and I got nothing"),
        ("agent", 45.0, PROMISE.text),
        ("caller", 56.0, REPLY.text),
    ]
    return [
        {
            "utterance_id": f"u-{at_s}",
            "track": int(role == "agent"),
            "role": role,
            "start_s": at_s,
            "end_s": at_s + 3.0,
            "text": text,
            "words": [
                {
                    "start_s": at_s,
                    "end_s": at_s + 1.0,
                    "text": word,
                    "probability": 0.3 if word in ("hundred", "my") else 0.95,
                }
                for word in text.split()
            ],
            "language": "en",
            "missing": None,
        }
        for role, at_s, text in said
    ]


def report(**more: Any) -> dict[str, Any]:
    """The report of that call, as it lies in report.json."""
    call = {
        "id": "en-rising",
        "name": f"en-rising {ATTACK}",
        "duration_s": DURATION_S,
        "language": "en",
        "roles": ["caller", "agent"],
        "made_at": "2026-11-22T10:00:00Z",
        "files": [
            {
                "name": "en-rising.wav",
                "sha256": "0" * 64,
                "duration_s": DURATION_S,
                "rate": 8000,
                "channels": 2,
                "codec": "pcm_s16le",
            }
        ],
    }
    versions = {
        "calmline": "0.3",
        "engine": "test/1",
        "playbook": "en-1",
        "review_playbook": "en-1",
        "thresholds": "1",
        "form": "en-000000000000",
        "model": None,
    }
    made = {"schema": 1, "call": call, "versions": versions, **asdict(review())}
    made |= {
        "f0_by": "calmline",
        "transcript": transcript(),
        "polished": None,
        "assessment": {"schema": 1, "answers": [], "responses": []},
        "effective": {"score": 72.0, "assessed_share": 0.75, "by_people": 0, "suggest_only": []},
    }
    return json.loads(json.dumps(made | more))  # type: ignore[no-any-return]


def opus(seconds: float = DURATION_S) -> bytes:
    """The begin of that call as Opus in Ogg."""
    call, _ = sample("en-rising")
    part = (call[:, : round(seconds * RATE)] * 32767).astype("<i2")
    held = BytesIO()
    with av.open(held, "w", format="ogg") as file:
        stream = file.add_stream("libopus", rate=RATE, layout="stereo")
        stream.bit_rate = 32000
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(part.T).reshape(1, -1), "s16", "stereo"
        )
        frame.sample_rate = RATE
        resampler = av.AudioResampler(
            "s16", "stereo", RATE, frame_size=stream.codec_context.frame_size or 160
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return held.getvalue()
