"""Figures before and after a day, of all calls and of each queue."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..analysis.compare import FIGURES, Change, compare
from ..analysis.intervals import Sample
from ..tables import Tables

ALL = ""
"""The group of all calls."""
BY = ("queue", "language", "direction", "codec")
"""What calls may be grouped by. Agents are not: figures of one person's calls are no measure of
that person."""
_EXPRESSIONS = {
    "duration_s": "duration_s",
    "talk_share_agent": "talk_share_agent",
    "longest_silence_s": "longest_silence_s",
    "overlap_share": "overlap_s / nullif(duration_s, 0)",
    "repeated_question": "repeated_questions > 0",
    "promise": "promises > 0",
    "objection": "len(kinds) > 0",
    "tense": "tense_s > 0",
    "soothed": "CASE WHEN tense_s > 0 THEN outcome = 'soothed' END",
    "withdrew": "withdrew",
    "solved": "CASE solved WHEN 'yes' THEN true WHEN 'no' THEN false END",
    "solved_given": "solved_given",
    "csat": "csat",
    "sale": "sale",
    "repeat": "repeat",
    "churn": "churn",
}


def before_after(tables: Tables, split: date, by: str | None) -> list[Change]:
    """Compare calls before a day with those from it on.

    Parameters
    ----------
    split
        First day of what is after.
    by
        One of :data:`BY`, or ``None`` for all calls together.
    """
    groups = [_figures(tables, split, f"'{ALL}'")]
    if by is not None:
        assert by in BY
        groups.append(_figures(tables, split, by))
    before, after = ({k: v for group in groups for k, v in group[side].items()} for side in (0, 1))
    return compare(before, after)


def as_json(changes: list[Change]) -> list[dict[str, Any]]:
    """Give changes ready for JSON; of all calls, ``by`` is empty."""
    return [
        {
            "by": change.by,
            "figure": change.figure.name,
            "group": change.figure.group,
            "share": change.figure.share,
            "before": {"n": change.before.n, "mean": change.before.mean},
            "after": {"n": change.after.n, "mean": change.after.mean},
            "verdict": change.verdict,
            "difference": change.difference
            and [change.difference.value, change.difference.low, change.difference.high],
        }
        for change in changes
    ]


def _figures(
    tables: Tables, split: date, group: str
) -> tuple[dict[str, dict[str, Sample]], dict[str, dict[str, Sample]]]:
    columns = ", ".join(
        f"count(v{place}), avg(v{place}), var_samp(v{place})" for place in range(len(FIGURES))
    )
    values = ", ".join(
        f"({_EXPRESSIONS[figure.name]})::double AS v{place}" for place, figure in enumerate(FIGURES)
    )
    rows = tables.rows(
        f"SELECT side, grp, {columns} FROM (SELECT day >= ? AS side, {group} AS grp, {values}"
        " FROM dated LEFT JOIN (SELECT call_id, kinds FROM heard) USING (call_id)"
        " WHERE day IS NOT NULL) WHERE grp IS NOT NULL GROUP BY side, grp"
        " ORDER BY count(*) DESC, grp",
        [split],
    )
    found: tuple[dict[str, dict[str, Sample]], dict[str, dict[str, Sample]]] = ({}, {})
    for after, by, *numbers in rows:
        found[after][by] = {
            figure.name: Sample(n, mean or 0.0, variance or 0.0)
            for figure, n, mean, variance in zip(
                FIGURES, numbers[::3], numbers[1::3], numbers[2::3], strict=True
            )
        }
    return found
