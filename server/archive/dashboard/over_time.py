"""Week by week: how often each kind was heard, what rose, and what else changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ..analysis.intervals import share
from ..analysis.marks import Mark, marks
from ..analysis.trend import WEEK, Week, alerts
from ..columns import SUBJECTS
from ..tables import Tables

WATCHED = {"model": True, "engine": False, "codec": False, "playbook": True, "thresholds": False}
"""What moves figures when it changes, without any caller behaving differently; and whether each
language has its own, so that another mix of languages is no change."""


def over_time(tables: Tables) -> dict[str, Any]:
    """Give weeks, alerts and marks, ready for JSON."""
    found = weeks(tables)
    changes = _marks(tables)
    left = _left(tables)
    return {
        "weeks": [
            {
                "start": week.start.isoformat(),
                "calls": week.calls,
                "cases": week.cases,
                "whole": week.whole,
                **left.get(week.start, {}),
            }
            for week in found
        ],
        "alerts": [
            {
                "kind": alert.kind,
                "week": alert.week.isoformat(),
                "before": alert.before,
                "after": alert.after,
                "ratio": [alert.ratio.value, alert.ratio.low, alert.ratio.high],
                "marks": [
                    mark.what for mark in changes if mark.week in (alert.week, alert.week - WEEK)
                ],
            }
            for alert in alerts(found, SUBJECTS)
        ],
        "marks": [
            {
                "week": mark.week.isoformat(),
                "what": mark.what,
                "before": mark.before,
                "after": mark.after,
            }
            for mark in changes
        ],
    }


def weeks(tables: Tables) -> list[Week]:
    """Count calls and cases by week; those without a day are left out."""
    cases = ", ".join(f"count(*) FILTER (obj_{name} > 0)" for name in SUBJECTS)
    rows = tables.rows(
        f"SELECT week, count(*), {cases} FROM heard WHERE week IS NOT NULL"
        " GROUP BY week ORDER BY week"
    )
    if not rows:
        return []
    ((first, last, earliest, latest),) = tables.rows(
        "SELECT min(day), max(day), min(isodow(day)), max(isodow(day)) FROM heard"
    )
    whole = _whole([row[0] for row in rows], first, last, earliest, latest)
    return [
        Week(
            start=start,
            calls=calls,
            cases=dict(zip(SUBJECTS, counts, strict=True)),
            whole=start in whole,
        )
        for start, calls, *counts in rows
    ]


def _whole(
    starts: Sequence[date], first: date, last: date, earliest: int, latest: int
) -> set[date]:
    """Leave out a first week that begins late and a last one that ends early.

    Late and early by the days of the week on which calls come at all: a closed Sunday is no gap.
    """
    whole = set(starts)
    if first.isoweekday() > earliest:
        whole.discard(starts[0])
    if last.isoweekday() < latest:
        whole.discard(starts[-1])
    return whole


def _versions(tables: Tables) -> list[tuple[date, dict[str, dict[str, int]]]]:
    """Count calls of each version by week; what each language has own of, by language."""
    found: dict[date, dict[str, dict[str, int]]] = {}
    for column, own in WATCHED.items():
        for week, language, value, calls in tables.rows(
            f"SELECT week, {'language' if own else 'NULL'}, {column}, count(*) FROM dated"
            f" WHERE week IS NOT NULL AND {column} IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ):
            watched = found.setdefault(week, {})
            watched.setdefault(f"{column}:{language}" if own else column, {})[value] = calls
    return sorted(found.items())


def _marks(tables: Tables) -> list[Mark]:
    """Give each change once, though two languages may have it."""
    found = (replace(one, what=one.what.partition(":")[0]) for one in marks(_versions(tables)))
    return list(dict.fromkeys(found))


def _left(tables: Tables) -> dict[date, dict[str, Any]]:
    """Share of calls with tension and with withdrawal, where both can be told."""
    rows = tables.rows(
        "SELECT week, count(*), count(*) FILTER (tense_s > 0), count(*) FILTER (withdrew)"
        " FROM dated WHERE tense_s IS NOT NULL AND week IS NOT NULL GROUP BY week"
    )
    return {
        week: {"assessed": n, "tense": told(tense, n), "withdrew": told(withdrew, n)}
        for week, n, tense, withdrew in rows
    }


def told(hits: int, n: int) -> dict[str, Any]:
    """Give a share with its interval, ready for JSON."""
    if not n:
        return {"hits": 0, "n": 0, "share": None}
    found = share(hits, n)
    return {"hits": hits, "n": n, "share": [found.value, found.low, found.high]}
