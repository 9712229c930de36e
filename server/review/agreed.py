"""Whether people agree with the machine, and with each other, from what a store keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coaching.review.agreement import CriterionAgreement, Rating, agreements
from coaching.review.form import Form

from ..store.rows import Assessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The agreement on one form.

    Attributes
    ----------
    form
        Its fingerprint.
    calls, people
        How many calls were answered for, by how many people. Only what was answered blind counts
        as agreement.
    criteria
        In the form's order.
    """

    form: str
    calls: int
    people: int
    criteria: tuple[CriterionAgreement, ...]

    @classmethod
    def of(cls, said: Sequence[Assessed], fingerprint: str, form: Form) -> Agreed:
        """Sum up the answers to a form; of an older form only criteria that somebody answered."""
        ratings = list(ratings_of(said))
        known = [c.id for c in form.criteria] if form.fingerprint == fingerprint else []
        return cls(
            form=fingerprint,
            calls=len({rating.call_id for rating in ratings}),
            people=len({rating.by for rating in ratings if rating.by is not None}),
            criteria=_criteria(ratings, known),
        )


def suggest_only(said: Sequence[Assessed], form: Form) -> tuple[str, ...]:
    """Give the criteria on which machine and people agree too little to count."""
    ratings = list(ratings_of(said))
    found = _criteria(ratings, [criterion.id for criterion in form.criteria])
    return tuple(one.criterion_id for one in found if one.standing == "suggest_only")


def ratings_of(said: Iterable[Assessed]) -> Iterator[Rating]:
    """Give each person's last answer to each criterion of each call, and the machine's to it."""
    last: dict[tuple[str, str, str], Assessed] = {}
    machine: dict[tuple[str, str], Assessed] = {}
    for one in said:
        if one.kind == "override" and one.criterion_id is not None:
            last[one.call_id, one.criterion_id, one.by] = one
            machine[one.call_id, one.criterion_id] = one
    for (call_id, name, by), one in last.items():
        yield Rating(call_id=call_id, criterion_id=name, by=by, answer=one.answer, blind=one.blind)
    for (call_id, name), one in machine.items():
        yield Rating(call_id=call_id, criterion_id=name, by=None, answer=one.machine)


def _criteria(ratings: Sequence[Rating], known: Sequence[str]) -> tuple[CriterionAgreement, ...]:
    ids = [*known, *sorted({rating.criterion_id for rating in ratings} - set(known))]
    found = {one.criterion_id: one for one in agreements(ratings)}
    return tuple(found[name] for name in ids if name in found)
