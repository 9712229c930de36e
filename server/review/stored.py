"""Reviews of calls that a server has stored: made from the log when somebody asks for one.

The log is the truth, so nothing of a review is stored but what people said of it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, cast

from coaching.playbook import Playbook, bundled
from coaching.review import CallNote, Form, Review, bundled_form, note_of, review_of
from coaching.session import Logged
from voice.events import Language

from ..live.rows import iso
from ..live.versions import playbook_version
from ..store.rows import Assessed, CallRow
from ..wire import from_dict
from .assessment import Assessment, HumanAnswer, Response
from .report import CallInfo, Report, Versions, report_of, versions_of

if TYPE_CHECKING:
    from ..web.ports import Reading

KEPT = 8
"""Reviews that are kept: those that somebody reads, corrects and reads again."""


class OtherVersion(Exception):
    """The log was written by a version of Calmline whose events this one does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A call's log, and what follows from it."""

    events: tuple[Logged, ...]
    review: Review
    form: Form
    versions: Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What calls are reviewed under, by language: own cards and forms, or the bundled ones."""

    playbooks: Mapping[Language, Playbook] = field(default_factory=dict)
    forms: Mapping[Language, Form] = field(default_factory=dict)

    def playbook(self, language: Language) -> Playbook:
        """Cards of a language."""
        return self.playbooks.get(language) or bundled(language)

    def form(self, language: Language) -> Form:
        """The scorecard's form of a language."""
        return self.forms.get(language) or bundled_form(language)


class StoredReviews:
    """Reviews of stored calls; safe from any thread.

    Parameters
    ----------
    store
        Where the calls are.
    rules
        Under which they are reviewed.
    """

    def __init__(self, store: Reading, rules: Rules | None = None) -> None:
        self._store = store
        self.rules = rules or Rules()
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, int], Reviewed] = OrderedDict()

    def reviewed(self, row: CallRow) -> Reviewed:
        """Review a call as far as its log is stored.

        Raises
        ------
        OtherVersion
            If its log cannot be read.
        """
        key = row.call_id, self._store.last_seq(row.call_id)
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
        made = self._review(row)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def note(self, row: CallRow) -> CallNote:
        """Give the note of a call, without the rest of a review.

        Raises
        ------
        OtherVersion
            If its log cannot be read.
        """
        return note_of(self._events(row.call_id))

    def report(self, row: CallRow, suggest_only: Sequence[str] = ()) -> Report:
        """Give the whole report of a call; raises as :meth:`reviewed` does."""
        found = self.reviewed(row)
        return report_of(
            found.review,
            found.events,
            call=CallInfo(
                id=row.call_id,
                name=str(row.context.get("file") or row.call_id),
                files=(),
                duration_s=found.review.duration_s,
                language=found.review.language,
                roles=found.review.roles,
                made_at=iso(row.started_at),
            ),
            versions=found.versions,
            assessment=self.assessment(row.call_id),
            suggest_only=suggest_only,
        )

    def assessment(self, call_id: str) -> Assessment:
        """Give what people said of a call's review."""
        said = self._store.assessed(call_id)
        return Assessment(
            answers=tuple(_answer(one) for one in said if one.kind == "override"),
            responses=tuple(_response(one) for one in said if one.kind != "override"),
        )

    def _review(self, row: CallRow) -> Reviewed:
        language = cast("Language", row.language if row.language in ("en", "zh") else "en")
        playbook, form = self.rules.playbook(language), self.rules.form(language)
        events = self._events(row.call_id)
        return Reviewed(
            events=events,
            review=review_of(events, form=form, playbook=playbook),
            form=form,
            versions=versions_of(
                events,
                engine=row.engine,
                playbook=row.playbook,
                review_playbook=playbook_version(playbook),
                thresholds=row.thresholds,
                form=form,
            ),
        )

    def _events(self, call_id: str) -> tuple[Logged, ...]:
        try:
            return tuple(from_dict(json.loads(e.body)) for e in self._store.events(call_id))
        except ValueError as error:
            raise OtherVersion(f"the log of call {call_id} cannot be read") from error


def _answer(said: Assessed) -> HumanAnswer:
    return HumanAnswer(
        criterion_id=said.criterion_id or "",
        answer=said.answer,
        machine=said.machine,
        comment=said.comment,
        by=said.by,
        at=iso(said.at),
        blind=said.blind,
        form=said.form,
    )


def _response(said: Assessed) -> Response:
    assert said.kind != "override"
    return Response(
        kind=said.kind,
        criterion_id=said.criterion_id,
        comment=said.comment,
        by=said.by,
        at=iso(said.at),
    )
