"""Calls of one part scored again from their stored facts: the coach alone, no sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coaching.advice import CueShown
from coaching.coach import replay
from coaching.playbook import Playbook, bundled
from coaching.profiles import Profiles
from voice.events import FACTS, CallStarted, Fact, WordsFinal

from ..errors import Refused
from ..wire import from_dict, type_name
from .analysis.cues import Cue, changed

QUOTE_S = 20.0
"""What the caller said last is quoted if it is not older."""
_FACTS = frozenset(map(type_name, FACTS))
_CUES = ("cue_shown", "cue_withheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """How calls are scored again.

    Attributes
    ----------
    playbook
        For calls of its language; ``None`` for the bundled ones.
    """

    playbook: Playbook | None
    profiles: Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cue that a call gained or lost.

    Attributes
    ----------
    quote
        What the caller had said last, after redaction; ``None`` if nothing lately.
    """

    call_id: str
    change: str
    card_id: str
    at_s: float
    quote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What became of a part: its calls, seconds and changes."""

    calls: int
    skipped: int
    audio_s: float
    kept: dict[str, int]
    changes: list[Change]


def replay_part(path: Path, again: Again) -> Replayed:
    """Score the calls of a part again, and compare their cues with the stored ones.

    A cue that a holdout or shadow mode kept back counts as one that came: the rules gave it.

    Raises
    ------
    Refused
        If the part has no facts that can be read.
    """
    calls = skipped = 0
    audio_s, kept, changes = 0.0, dict[str, int](), list[Change]()
    for call_id, facts, old in _calls(path):
        start = next((fact for fact in facts if isinstance(fact, CallStarted)), None)
        if start is None:
            raise Refused(f"{path}: {call_id}: its facts are not there (call_started is missing)")
        language = start.language or "en"
        if again.playbook is not None and again.playbook.language != language:
            skipped += 1
            continue
        advice = replay(
            facts, start.roles, start.language, again.playbook or bundled(language),
            again.profiles.of(language), call_id=call_id,
        )  # fmt: skip
        new = [
            Cue(event.card_id, event.known_at_s) for event in advice if isinstance(event, CueShown)
        ]
        found = changed(old, new)
        for cue in found.kept:
            kept[cue.card_id] = kept.get(cue.card_id, 0) + 1
        for name, cues in (("gained", found.gained), ("lost", found.lost)):
            changes += [
                Change(
                    call_id=call_id, change=name, card_id=cue.card_id, at_s=cue.at_s,
                    quote=_quote(facts, cue.at_s),
                )
                for cue in cues
            ]  # fmt: skip
        calls += 1
        audio_s += facts[-1].at_s
    return Replayed(calls=calls, skipped=skipped, audio_s=audio_s, kept=kept, changes=changes)


def _quote(facts: list[Fact], at_s: float) -> str | None:
    said = [
        fact.text
        for fact in facts
        if isinstance(fact, WordsFinal)
        and fact.role == "caller"
        and at_s - QUOTE_S <= fact.known_at_s <= at_s
    ]
    return said[-1] if said else None


def _calls(path: Path) -> Iterator[tuple[str, list[Fact], list[Cue]]]:
    """Facts and cues of each call; a call's events follow each other in a part."""
    from pyarrow.parquet import ParquetFile

    call_id, facts, cues = "", list[Fact](), list[Cue]()
    columns = ["call_id", "type", "known_at_s", "card_id", "body"]
    for batch in ParquetFile(path).iter_batches(columns=columns):
        for row in _rows(batch):
            if row["call_id"] != call_id:
                if facts or cues:
                    yield call_id, facts, cues
                call_id, facts, cues = row["call_id"], [], []
            if row["type"] in _FACTS:
                facts.append(_fact(row["body"], path))
            else:
                cues.append(Cue(row["card_id"], row["known_at_s"]))
    if facts or cues:
        yield call_id, facts, cues


def _rows(batch: Any) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array([*_FACTS, *_CUES])
    yield from batch.filter(pc.is_in(batch["type"], value_set=wanted)).to_pylist()


def _fact(body: str, path: Path) -> Fact:
    try:
        event = from_dict(json.loads(body)).event
    except ValueError as error:
        raise Refused(f"{path}: an event cannot be read: {str(error).splitlines()[0]}") from error
    assert isinstance(event, Fact)
    return event
