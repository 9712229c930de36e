"""What a company's own tables tell of its calls: ``--metadata`` before, ``--outcomes`` after."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from voice.events import Language

from ..errors import Refused
from ..sources import Side
from .columns import OUTCOMES
from .names import read_date
from .tasks import Told

REFUSES = frozenset({"no", "n", "false", "0", "refused", "denied", "opted_out", "opt_out"})
"""What in the column ``consent`` means that a call must not be listened to."""
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


class Metadata:
    """What a CSV tells of recordings.

    Parameters
    ----------
    path
        A CSV in UTF-8. Its column ``file`` holds the name of a recording below its source, or the
        last part of it. Beside it there may be ``call_id``, ``agent``, ``queue``,
        ``direction``, ``date``, ``started_at`` (ISO 8601), ``language`` (en, zh), ``caller``
        (left, right), ``consent``; other columns are passed over.

    Raises
    ------
    Refused
        Naming the line that cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._of: dict[str, Told] = {}
        for number, row in _rows(path, needs="file"):
            try:
                told = _told(row)
            except ValueError as error:
                raise Refused(f"{path}: line {number}: {error}") from error
            if row["file"] in self._of:
                raise Refused(f"{path}: line {number}: {row['file']} stands there twice")
            self._of[row["file"]] = told

    def of(self, name: str) -> Told | None:
        """Give what is told of a recording; ``None`` for nothing."""
        return self._of.get(name) or self._of.get(name.rpartition("/")[2])


def over(told: Told, more: Told | None) -> Told:
    """Lay what the metadata tell over what the name tells."""
    if more is None:
        return told
    fields = {name: getattr(more, name) for name in Told.__slots__}
    return replace(told, **{name: value for name, value in fields.items() if value is not None})


def read_outcomes(path: Path) -> dict[str, dict[str, Any]]:
    """Read what became of calls.

    Parameters
    ----------
    path
        A CSV in UTF-8 with the column ``call_id`` and some of ``solved``, ``csat``, ``repeat``,
        ``churn``, ``sale``; all but ``csat`` are yes or no. An empty cell is not known.

    Returns
    -------
    dict
        By call id, the columns that are known.

    Raises
    ------
    Refused
        Naming the line that cannot be used.
    """
    outcomes: dict[str, dict[str, Any]] = {}
    for number, row in _rows(path, needs="call_id"):
        try:
            found = {
                column: _float(text) if column == "csat" else _flag(name, text)
                for column in OUTCOMES
                if (text := row.get(name := column.removesuffix("_given"), ""))
            }
        except ValueError as error:
            raise Refused(f"{path}: line {number}: {error}") from error
        outcomes[row["call_id"]] = outcomes.get(row["call_id"], {}) | found
    if not any(outcomes.values()):
        names = ", ".join(column.removesuffix("_given") for column in OUTCOMES)
        raise Refused(f"{path}: none of the columns {names} holds anything")
    return outcomes


def _rows(path: Path, *, needs: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if needs not in (table.fieldnames or ()):
                raise Refused(f"{path}: there is no column {needs!r} in it")
            for row in table:
                plain = {key: (value or "").strip() for key, value in row.items() if key}
                if plain[needs]:
                    yield table.line_num, plain
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: it cannot be read as a CSV in UTF-8") from error


def _told(row: dict[str, str]) -> Told:
    def read(name: str, of: Callable[[str], Any] = str) -> Any:
        return of(row[name]) if row.get(name) else None

    return Told(
        call_id=read("call_id"),
        agent=read("agent"),
        queue=read("queue"),
        direction=read("direction", _one_of("direction", "inbound", "outbound")),
        date=read("date", read_date),
        started_at=read("started_at", _local_time),
        language=cast("Language | None", read("language", _one_of("language", "en", "zh"))),
        caller=cast("Side | None", read("caller", _one_of("caller", "left", "right"))),
        consent=read("consent"),
    )


def _one_of(name: str, *values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in values:
            raise ValueError(f"{name} is {' or '.join(values)}, not {text!r}")
        return text.lower()

    return read


def _local_time(text: str) -> datetime:
    """The clock on the centre's wall; what zone it is in does not matter to an hour of the day."""
    return datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)


def _flag(name: str, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError(f"{name} is yes or no, not {text!r}")


def _float(text: str) -> float:
    return float(text.replace(",", "."))
