"""The JSON in which people say something of a review, and how uploads stand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..review.assessment import COMMENT
from .shapes import Moment, Name, Shape

Person = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
Comment = Annotated[str, Field(max_length=COMMENT, pattern=r"^[^\x00]*$")]
CriterionId = Annotated[str, Field(max_length=64, pattern=r"^\w+$")]
Reply = Literal["yes", "partly", "no"]


class Override(Shape):
    """A person's answer to a criterion."""

    criterion_id: CriterionId
    answer: Reply | None = Field(description="null: not assessable.")
    comment: Comment | None = Field(
        default=None, description="Why; needed where it differs from the machine's answer."
    )
    by: Person = Field(description="Who answers.")
    blind: bool = Field(default=False, description="Answered before the machine's was seen.")


class Acknowledgement(Shape):
    """The agent has read a review."""

    comment: Comment | None = None
    by: Person
    criterion_id: None = None


class Dispute(Shape):
    """The agent does not agree."""

    criterion_id: CriterionId | None = Field(
        default=None, description="With what; null: with the whole review."
    )
    comment: Annotated[str, Field(min_length=1, max_length=COMMENT, pattern=r"^[^\x00]*$")]
    by: Person


class Kept(Shape):
    """What a person said, as it was stored."""

    id: int
    call_id: str
    kind: Literal["override", "acknowledge", "dispute"]
    criterion_id: str | None
    answer: Reply | None
    machine: Reply | None = Field(description="What the machine had answered then.")
    blind: bool
    comment: str | None
    by: str
    at: Moment
    form: str = Field(description="Fingerprint of the scorecard's form.")
    versions: dict[str, str | None] = Field(description="What the answer can be traced to.")


class Upload(Shape):
    """How an uploaded recording stands."""

    call_id: Name = Field(description="What the call is called once it is done.")
    file: str
    state: Literal["waiting", "working", "done", "failed"]
    done_share: float | None = Field(description="0 to 1; null: nobody knows how long it is.")
    detail: str | None = Field(description="Why it failed, or what is worth knowing.")


class Uploads(Shape):
    """Uploads of this server, newest first."""

    uploads: list[Upload]
