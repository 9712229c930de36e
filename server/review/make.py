"""From a recording to its report: heard once, then read again for what only a page needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from coaching.review import Form, Review, bundled_form, review_of
from models.catalog import Places
from models.errors import ModelError
from voice.events import Language

from ..errors import Refused
from ..hearing import CallFiles, Heard, How, Look, hear, lane_for
from ..lane.client import Lane, LaneError
from ..live.rows import iso
from ..live.versions import playbook_version, thresholds_version
from ..wire import to_line
from ..words import WordsPlan, plan
from . import folder as names
from .assessment import read_assessment
from .audio import write_opus
from .beeps import redacted, tellable
from .polish import Endpoint, Polished, PolishError, polish
from .precise import precise_voice
from .report import CallInfo, FileInfo, as_json, for_page, report_of, versions_of
from .transcript import webvtt

Interface = Literal["en", "zh"]
Step = Literal["listening", "pitch", "writing"]
Progress = Callable[[Step, float], object]
"""Is told which step goes on, and how many more seconds of the call are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a report is to be.

    Attributes
    ----------
    form
        The scorecard's; ``None`` for the bundled one of the call's language.
    model, words, demo_words
        Which model writes words down, whether any does, and whether one that cannot.
    precise
        Whether the caller's pitch is measured again, see :mod:`.precise`.
    audio
        Whether the sound becomes a part of the report.
    redact_audio
        Whether what was redacted is beeped over.
    interface
        In which the page opens; ``None`` for the call's.
    endpoint
        Who words the note; ``None`` for nobody.
    """

    how: How
    form: Form | None = None
    model: str = "auto"
    words: bool = True
    demo_words: bool = False
    precise: bool = False
    audio: bool = True
    redact_audio: bool = False
    interface: Interface | None = None
    endpoint: Endpoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report that was made.

    Attributes
    ----------
    folder
        Where it lies.
    report
        As in ``report.json``.
    complaints
        What was wrong with a recording, and what was asked for and could not be done.
    note
        One line about words, where there is something to say.
    """

    folder: Path
    report: dict[str, Any]
    complaints: tuple[str, ...]
    note: str | None


class Lanes:
    """The lane for a command's calls: a model is loaded once, when a call first needs it."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._words: WordsPlan | None = None
        self._lane: Lane | None = None

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def of(self, words: WordsPlan) -> Lane | None:
        """Give what transcribes a call; ``None`` for voice only.

        Raises
        ------
        LaneError
            If the model cannot be loaded.
        """
        if words.model is None:
            return None
        if self._words is None or self._words.model != words.model:
            self._open.close()
            self._lane = self._open.enter_context(lane_for(words))
            self._words = words
        return self._lane


def make(
    call: CallFiles,
    out: Path,
    wanted: Wanted,
    lanes: Lanes,
    places: Places,
    *,
    progress: Progress = lambda step, seconds: None,
    now: Callable[[], str] = lambda: iso(datetime.now(UTC)),
) -> Made:
    """Review a recording.

    Raises
    ------
    Refused
        If the recording cannot be used, or the report cannot be written. A report that was there
        stays then.
    """
    look = call.look()
    sums = [names.checksum(path) for path in call.paths]
    call_id = names.call_name(call.name)
    folder = names.folder_for(out, call_id, sums)
    assessment = read_assessment(folder)
    try:
        words = plan(
            wanted.model,
            call.paths,
            places,
            language=wanted.how.language,
            wanted=wanted.words,
            forced=wanted.demo_words,
        )
        lane = lanes.of(words)
    except (ModelError, LaneError) as error:
        raise Refused(str(error)) from error
    with names.new_files(folder) as part:
        with names.refusing(folder), (part / names.EVENTS).open("w", encoding="utf-8") as log:
            heard = hear(
                call,
                wanted.how,
                lane,
                call_id=call_id,
                demo_words=words.demo,
                take=lambda told: log.writelines(to_line(call_id, e) + "\n" for e in told),
                advance=lambda seconds: progress("listening", seconds),
            )
        form = wanted.form or bundled_form(heard.setup.language)
        review = review_of(heard.events, form=form, playbook=heard.setup.playbook)
        complaints = list(heard.complaints)
        if wanted.precise:
            voice = precise_voice(
                call, heard.events, review.voice, lambda seconds: progress("pitch", seconds)
            )
            review = replace(review, voice=voice)
        worded = polished(review, wanted.endpoint, complaints) if wanted.endpoint else None
        playbook = playbook_version(heard.setup.playbook)
        whole = report_of(
            review,
            heard.events,
            call=_info(call_id, look, call, sums, review, heard),
            versions=versions_of(
                heard.events,
                engine=review.engine,
                playbook=playbook,
                review_playbook=playbook,
                thresholds=thresholds_version(heard.setup.thresholds),
                form=form,
            ),
            assessment=assessment,
            f0_by="pyin" if wanted.precise else "calmline",
            polished=worded,
        )
        report = as_json(whole)
        report["call"]["made_at"] = names.same_but(folder, report, now)
        progress("writing", 0.0)
        embedded = _sound(part, call, heard, wanted, complaints)
        with names.refusing(folder):
            (part / names.TRANSCRIPT).write_text(webvtt(whole.transcript), "utf-8")
            _write(part, report, embedded, wanted.interface or heard.setup.language)
    return Made(folder=folder, report=report, complaints=tuple(complaints), note=words.note)


def _info(
    name: str, look: Look, call: CallFiles, sums: list[str], review: Review, heard: Heard
) -> CallInfo:
    return CallInfo(
        id=name,
        name=look.name,
        files=tuple(
            FileInfo(
                name=path.name,
                sha256=checksum,
                duration_s=None if info.duration_s is None else round(info.duration_s, 3),
                rate=info.rate,
                channels=info.channels,
                codec=info.codec,
            )
            for path, checksum, info in zip(call.paths, sums, look.infos, strict=True)
        ),
        duration_s=review.duration_s,
        language=heard.setup.language,
        roles=heard.setup.roles,
        made_at="",
    )


def polished(review: Review, endpoint: Endpoint, complaints: list[str]) -> Polished | None:
    """Have the note worded; if it cannot be, complain, and go on."""
    try:
        return polish(review.note, review.language, endpoint)
    except PolishError as error:
        complaints.append(f"the note is as extracted: {error}")
        return None


def _sound(
    part: Path,
    call: CallFiles,
    heard: Heard,
    wanted: Wanted,
    complaints: list[str],
) -> bytes | None:
    """Write the sound, and give it if it is small enough to become a part of the page."""
    from .page import EMBEDDED_BYTES

    if not wanted.audio:
        return None
    if wanted.redact_audio and not tellable(heard.events):
        complaints.append(
            f"{heard.setup.call_id}: nobody wrote down what was said, so it is not known what to "
            "beep: the report has no sound"
        )
        return None
    path = part / names.AUDIO
    write_opus(path, call, redacted(heard.events) if wanted.redact_audio else [])
    if path.stat().st_size > EMBEDDED_BYTES:
        return None
    sound = path.read_bytes()
    path.unlink()
    return sound


def _write(
    part: Path, report: dict[str, Any], sound: bytes | None, interface: Interface | Language
) -> None:
    from .page import render

    beside = names.AUDIO if (part / names.AUDIO).exists() else None
    page = render(for_page(report), audio=sound, audio_href=beside, interface=interface)
    (part / names.PAGE).write_text(page, "utf-8")
    text = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False)
    (part / names.REPORT).write_text(text + "\n", "utf-8")
