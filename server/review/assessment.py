"""What people say of a review: their own answers to criteria, and what the agent says to it.

Nothing is overwritten: a later answer stands beside the earlier ones and beside the machine's.
Beside a report that lies on disk it is ``assessment.json``; on a server it is in the store.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Literal

from coaching.review.scorecard import Reply

from ..errors import Refused

NAME = "assessment.json"
COMMENT = 2000
"""Characters of a comment, at most."""
_EXTRA = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanAnswer:
    """A person's answer to a criterion.

    Attributes
    ----------
    answer
        ``None`` if they find it not assessable.
    machine
        The machine's answer when they gave it, so that both are kept.
    comment
        Why, where it differs.
    by, at
        Who, and when (ISO 8601, UTC).
    blind
        Whether they answered before they saw the machine's.
    form
        Fingerprint of the form whose criterion it is.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _EXTRA

    criterion_id: str
    answer: Reply | None
    machine: Reply | None = None
    comment: str | None = None
    by: str
    at: str
    blind: bool = False
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the agent says to the review, or to one criterion of it."""

    __pydantic_config__: ClassVar[dict[str, str]] = _EXTRA

    kind: Literal["acknowledge", "dispute"]
    criterion_id: str | None = None
    comment: str | None = None
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All that people said of a review, oldest first."""

    __pydantic_config__: ClassVar[dict[str, str]] = _EXTRA

    schema: Literal[1] = 1
    answers: tuple[HumanAnswer, ...] = ()
    responses: tuple[Response, ...] = ()

    def latest(self, form: str) -> dict[str, HumanAnswer]:
        """Give the last answer to each criterion of a form."""
        return {answer.criterion_id: answer for answer in self.answers if answer.form == form}


def read_assessment(folder: Path) -> Assessment:
    """Read what people said of the report in a folder.

    Raises
    ------
    Refused
        If there is something that is no assessment: it is not thrown away.
    """
    path = folder / NAME
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Assessment()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read") from error
    try:
        return parsed(text)
    except ValueError as error:
        raise Refused(f"{path}: {error}; correct it, or move it away") from error


def parsed(text: str) -> Assessment:
    """Read an assessment.

    Raises
    ------
    ValueError
        In one line, without what people wrote.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        found: Assessment = TypeAdapter(Assessment).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise ValueError(f"{where}: {first['msg']}") from None
    return found


def written(assessment: Assessment) -> str:
    """Give an assessment as the text of its file."""
    return json.dumps(asdict(assessment), ensure_ascii=False, indent=2) + "\n"
